"""The labels: key, name, and how often each is used in the article; beside the text, or below it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct, structs
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from tui.ui.layout import cut_text
from tui.ui.palette import readable
from tui.ui.widgets.styled import StyledWidget

_MOST_ROWS: Final = 3
"""Rows below the text at most."""

_SHARE: Final = 3
"""What part of the width the labels take at most, one in so many; and a name, where they stand in rows."""

_AROUND: Final = 8
"""Cells around a name in a column: the key before it, the count behind it, and the margins."""

_NO_KEY: Final = "·"
"""Stands for the key of a label that has none, and for no spans."""


class LabelEntry(Struct, frozen=True):
    """A label as the bar shows it."""

    name: str
    """Its name."""
    key: str | None
    """The key that tags with it."""
    color: str
    """`#RRGGBB`."""


class _Place(Struct, frozen=True):
    """Where an entry is drawn."""

    entry: LabelEntry
    x: int
    y: int
    name: str
    """The label's name, as far as there is room for it."""
    count: str

    @property
    def text(self) -> str:
        """All that is drawn."""
        return f"{self.entry.key or _NO_KEY} {self.name} {self.count}"


class LabelBar(StyledWidget):
    """The labels, as a column or as rows."""

    ALLOW_SELECT = False

    class Chosen(Message):
        """A label was clicked."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name
            """The label's name."""

    def __init__(self, entries: Sequence[LabelEntry]) -> None:
        super().__init__()
        self._entries = entries
        self._longest = max((cell_len(entry.name) for entry in entries), default=0)
        self._counts: Mapping[str, int] = {}
        self._active: str | None = None
        self._is_column = False
        self._places: list[_Place] = []
        self._more: tuple[int, int, str] | None = None
        self._of_colors: dict[str, Style] = {}

    def notify_style_update(self) -> None:
        """Forget everything drawn in the old theme."""
        super().notify_style_update()
        self._of_colors.clear()

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

    def widest(self, width: int) -> int:
        """Say how many cells the labels need as a column beside the text, of `width` in all."""
        return min(self._longest + _AROUND, width // _SHARE)

    def stand(self, *, column: bool, width: int) -> None:
        """Stand as a column beside the text, or as rows below it in `width` cells."""
        self._is_column = column
        if column:
            self.styles.height = min(len(self._entries) + 2, 10_000)
        else:
            rows = max([place.y for place in self._flow(width)], default=0) + 1
            self.styles.height = max(min(rows, _MOST_ROWS), 1)
        self._place()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw a row of labels."""
        width, ground = self.size.width, self._ink()
        segments: list[Segment] = []
        here = 0
        for place in (place for place in self._places if place.y == y):
            segments.append(Segment(" " * (place.x - here), ground))
            segments += self._segments_of(place)
            here = place.x + cell_len(place.text)
        if self._more is not None and self._more[1] == y:
            x, _, text = self._more
            segments += [Segment(" " * (x - here), ground), Segment(text, self._ink("muted"))]
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

    def _place(self) -> None:
        width, height = self.size.width, self.size.height
        if self._is_column:
            room = max(min(width - _AROUND, self._longest), 1)
            self._places = [
                _Place(entry, 1, y, cut_text(entry.name, room).ljust(room), self._count_of(entry))
                for y, entry in enumerate(self._entries[: height + 1], start=1)
            ]
        else:
            self._places = list(self._flow(width))
        self._leave_out()

    def _flow(self, width: int) -> Iterator[_Place]:
        """Place the labels one after the other in rows, as far as there is room and one row more."""
        x = y = 0
        for entry in self._entries:
            name = cut_text(entry.name, max(width // _SHARE, 1))
            place = _Place(entry, x + 1, y, name, f"{self._count_of(entry):<2}")
            cells = cell_len(place.text)
            if x and x + cells > width - 2:
                x, y = 0, y + 1
                place = structs.replace(place, x=1, y=y)
            if y > _MOST_ROWS:
                return
            yield place
            x += cells + 2

    def _count_of(self, entry: LabelEntry) -> str:
        return str(self._counts.get(entry.name, 0) or _NO_KEY)

    def _leave_out(self) -> None:
        """Leave out the labels that there is no room for, and say how many."""
        rows = self.size.height
        count = len(self._entries)
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
        name = self._ink("active") if place.entry.name == self._active else self._ink()
        shown = place.name.rstrip()
        return [
            Segment(place.entry.key or _NO_KEY, self._key_style(place.entry.color)),
            Segment(" ", self._ink()),
            Segment(shown, name),
            Segment(f"{place.name[len(shown) :]} {place.count}", self._ink("muted")),
        ]

    def _key_style(self, color: str) -> Style:
        """Give the style of keys of a colour, worked out once a theme."""
        style = self._of_colors.get(color)
        if style is None:
            shown = readable(color, self.background_colors[1].hex6)
            style = self._of_colors[color] = self._ink("strong") + Style(color=shown)
        return style
