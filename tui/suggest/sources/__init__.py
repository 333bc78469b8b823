"""Where suggestions come from, one source a file."""
