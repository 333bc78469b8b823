"""Whether the tools themselves load what is written: needs the group test-consumers of pyproject.toml."""
