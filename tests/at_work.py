"""A project to work in: articles, a session on one of them, and what the database says afterwards."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tui.errors import Refusal
from tui.model.article import Article
from tui.project.place import Place
from tui.project.project import Project
from tui.session import Session
from tui.session.batch import OneArticle
from tui.ui.presenter import Presenter
from tui.ui.scene import Scene
from tui.ui.viewport import ViewSize

ROOM = ViewSize(75, 400)
"""Room for a whole part of a paragraph, however long it is."""

LABELS = """\
labels:
  - {name: actor, key: a, description: Who acts.}
  - {name: weapon, key: w}
  - {name: casualty, key: c}
  - {name: location, key: l}
"""
"""A labels.yaml."""

STORY = """\
Rebels attack a convoy near Moru

Masked rebels attacked an army convoy near Moru on Friday, killing three soldiers, the army said.

The rebels fled towards Lake Tiva. Residents of Moru heard gunfire until dawn.

An army spokesman in Moru promised an inquiry.
"""
"""An article of four paragraphs."""


def make_project(folder: Path, *texts: str, labels: str = LABELS, annotator: str = "ana") -> Project:
    """Open a project with these articles; each has its first line as its title."""
    (folder / "labels.yaml").write_text(labels, encoding="utf-8")
    project = Project.open(Place.of(folder, annotator=annotator))
    for number, text in enumerate(texts):
        path = folder / f"article{number}.txt"
        path.write_bytes(text.encode("utf-8"))
        refusals: list[Refusal] = []
        project.import_files([path], format_name="text", tell=refusals.append)
        assert len(project.list_articles()) == number + 1, refusals
    return project


@contextmanager
def at_work(folder: Path, text: str = STORY, *, offset: int | None = None) -> Iterator[Session]:
    """Give a session on an article of its own project."""
    project = make_project(folder, text)
    try:
        yield work_on(project, offset=offset)
    finally:
        project.close()


def work_on(
    project: Project, number: int = 1, *, offset: int | None = None, suggests: bool = False
) -> Session:
    """Open an article as the annotate screen does, with suggestions where `suggests` says so."""
    article, layer = project.open_article(number)
    assistant = project.open_assistant() if suggests else None
    return Session(OneArticle(project, article, layer), offset=offset, assistant=assistant)


def show(session: Session, room: ViewSize = ROOM) -> Scene:
    """Show a session as the app does: it is arranged in some room, and the session told what can be seen."""
    return Presenter(session).present(room)


def enter(session: Session, room: ViewSize = ROOM) -> bool:
    """Do what Enter does where the session is shown in some room; say whether there is more to do."""
    show(session, room)
    return session.paragraphs.finish()


def spans_of(session: Session) -> list[tuple[str, str]]:
    """Give the spans on the screen, as text and label."""
    text = session.article.text
    return [(text[span.start : span.end], span.label) for span in session.annotations.spans_in(0, len(text))]


def stored(project: Project, article: Article, annotator: str = "ana") -> Sequence[object]:
    """Give what the log of the database folds to, its derived tables having been checked."""
    assert list(project.verify()) == []
    layer = project.store.log.load_layer(article.number, annotator)
    return [layer.spans, layer.states, layer.notes, layer.done, layer.undone]


def shown(session: Session) -> Sequence[object]:
    """Give what the session shows, to be compared with `stored`."""
    layer = session.layer
    return [layer.spans, layer.states, layer.notes, layer.done, layer.undone]
