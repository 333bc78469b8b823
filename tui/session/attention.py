"""The suggestion that comes into focus by itself: the most doubtful one that was seen."""

from tui.session.state import State


class Attention:
    """Draws the annotator to what is in doubt, where they have nothing else in hand."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._drawn_for: tuple[tuple[int, ...], int | None] = ((), None)

    def follow(self) -> None:
        """Attend anew where other chunks came up, or what was in doubt is at work no more."""
        if self._drawn_for != self._here() or self._has_gone():
            self.attend()

    def attend(self) -> None:
        """Put the most doubtful suggestion that was seen into focus, where nothing else is."""
        state = self._state
        self._drawn_for = self._here()
        if state.stretch is None and not state.hints.is_typing:
            seen = [
                each
                for chunk in state.reading.at_work
                for each in state.suggestions.in_chunk(chunk)
                if each.end <= state.reading.read_to(chunk)
            ]
            if seen:
                doubted = min(seen, key=lambda each: each.confidence or 0.0)
                state.focus.put_on_suggestion(doubted, by_itself=True)
            else:
                state.focus.drop_suggestion()

    def forget(self) -> None:
        """Attend anew when the next frame is seen, as if all in it had just come up."""
        self._drawn_for = ((), None)
        if self._state.focus.is_by_itself:
            self._state.focus.drop_suggestion()

    def _here(self) -> tuple[tuple[int, ...], int | None]:
        return self._state.reading.at_work, self._state.reading.read_from

    def _has_gone(self) -> bool:
        """Let the suggestion that came into focus by itself go where it is at work no more; say whether."""
        focus, suggestions = self._state.focus, self._state.suggestions
        doubted = focus.suggestion
        if not focus.is_by_itself or doubted is None:
            return False
        if any(doubted in suggestions.in_chunk(chunk) for chunk in self._state.reading.at_work):
            return False
        focus.drop_suggestion()
        return True
