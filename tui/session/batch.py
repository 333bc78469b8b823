"""A batch: one article, or several short ones that are at work together as if they were one.

A session sees an article and a layer, and hands back what is to be done. Where they stand for several,
offsets and paragraph indices are those of the texts one after the other; everything goes to the log in the
terms of the article it belongs to, so that nothing in the database tells how many were at work.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, Protocol

from msgspec import Struct, structs

from tui.errors import SpantagError, StoreError
from tui.model.article import Article, Paragraph
from tui.model.events import Act, Event
from tui.model.layer import Layer
from tui.model.span import Json, Span
from tui.project.project import Project
from tui.suggest.suggestion import Suggestion

SHORT: Final = 2_400
"""Code points, a screen or so: an article up to this length may be at work beside others."""

_LONGEST: Final = 6_000
"""Code points of articles that lie together; how much of them is at work at a time the screen says."""

_BETWEEN: Final = "\n"
"""What stands between two texts; it belongs to no paragraph."""


class Batch(Protocol):
    """What a session works on."""

    project: Project
    """Where it comes from."""
    article: Article
    """The text and its paragraphs."""
    layer: Layer
    """What the annotator has said of it; the same object for ever."""

    def act(self, acts: Sequence[Act], *, at: int = 0) -> list[Event]:
        """Do one action: it is on disk and in `layer` on return; or raise `SpantagError`, nothing changed.

        What is said of an article as a whole is said of the one at code point `at`.
        """

    def article_labels_at(self, offset: int) -> Mapping[str, Json]:
        """Give the labels of the article at a code point, by name."""

    def step(self, kind: Literal["undo", "redo"], action: str) -> tuple[list[Event], int]:
        """Undo or redo an action; give its events here, and in how many articles it was."""

    def reload(self) -> bool:
        """Bring `layer` up to date where something else wrote to it; say whether it had."""

    def load_suggestions(self) -> list[Suggestion]:
        """Read what sources outside suggest."""

    def place_of(self, paragraph: int) -> tuple[int, int]:
        """Give the number of a paragraph's article, and its index there."""

    def parts(self) -> list[tuple[Article, int]]:
        """List the articles, each with the code point at which it begins."""

    def locate(self, offset: int) -> tuple[Article, int]:
        """Find the article at a code point, and where in it that is."""

    def begins_article(self, paragraph: int) -> bool:
        """Tell whether another article begins with a paragraph."""


def open_batch(project: Project, number: int, *, with_others: bool) -> Batch:
    """Open an article; where it is short and `with_others`, with the unfinished short ones behind it."""
    first = _Part(*project.open_article(number))
    parts = [first]
    length = len(first.article.text)
    ids = _ids_in(first.layer)
    while with_others and len(first.article.text) <= SHORT and length < _LONGEST:
        behind = project.find_unfinished(parts[-1].article.number)
        if behind is None or behind <= parts[-1].article.number:
            break
        try:
            part = _Part(*project.open_article(behind))
        except StoreError:
            # It is said when that article is opened by itself.
            break
        length += len(part.article.text)
        own_ids = _ids_in(part.layer)
        # What was imported may have the ids of another file.
        if len(part.article.text) > SHORT or length > _LONGEST or not ids.isdisjoint(own_ids):
            break
        ids |= own_ids
        parts.append(part)
    return (
        OneArticle(project, first.article, first.layer) if len(parts) == 1 else ShortArticles(project, parts)
    )


def _ids_in(layer: Layer) -> set[str]:
    """Collect the ids of everything that ever was in a layer: undo may bring it back."""
    found: set[str] = set()
    for event in layer.events:
        touched = event.act.touched()
        found |= touched.spans | touched.relations | touched.entities
    return found


class OneArticle(Struct):
    """An article by itself."""

    project: Project
    article: Article
    layer: Layer

    def act(self, acts: Sequence[Act], *, at: int = 0) -> list[Event]:  # noqa: ARG002 - there is but one
        """Do one action."""
        return self.project.act(self.article, self.layer, acts)

    def article_labels_at(self, offset: int) -> Mapping[str, Json]:  # noqa: ARG002 - there is but one
        """Give the article's labels."""
        return self.layer.article_labels

    def step(self, kind: Literal["undo", "redo"], action: str) -> tuple[list[Event], int]:
        """Undo or redo an action."""
        events = self.project.step(self.article, self.layer, kind, action)
        return events[:1], len(events)

    def reload(self) -> bool:
        """Bring the layer up to date."""
        return self.project.reload(self.article, self.layer)

    def load_suggestions(self) -> list[Suggestion]:
        """Read what sources outside suggest."""
        return self.project.load_suggestions(self.article.number)

    def place_of(self, paragraph: int) -> tuple[int, int]:
        """Give the article's number, and the same index."""
        return self.article.number, paragraph

    def parts(self) -> list[tuple[Article, int]]:
        """Give the article."""
        return [(self.article, 0)]

    def locate(self, offset: int) -> tuple[Article, int]:
        """Give the article and the same code point."""
        return self.article, offset

    def begins_article(self, paragraph: int) -> bool:  # noqa: ARG002 - the same for all of them
        """Say no: there is no other."""
        return False


class _Part(Struct):
    """One of several articles, and where it stands among them."""

    article: Article
    layer: Layer
    start: int = 0
    """The code point of the whole at which its text begins."""
    first: int = 0
    """The index of its first paragraph among all."""


