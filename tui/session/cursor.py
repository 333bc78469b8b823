"""The cursor, and what is selected between it and where the selection began."""

from tui.session.tokens import Tokens


class Cursor:
    """The word the annotator is on; nothing is selected until there is one."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._word: tuple[int, int] | None = None
        self._anchor: tuple[int, int] | None = None
        self._edges: tuple[int, int] | None = None
        self._is_pinned = False
        self._is_turned = False

    @property
    def word(self) -> tuple[int, int] | None:
        """The word the cursor is on, as `[start, end)`; None while nothing is selected."""
        return self._word

    @property
    def anchor(self) -> tuple[int, int] | None:
        """The word where the selection began."""
        return self._anchor

    @property
    def is_pinned(self) -> bool:
        """Whether plain arrows extend the selection."""
        return self._is_pinned

    @property
    def selection(self) -> tuple[int, int] | None:
        """What is selected, as `[start, end)`."""
        if self._edges is not None:
            return self._edges
        if self._word is None or self._anchor is None:
            return None
        return min(self._word[0], self._anchor[0]), max(self._word[1], self._anchor[1])

    def put(self, word: tuple[int, int], *, extend: bool) -> None:
        """Put the cursor on a word; the selection goes on to there where it is extended or pinned."""
        self._edges = None
        if not (extend or self._is_pinned) or self._anchor is None:
            self._anchor = word
        self._word = word

    def set_edges(self, start: int, end: int) -> None:
        """Select exactly `[start, end)`, whatever words it cuts."""
        self._edges = (start, end)
        self._word, self._anchor = self._tokens.at(end - 1), self._tokens.at(start)

    def pin(self) -> None:
        """Let plain arrows extend the selection; again, at its other end; again, let it go."""
        if self._is_pinned and not self._is_turned:
            self._word, self._anchor = self._anchor, self._word
            self._is_turned = True
        else:
            self._is_pinned, self._is_turned = not self._is_pinned, False

    def unpin(self) -> None:
        """Let plain arrows move the cursor again."""
        self._is_pinned = self._is_turned = False

    def clear(self) -> None:
        """Select nothing."""
        self._word = self._anchor = self._edges = None
        self.unpin()
