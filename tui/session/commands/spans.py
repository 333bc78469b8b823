"""Spans made, changed and removed; a suggestion that is changed becomes a span in the same action."""

import re
from collections.abc import Sequence
from typing import Literal, TypeAlias

from msgspec import structs

from tui.model.events import Accept, Act, Add, Change, Reject, Remove
from tui.model.span import Span
from tui.session.attention import Attention
from tui.session.moves import Moves
from tui.session.state import State
from tui.suggest.suggestion import Suggestion

Outcome: TypeAlias = Literal["done", "no span", "equal"]
"""What came of a change: it was made, there was nothing to change, or an equal span is there already."""


class SpanCommands:
    """What is done to the selection, or to the span or suggestion in focus."""

    def __init__(self, state: State, moves: Moves, attention: Attention) -> None:
        self._state = state
        self._annotations = state.annotations
        self._focus = state.focus
        self._moves = moves
        self._attention = attention

    def tag(self, label: str) -> bool:
        """Tag the selection, or show hints where nothing is selected; say whether a span was made."""
        selection = self._state.cursor.selection
        if selection is None:
            self.open_hints(label)
            return False
        self.add(*selection, label)
        return True

    def tag_more(self, label: str) -> bool:
        """Show hints for one more span of the label that what is in focus has already; say whether it has.

        Where letters are hints, that is what its key can still mean. No selection is passed over.
        """
        stop = self._focus.stop
        is_same = stop is not None and stop.label == label and self._state.cursor.selection is None
        if is_same and self._state.reading.mode != "hints":
            self.open_hints(label)
            return True
        return False

    def open_hints(self, label: str | None) -> None:
        """Show hints under the words at work; without a label they move the cursor only."""
        if self._annotations.chunks:
            self._state.hints.open(label)
            self._state.cursor.unpin()

    def type_hint(self, letter: str) -> bool:
        """Type a letter of a hint, and do what a whole one is for; say whether any hint has it."""
        left = self._state.hints.type(letter)
        if left is None:
            return False
        waiting = left.waiting()
        if "" not in waiting.values():
            return True
        (place,) = waiting
        start, _ = self._annotations.tokens.of(place[0])[place[1]]
        self._state.hints.close()
        if left.is_jump:
            self._moves.jump_to(start)
        elif left.label is not None or not self._moves.focus_start(start):
            self.add(*self._state.suggestions.predict_span(place, left.label))
        return True

    def add(self, start: int, end: int, label: str) -> None:
        """Make a span and put it into focus; one that is there already only comes into focus."""
        same = self._annotations.find_equal(start, end, label)
        if same is None:
            same = Span(self._annotations.new_id(), start, end, label)
            self._annotations.act([Add((same,))])
        self._moves.set_focus(same.id)

    def add_piece(self) -> Outcome:
        """Make the selection one more piece of the span that was in focus last, or take it out of it."""
        selection, span = self._state.cursor.selection, self._focus.last_span
        if selection is None or span is None:
            return "no span"
        start, end = selection
        within = [each for each in span.pieces if each[0] <= start and end <= each[1]]
        if within:
            first, last = within[0]
            left = [each for each in ((first, start), (end, last)) if each[0] < each[1]]
            pieces = [*[each for each in span.pieces if each != within[0]], *left]
        else:
            pieces = [*span.pieces, selection]
        return self.change(span, [], span.with_pieces(pieces)) if pieces else "no span"

    def accept(self) -> bool:
        """Make the suggestion in focus a span; say whether there is one."""
        span, acts = self.grasp()
        if span is None or not acts:
            return False
        self._annotations.act(acts)
        self._moves.set_focus(span.id)
        return True

    def reject(self) -> bool:
        """Turn the suggestion in focus down, for good; say whether there is one."""
        suggestion = self._focus.suggestion
        if suggestion is None:
            return False
        self._annotations.act([Reject((self.make_span(suggestion),))])
        self._focus.drop_suggestion()
        if self._state.reading.mode != "hints":
            self._attention.attend()
        return True

    def relabel(self, label: str) -> Outcome:
        """Give the span in focus, or the only one that is selected just so, another label."""
        span, acts = self.grasp()
        span = span or self._find_selected()
        return "no span" if span is None else self.change(span, acts, structs.replace(span, label=label))

    def remove(self) -> Span | None:
        """Remove the span in focus, or the only one that is selected just so; give what it was."""
        span = self._focus.span or self._find_selected()
        if span is not None:
            self._annotations.act([Remove((span.id,))])
            self._focus.clear()
        return span

    def tag_equal(self) -> int | None:
        """Tag every other equal mention of the span in focus in the article, as one action.

        A mention is equal where the same text stands as whole tokens. Mentions that carry the label already,
        or stand in boilerplate, are left alone. Returns how many were tagged; None without a focus.
        """
        span, acts = self.grasp()
        if span is None:
            return None
        spans = [
            Span(self._annotations.new_id(), start, end, span.label)
            for start, end in self._find_equal_mentions(span)
        ]
        if spans:
            acts.append(Add(tuple(spans)))
        if acts:
            self._annotations.act(acts)
            self._moves.set_focus(span.id)
        return len(spans)

    # What other commands are made of

    def make_span(self, suggestion: Suggestion) -> Span:
        """Make the span that a suggestion becomes."""
        return Span(
            self._annotations.new_id(),
            suggestion.start,
            suggestion.end,
            suggestion.label,
            origin=suggestion.origin,
        )

    def grasp(self) -> tuple[Span | None, list[Act]]:
        """Give the span in focus, or the one that the suggestion in focus becomes and what makes it one.

        A change of it follows in the same action, so that one undo takes both back.
        """
        suggestion = self._focus.suggestion
        if suggestion is None:
            return self._focus.span, []
        span = self.make_span(suggestion)
        return span, [Accept((span,))]

    def change(self, span: Span, acts: Sequence[Act], new: Span) -> Outcome:
        """Change the label or the edges of a span, which `acts` make where it is none yet."""
        same = self._annotations.find_equal(new.start, new.end, new.label)
        if same is not None and same.id != span.id:
            return "equal"
        if new.label != span.label:
            acts = [*acts, Change(span.id, label=new.label)]
        if (new.start, new.end, new.fragments) != (span.start, span.end, span.fragments):
            acts = [*acts, Change(span.id, start=new.start, end=new.end, fragments=new.fragments)]
        if acts:
            self._annotations.act(acts)
        if span.id in self._annotations.layer.spans:
            self._moves.set_focus(span.id)
        return "done"

    def _find_selected(self) -> Span | None:
        """Find the span that the selection lies exactly on, where there is but one."""
        selection = self._state.cursor.selection
        if selection is None:
            return None
        there = [
            each for each in self._annotations.spans_in(*selection) if (each.start, each.end) == selection
        ]
        return there[0] if len(there) == 1 else None

    def _find_equal_mentions(self, span: Span) -> list[tuple[int, int]]:
        """Find where the text of a span stands in its article without the span's label."""
        text = self._annotations.article.text
        pattern = re.compile(re.escape(text[span.start : span.end]))
        article, place = self._annotations.batch.locate(span.start)
        first = span.start - place
        found = [match.span() for match in pattern.finditer(text, first, first + len(article.text))]
        return [
            (start, end)
            for start, end in found
            if not self._is_tagged(start, end, span) and self._is_whole(start, end)
        ]

    def _is_tagged(self, start: int, end: int, span: Span) -> bool:
        """Tell whether `[start, end)` carries the label of a span, or touches that span."""
        there = (span, *self._annotations.spans_in(start, end))
        return any(each.label == span.label and each.overlaps(start, end) for each in there)

    def _is_whole(self, start: int, end: int) -> bool:
        """Tell whether `[start, end)` is whole tokens, and no boilerplate."""
        annotations = self._annotations
        paragraph = annotations.chunks[annotations.tokens.chunk_at(start)].paragraph
        is_boilerplate = annotations.state_of(paragraph) == "boilerplate"
        return not is_boilerplate and annotations.tokens.are_whole(start, end)
