"""Whether the tools themselves load what is written: needs `pip install spantag[test-consumers]`."""
