"""The labels: key, name, and how often each is used in the article; beside the text, or below it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.palette import readable

_MOST_ROWS: Final = 3
"""Rows below the text at most."""


@dataclass(frozen=True, slots=True)
class LabelEntry:
    """A label as the bar shows it."""

    name: str
    """Its name."""
    key: str | None
    """The key that tags with it."""
    color: str
    """`#RRGGBB`."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an entry is drawn."""

    entry: LabelEntry
    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True)
class _Look:
    """The styles of one theme."""

    ground: Style
    active: Style
    count: Style
    keys: Mapping[str, Style]


class LabelBar(Widget):
    """The labels, as a column or as rows."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"labels--count", "labels--key"}
    DEFAULT_CSS = """
    LabelBar { background: $surface; }
    LabelBar > .labels--count { color: $text-muted; }
    LabelBar > .labels--key { text-style: bold; }
    """

    class Chosen(Message):
        """A label was clicked."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name
            """The label's name."""

    def __init__(self, entries: Sequence[LabelEntry]) -> None:
        super().__init__()
        self._entries = entries
        self._counts: Mapping[str, int] = {}
        self._active: str | None = None
        self._is_column = False
        self._places: list[_Place] = []
        self._more: tuple[int, int, str] | None = None
        self._look: _Look | None = None

    def notify_style_update(self) -> None:
        """Forget everything drawn in the old theme."""
        super().notify_style_update()
        self._look = None

    def show(self, counts: Mapping[str, int], *, active: str | None) -> None:
        """Show how often each label is used, and which one is at work."""
        if (counts, active) != (self._counts, self._active):
            before, switched = self._places, {active, self._active}
            self._counts, self._active = dict(counts), active
            self._place()
            rows = {place.y for place in {*before} ^ {*self._places}}
            if len(switched) > 1:
                rows |= {place.y for place in self._places if place.entry.name in switched}
            if rows:
                self.refresh(*(Region(0, y, self.size.width, 1) for y in rows))

    def stand(self, *, column: bool, width: int) -> None:
        """Stand as a column beside the text, or as rows below it in `width` cells."""
        self._is_column = column
        if column:
            self.styles.width = max((cell_len(entry.name) for entry in self._entries), default=8) + 11
            self.styles.height = "1fr"
        else:
            self.styles.width = "1fr"
            rows = _flow([self._text_of(entry) for entry in self._entries], width - 2)
            self.styles.height = max(min(rows[-1][1] + 1 if rows else 1, _MOST_ROWS), 1)
        self._place()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw a row of labels."""
        width, ground = self.size.width, self._styles().ground
        segments: list[Segment] = []
        here = 0
        for place in (place for place in self._places if place.y == y):
            segments.append(Segment(" " * (place.x - here), ground))
            segments += self._segments_of(place)
            here = place.x + cell_len(place.text)
        if self._more is not None and self._more[1] == y:
            x, _, text = self._more
            segments += [Segment(" " * (x - here), ground), Segment(text, self._styles().count)]
        return Strip(segments).adjust_cell_length(width, ground)

    def on_resize(self) -> None:
        """Place the labels anew."""
        self._place()

    def on_click(self, event: events.Click) -> None:
        """Say which label was clicked."""
        for place in self._places:
            if place.y == event.y and place.x <= event.x < place.x + cell_len(place.text):
                self.post_message(self.Chosen(place.entry.name))
                return

    def _text_of(self, entry: LabelEntry) -> str:
        count = self._counts.get(entry.name, 0)
        return f"{entry.key or '·'} {entry.name} {count or '·':<2}"

    def _place(self) -> None:
        texts = [self._text_of(entry) for entry in self._entries]
        if self._is_column:
            room = max(self.size.width - 2, 1)
            self._places = [
                _Place(entry, 1, y + 1, _justify(text, room))
                for y, (entry, text) in enumerate(zip(self._entries, texts, strict=True))
            ]
        else:
            flowed = _flow(texts, max(self.size.width - 2, 1))
            self._places = [
                _Place(entry, x + 1, y, text)
                for entry, text, (x, y) in zip(self._entries, texts, flowed, strict=True)
            ]
        self._leave_out()

    def _leave_out(self) -> None:
        """Leave out the labels that there is no room for, and say how many."""
        rows = self.size.height
        count = len(self._places)
        while self._places and self._places[-1].y >= rows:
            self._places.pop()
        self._more = None
        if not 0 < len(self._places) < count:
            return
        if self._is_column:
            last = self._places.pop()
            self._more = last.x, last.y, f"+{count - len(self._places)} more"
            return
        while True:
            last = self._places[-1]
            x, text = last.x + cell_len(last.text) + 2, f"+{count - len(self._places)} more"
            if x + cell_len(text) < self.size.width or len(self._places) == 1:
                break
            self._places.pop()
        self._more = x, last.y, text

    def _segments_of(self, place: _Place) -> list[Segment]:
        look = self._styles()
        name = look.active if place.entry.name == self._active else look.ground
        key_cells = cell_len(place.entry.key or "·")
        end = key_cells + 1 + len(place.entry.name)
        return [
            Segment(place.text[:1], look.keys[place.entry.color]),
            Segment(place.text[1:2], look.ground),
            Segment(place.text[2 : len(place.entry.name) + 2], name),
            Segment(place.text[end:], look.count),
        ]

    def _styles(self) -> _Look:
        if self._look is None:
            ground, key = self.rich_style, self.get_component_rich_style("labels--key")
            behind = self.background_colors[1].hex6
            colors = {entry.color for entry in self._entries}
            self._look = _Look(
                ground,
                ground + Style(bold=True, reverse=True),
                self.get_component_rich_style("labels--count"),
                {color: key + Style(color=readable(color, behind)) for color in colors},
            )
        return self._look


def _flow(texts: Sequence[str], width: int) -> list[tuple[int, int]]:
    """Place texts one after the other in rows; give the cell and row of each."""
    places: list[tuple[int, int]] = []
    x = y = 0
    for text in texts:
        cells = cell_len(text)
        if x and x + cells > width:
            x, y = 0, y + 1
        places.append((x, y))
        x += cells + 2
    return places


def _justify(text: str, width: int) -> str:
    """Put the last word of a text at the right edge."""
    left, _, right = text.rstrip().rpartition(" ")
    return set_cell_size(left, max(width - cell_len(right), 1)) + right