class ShortArticles:
    """Several short articles, one after the other."""

    def __init__(self, project: Project, parts: Sequence[_Part]) -> None:
        self.project = project
        self._parts = parts
        start = first = 0
        for part in parts:
            part.start, part.first = start, first
            start += len(part.article.text) + len(_BETWEEN)
            first += len(part.article.paragraphs)
        self._starts = [part.start for part in parts]
        self._firsts = [part.first for part in parts]
        self.article = Article(
            parts[0].article.number,
            "",
            None,
            parts[0].article.title,
            _BETWEEN.join(part.article.text for part in parts),
            {},
            tuple(
                Paragraph(part.first + each.index, part.start + each.start, part.start + each.end)
                for part in parts
                for each in part.article.paragraphs
            ),
            frozenset(part.first + index for part in parts for index in part.article.boilerplate),
        )
        self.layer = Layer()
        self.layer.replace_events(self._translate_all())

    def act(self, acts: Sequence[Act], *, at: int = 0) -> list[Event]:
        """Do one action, in every article it is about.

        Raises `SpantagError` where a span would reach from one article into another.
        """
        counts = [len(part.layer.events) for part in self._parts]
        wanted = self._divide(acts, self._part_at(at))
        events = self.project.act_together(
            [(self._parts[at].article, self._parts[at].layer, some) for at, some in sorted(wanted.items())]
        )
        by_number = {part.article.number: part for part in self._parts}
        if sum(len(part.layer.events) for part in self._parts) != sum(counts) + len(events):
            # Another process had written to one of the layers.
            self.layer.replace_events(self._translate_all())
            return [_shift(event, by_number[event.article]) for event in events]
        shifted = [_shift(event, by_number[event.article]) for event in events]
        for event in shifted:
            self.layer.apply(event)
        return shifted

    def step(self, kind: Literal["undo", "redo"], action: str) -> tuple[list[Event], int]:
        """Undo or redo an action, here and in all other articles it touched."""
        part = next(
            part for part in self._parts if any(event.action == action for event in part.layer.events)
        )
        events = self.project.step(part.article, part.layer, kind, action)
        self.reload()
        here = [event for event in self.layer.events if event.id >= events[0].id]
        return here, len(events)

    def reload(self) -> bool:
        """Bring the layers up to date."""
        are_stale = [self.project.reload(part.article, part.layer) for part in self._parts]
        # An undo that was made here has written to the layers of the parts, too.
        count = sum(len(part.layer.events) for part in self._parts)
        if not any(are_stale) and count == len(self.layer.events):
            return False
        self.layer.replace_events(self._translate_all())
        return True

    def article_labels_at(self, offset: int) -> Mapping[str, Json]:
        """Give the labels of one of the articles."""
        return self._parts[self._part_at(offset)].layer.article_labels

    def load_suggestions(self) -> list[Suggestion]:
        """Read what sources outside suggest."""
        return [
            structs.replace(each, start=each.start + part.start, end=each.end + part.start)
            for part in self._parts
            for each in self.project.load_suggestions(part.article.number)
        ]

    def place_of(self, paragraph: int) -> tuple[int, int]:
        """Give the number of a paragraph's article, and its index there."""
        part = self._parts[bisect_right(self._firsts, paragraph) - 1]
        return part.article.number, paragraph - part.first

    def parts(self) -> list[tuple[Article, int]]:
        """List the articles, each with the code point at which it begins."""
        return [(part.article, part.start) for part in self._parts]

    def locate(self, offset: int) -> tuple[Article, int]:
        """Find the article at a code point, and where in it that is."""
        part = self._parts[self._part_at(offset)]
        return part.article, min(offset - part.start, len(part.article.text))

    def begins_article(self, paragraph: int) -> bool:
        """Tell whether another article begins with a paragraph."""
        return paragraph > 0 and paragraph in self._firsts

    def _part_at(self, offset: int) -> int:
        return bisect_right(self._starts, offset) - 1

    def _translate_all(self) -> Iterator[Event]:
        return (_shift(event, part) for part in self._parts for event in part.layer.events)

    def _divide(self, acts: Sequence[Act], at_work: int) -> dict[int, list[Act]]:
        """Give each article its part of every act, in its own terms; what names no place is of `at_work`."""
        divided: defaultdict[int, list[Act]] = defaultdict(list)
        homes = _Homes(self._parts, at_work)
        for act in acts:
            for at, own in act.divide(homes):
                part = self._parts[at]
                divided[at].append(own.shifted(-part.start, -part.first))
        return divided


class _Homes:
    """Which of several articles things are in."""

    def __init__(self, parts: Sequence[_Part], at_work: int) -> None:
        self._parts = parts
        self._at_work = at_work
        self._starts = [part.start for part in parts]
        self._firsts = [part.first for part in parts]
        self._at = {
            thing_id: at
            for at, part in enumerate(parts)
            for thing_id in (*part.layer.spans, *part.layer.relations, *part.layer.entities)
        }

    def of_span(self, span: Span) -> int:
        at = bisect_right(self._starts, span.start) - 1
        self.check_inside(at, span.start, span.end)
        self._at[span.id] = at
        return at

    def of_id(self, thing_id: str) -> int:
        return self._at[thing_id]

    def of_article(self) -> int:
        return self._at_work

    def of_paragraph(self, index: int) -> int:
        return bisect_right(self._firsts, index) - 1

    def check_inside(self, home: int, start: int, end: int) -> None:
        part = self._parts[home]
        if not part.start <= start <= end <= part.start + len(part.article.text):
            raise SpantagError("A span cannot reach from one article into another.")


def _shift(event: Event, part: _Part) -> Event:
    """Write an event of one article in the terms of all of them."""
    return structs.replace(event, act=event.act.shifted(part.start, part.first))
