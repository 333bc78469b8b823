"""The widgets: they get values, post messages, and know no store."""
