"""spantag: tag and annotate news articles in the terminal."""
