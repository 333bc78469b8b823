"""The only room that knows Textual: the app, its keys, screens and widgets."""
