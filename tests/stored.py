"""Articles for tests of the core, straight into a database."""

from tui.model.article import Article, article_key
from tui.store import NewArticle, Store
from tui.text.paragraphs import find_paragraphs


def add_text(store: Store, text: str, *, article_id: str | None = None, title: str = "A title") -> Article:
    """Add an article and read it back."""
    new = NewArticle(text, title, find_paragraphs(text), article_key(text), article_id)
    (number,) = store.add_articles([new])
    return store.load_article(number)
