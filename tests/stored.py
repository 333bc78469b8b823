"""Articles for tests of the core, straight into a database."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing

from tui.model.article import Article, article_key
from tui.model.event_ids import next_event_ids
from tui.model.span import NO_ATTRIBUTES, Json
from tui.store import Store
from tui.store.imports import NewArticle
from tui.store.rows import sign_event
from tui.text.paragraphs import find_paragraphs


def add_text(
    store: Store,
    text: str,
    *,
    article_id: str | None = None,
    title: str = "A title",
    meta: Mapping[str, Json] = NO_ATTRIBUTES,
) -> Article:
    """Add an article and read it back."""
    new = NewArticle(text, title, find_paragraphs(text), article_key(text), article_id, meta)
    (number,) = store.imports.add_articles([new])
    return store.articles.load_article(number)


def forge_event(store: Store, article: int, annotator: str, kind: str, payload: Json) -> str:
    """Append an event that nothing here would write, in whatever words; give its id."""
    with closing(sqlite3.connect(store.path)) as connection:
        ((last,),) = connection.execute("SELECT max(id) FROM events")
        (event_id,) = next_event_ids(last or "", 1, clock=1, tail=0)
        row = sign_event(event_id, event_id, "2026-01-01", annotator, article, kind, json.dumps(payload))
        connection.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        connection.commit()
    store.verify.rebuild()
    return event_id
