"""One article at work: where the annotator is, what is selected, what is in focus, and every change to it.

Pure view logic: no terminal, no clock. Every change goes through the project, and is on disk before it
shows; a change that the database refuses raises `StoreError` and leaves everything as it was. Offsets are
code points of the article's text.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from tui.articles import Article, ParagraphState
from tui.events import NOTHING_TOUCHED, STATE_KINDS, Layer, Touched, names, span_payload
from tui.hints import assign_codes, predict_extent, rank_starts
from tui.layout import Chunk, cut_chunks, wrap
from tui.project import Project
from tui.records import sort_spans
from tui.span_index import SpanIndex
from tui.spans import Json, Span
from tui.store import Act, paragraph_state
from tui.text import display_text, quote, tokenize

Edge: TypeAlias = Literal["start", "end"]
"""One edge of a span or selection."""

Direction: TypeAlias = Literal[-1, 1]
"""Backward or forward in the text."""

_FARTHEST_EDGE: Final = 64
"""Code points before and after an edge in which the characters next to it are looked for."""

_STATE_WORDS: Final[dict[ParagraphState, str]] = {
    "finished": "finished",
    "unfinished": "open again",
    "skipped": "skipped",
    "flagged": "flagged",
    "boilerplate": "marked as boilerplate",
}


@dataclass(frozen=True, slots=True)
class Hints:
    """Letters under the tokens of the current chunk, waiting to be typed."""

    label: str | None
    """The label that the chosen token's span gets; None: the cursor goes there."""
    codes: dict[str, int]
    """Code to the index of its token in the chunk."""
    typed: str = ""
    """The letters typed so far."""

    def waiting(self) -> dict[int, str]:
        """Give, for each token that can still be meant, the letters that are left to type."""
        return {
            token: code[len(self.typed) :]
            for code, token in self.codes.items()
            if code.startswith(self.typed)
        }


class Editor:
    """The state of the annotate screen, and what its keys do."""

    def __init__(
        self, project: Project, article: Article, layer: Layer, *, offset: int | None = None
    ) -> None:
        self._project = project
        self.article = article
        """The article."""
        self.layer = layer
        """What the annotator has said of it."""
        self.display = display_text(article.text)
        """Its text as it may be drawn; equal in length."""
        self.chunks = cut_chunks(self.display, [(part.start, part.end) for part in article.paragraphs])
        """What is drawn and walked as one: a paragraph, or a part of a very long one."""
        self._starts = [chunk.start for chunk in self.chunks]
        self.tokens_of: Callable[[int], list[tuple[int, int]]] = lru_cache(maxsize=64)(self._tokenize_chunk)
        """The tokens of a chunk, by its index, as `[start, end)`."""
        self._index = SpanIndex(self._starts, layer.spans.values())
        self._state_counts: Counter[ParagraphState] | None = None
        self.current = 0
        """The index of the current chunk."""
        self.cursor: tuple[int, int] | None = None
        """The token the cursor is on; None while nothing is selected."""
        self.anchor: tuple[int, int] | None = None
        """The token where the selection began."""
        self.is_pinned = False
        """Whether plain arrows extend the selection."""
        self._edges: tuple[int, int] | None = None
        self.focus: str | None = None
        """Id of the span in focus."""
        self.hints: Hints | None = None
        """The hints on show."""
        self.saved_at = ""
        """When the last change was saved, in UTC; empty before the first of this sitting."""
        self.search_text = ""
        """What was searched for last."""
        if self.chunks:
            self.current = self._first_chunk(offset)

    # What is

    @property
    def chunk(self) -> Chunk:
        """The current chunk."""
        return self.chunks[self.current]

    @property
    def selection(self) -> tuple[int, int] | None:
        """What is selected, as `[start, end)`."""
        if self._edges is not None:
            return self._edges
        if self.cursor is None or self.anchor is None:
            return None
        return min(self.cursor[0], self.anchor[0]), max(self.cursor[1], self.anchor[1])

    @property
    def focused(self) -> Span | None:
        """The span in focus."""
        return self.layer.spans.get(self.focus) if self.focus is not None else None

    @property
    def offset(self) -> int:
        """Where the annotator is: the cursor, else the span in focus, else the current chunk."""
        if self.cursor is not None:
            return self.cursor[0]
        span = self.focused
        return span.start if span is not None else self.chunk.start if self.chunks else 0

    def state_of(self, paragraph: int) -> ParagraphState:
        """Say in which state a paragraph is."""
        return paragraph_state(self.article, self.layer, paragraph)

    def spans_in(self, start: int, end: int) -> list[Span]:
        """List the spans that share a code point with `[start, end)`, in reading order."""
        return self._index.overlapping(start, end)

    def count_labels(self) -> Mapping[str, int]:
        """Count the spans of each label."""
        return self._index.counts

    def quoted(self, start: int, end: int, *, limit: int = 40) -> str:
        """Quote a stretch of the article on one line."""
        return quote(self.article.text, start, end, limit=limit)

    def count_of_state(self, state: ParagraphState) -> int:
        """Count the paragraphs in a state."""
        if self._state_counts is None:
            self._state_counts = Counter(map(self.state_of, range(len(self.article.paragraphs))))
        return self._state_counts[state]

    # Where the annotator is

    def release(self) -> bool:
        """Step back: close the hints, else drop the selection, else the focus; say whether there was any."""
        if self.hints is not None:
            self.hints = None
        elif self.selection is not None:
            self._unselect()
        elif self.focus is not None:
            self.focus = None
        else:
            return False
        return True

    def go_to_chunk(self, index: int) -> None:
        """Make a chunk the current one, with nothing selected."""
        if self.chunks:
            self.current = max(0, min(index, len(self.chunks) - 1))
        self.hints = None
        self.focus = None
        self._unselect()

    def move_token(self, direction: Direction, *, extend: bool = False) -> None:
        """Move the cursor by a token; across chunks where one ends."""
        if not self.chunks:
            return
        self.hints = None
        here = self.cursor or self._token_by(self.focused, direction)
        if here is None:
            tokens = self.tokens_of(self.current)
            self._put_cursor(tokens[0] if direction == 1 else tokens[-1], extend=False)
            return
        self._put_cursor(self._neighbour(here, direction), extend=extend)

    def move_to(self, offset: int, *, extend: bool = False) -> None:
        """Put the cursor on the token at or nearest to a code point."""
        if not self.chunks:
            return
        self.hints = None
        self._put_cursor(self.token_at(offset), extend=extend)

    def select(self, start: int, end: int) -> None:
        """Select the tokens that `[start, end)` touches."""
        if self.chunks:
            self.hints = None
            self._unselect()
            self._put_cursor(self.token_at(start), extend=False)
            self._put_cursor(self.token_at(max(end - 1, start)), extend=True)

    def pin(self) -> None:
        """Pin the selection's beginning, so that plain arrows extend it; again, let it go."""
        if self.cursor is None:
            self.move_token(1)
        self.is_pinned = not self.is_pinned

    def token_at(self, offset: int) -> tuple[int, int]:
        """Find the token at a code point, else the nearest one before it in its chunk."""
        chunk = max(bisect_right(self._starts, offset) - 1, 0)
        tokens = self.tokens_of(chunk)
        return tokens[max(bisect_right(tokens, (offset, len(self.display) + 1)) - 1, 0)]

    def walk_spans(self, direction: Direction) -> bool:
        """Put the next or previous span of the article into focus; say whether there is one."""
        beside = self._index.beside(self.focused or self.offset, direction)
        if beside is not None:
            self.set_focus(beside)
        return beside is not None

    def set_focus(self, span_id: str) -> None:
        """Put a span into focus and go to it."""
        span = self.layer.spans[span_id]
        self.hints = None
        self._unselect()
        self.focus = span_id
        # A span that starts before the current chunk and reaches into it does not move the annotator.
        if self.chunks and not span.overlaps(self.chunk.start, self.chunk.end):
            self.current = max(bisect_right(self._starts, span.start) - 1, 0)

    def focus_at(self, offset: int) -> bool:
        """Put the innermost span at a code point into focus, the next outer one when it is there already."""
        spans = sorted(self.spans_in(offset, offset + 1), key=lambda span: span.end - span.start)
        if not spans:
            return False
        ids = [span.id for span in spans]
        place = ids.index(self.focus) + 1 if self.focus in ids else 0
        self.set_focus(ids[place % len(ids)])
        return True

    def search(self, text: str, *, direction: Direction = 1) -> bool:
        """Select the next place where `text` is seen, upper and lower case alike; say whether there is one."""
        self.search_text = text
        if not text or not self.chunks:
            return False
        pattern = re.compile(re.escape(display_text(text)), re.IGNORECASE)
        starts = [match.start() for match in pattern.finditer(self.display)]
        if not starts:
            return False
        # What is selected is whole tokens, and may begin before what was found in it.
        first, end = self.selection or (self.offset, self.offset)
        place = bisect_left(starts, end) if direction == 1 else bisect_left(starts, first) - 1
        start = starts[place % len(starts)]
        self.focus = None
        self.select(start, start + len(text))
        return True

    # Hints

    def open_hints(self, label: str | None) -> None:
        """Show hints under the tokens of the current chunk."""
        if not self.chunks:
            return
        tokens = self.tokens_of(self.current)
        codes = assign_codes(rank_starts(self.article.text, tokens))
        self.hints = Hints(label, {code: index for index, code in enumerate(codes)})
        self.is_pinned = False

    def type_hint(self, letter: str) -> bool:
        """Type a letter of a hint, and do what a whole one is for; say whether any hint has it."""
        if self.hints is None:
            return False
        hints = replace(self.hints, typed=self.hints.typed + letter)
        waiting = hints.waiting()
        if not waiting:
            return False
        if "" not in waiting.values():
            self.hints = hints
            return True
        (token,) = waiting
        tokens = self.tokens_of(self.current)
        if hints.label is None:
            self.focus = None
            self._put_cursor(tokens[token], extend=False)
        else:
            length = max(predict_extent(self.article.text, tokens, token), 1)
            last = min(token + length, len(tokens)) - 1
            self.add_span(tokens[token][0], tokens[last][1], hints.label)
        self.hints = None
        return True

    def untype_hint(self) -> None:
        """Take back the last letter of a hint, or close the hints."""
        if self.hints is not None:
            self.hints = replace(self.hints, typed=self.hints.typed[:-1]) if self.hints.typed else None

    # Spans

    def tag(self, label: str) -> bool:
        """Tag the selection, or show hints where nothing is selected; say whether a span was made."""
        selection = self.selection
        if selection is None:
            self.open_hints(label)
            return False
        self.add_span(*selection, label)
        return True

    def add_span(self, start: int, end: int, label: str) -> None:
        """Make a span and put it into focus; one that is there already only comes into focus."""
        same = [
            span.id
            for span in self.spans_in(start, end)
            if (span.start, span.end, span.label) == (start, end, label)
        ]
        if not same:
            span = Span(self._project.new_id(), start, end, label)
            self._act([("add", {"spans": [span_payload(span)]})])
            same = [span.id]
        self.set_focus(same[0])

    def relabel(self, label: str) -> bool:
        """Give the span in focus another label; say whether there is one."""
        span = self.focused
        if span is not None and span.label != label:
            self._act([("change", {"span": span.id, "label": label})])
        return span is not None

    def remove(self) -> Span | None:
        """Remove the span in focus; give what it was."""
        span = self.focused
        if span is not None:
            self._act([("remove", {"spans": [span.id]})])
            self.focus = None
        return span

    def set_length(self, count: int) -> bool:
        """Make the span in focus, or the selection, `count` tokens long; say whether there is one."""
        here = self._range()
        if here is None:
            return False
        start = here[0]
        end = self.token_at(start)
        for _ in range(count - 1):
            end = self._neighbour(end, 1)
        return self._set_edges(start, end[1])

    def move_edge(self, edge: Edge, direction: Direction) -> bool:
        """Move an edge of the selection, else of the span in focus, by a token; say whether there is one."""
        here = self._range()
        if here is None:
            return False
        start, end = here
        if edge == "start":
            token = self.token_at(start)
            if direction == 1:
                return self._set_edges(self._neighbour(token, 1)[0], end)
            return self._set_edges(token[0] if token[0] < start else self._neighbour(token, -1)[0], end)
        token = self.token_at(end - 1)
        if direction == -1:
            return self._set_edges(start, self._neighbour(token, -1)[1])
        return self._set_edges(start, token[1] if token[1] > end else self._neighbour(token, 1)[1])

    def nudge_edge(self, edge: Edge, direction: Direction) -> bool:
        """Move an edge of the selection, else of the focus, by a character; say whether there is one."""
        here = self._range()
        if here is None:
            return False
        start, end = here
        if edge == "start":
            return self._set_edges(self._character_edge(start, direction), end)
        return self._set_edges(start, self._character_edge(end, direction))

    def tag_equal(self) -> int | None:
        """Tag every other equal mention of the span in focus in the article, as one action.

        A mention is equal where the same text stands as whole tokens. Mentions that carry the label already,
        or stand in boilerplate, are left alone. Returns how many were tagged; None without a focus.
        """
        focused = self.focused
        if focused is None:
            return None
        text = self.article.text
        pattern = re.compile(re.escape(text[focused.start : focused.end]))
        spans: list[Json] = []
        for match in pattern.finditer(text):
            start, end = match.span()
            is_tagged = any(span.label == focused.label for span in self.spans_in(start, end))
            if is_tagged or not self._is_whole(start, end):
                continue
            spans.append(span_payload(Span(self._project.new_id(), start, end, focused.label)))
        if spans:
            self._act([("add", {"spans": spans})])
        return len(spans)

    # Paragraphs

    def finish(self) -> bool:
        """Mark the current paragraph finished and go to the next unfinished one; say whether there is one."""
        if not self.chunks:
            return False
        if self.state_of(self.chunk.paragraph) != "finished":
            self._act([("finish", {"paragraphs": [self.chunk.paragraph]})])
        return self.go_to_unfinished()

    def go_to_unfinished(self) -> bool:
        """Go to the next unfinished paragraph, round the article; say whether there is one."""
        here = self.chunk.paragraph
        count = len(self.article.paragraphs)
        for step in range(1, count):
            paragraph = (here + step) % count
            if self.state_of(paragraph) == "unfinished":
                self.go_to_chunk(bisect_left(self.chunks, paragraph, key=lambda chunk: chunk.paragraph))
                return True
        self.hints = None
        self._unselect()
        return False

    def toggle_state(self, state: ParagraphState) -> str:
        """Put the current paragraph into a state, or open it again where it is in it; say what it is now."""
        if not self.chunks:
            return "not there; the article is empty"
        paragraph = self.chunk.paragraph
        new: ParagraphState = "unfinished" if self.state_of(paragraph) == state else state
        self._act([(STATE_KINDS[new], {"paragraphs": [paragraph]})])
        return _STATE_WORDS[new]

    def note(self, text: str) -> None:
        """Write a note on the span in focus, else on the current paragraph; an empty one takes it away."""
        span = self.focused
        if text != self.read_note() and self.chunks:
            place: dict[str, Json] = {"span": span.id} if span else {"paragraph": self.chunk.paragraph}
            self._act([("note", {**place, "text": text})])

    def read_note(self) -> str:
        """Read the note on the span in focus, else on the current paragraph."""
        span = self.focused
        if span is not None:
            return span.note
        return self.layer.notes.get(self.chunk.paragraph, "") if self.chunks else ""

    # Time

    def undo(self) -> bool:
        """Take back the last action; say whether there was one."""
        return self._step_in_time("undo", self.layer.done)

    def redo(self) -> bool:
        """Bring back the last action that was taken back; say whether there was one."""
        return self._step_in_time("redo", self.layer.undone)

    # Inside

    def _step_in_time(self, kind: Literal["undo", "redo"], actions: Sequence[str]) -> bool:
        if not actions:
            return False
        action = actions[-1]
        touched = self._names_of(action)
        spans = {span_id: self.layer.spans.get(span_id) for span_id in touched.spans}
        states = {index: self.layer.states.get(index) for index in touched.paragraphs}
        self._act([(kind, {"action": action})])
        self.hints = None
        self._unselect()
        self._go_to_difference(spans, states)
        return True

    def _go_to_difference(
        self, spans: Mapping[str, Span | None], states: Mapping[int, ParagraphState | None]
    ) -> None:
        """Go to the first span or paragraph that is not what it was."""
        now = self.layer.spans
        changed = sort_spans([now[key] for key, before in spans.items() if key in now and now[key] != before])
        if changed:
            self.set_focus(changed[0].id)
            return
        self.focus = None
        gone = [before.start for key, before in spans.items() if before is not None and key not in now]
        paragraphs = [index for index, before in states.items() if before != self.layer.states.get(index)]
        starts = gone or [self.article.paragraphs[index].start for index in paragraphs]
        if starts:
            self.current = max(bisect_right(self._starts, min(starts)) - 1, 0)

    def _names_of(self, action: str) -> Touched:
        """Say what the events of an action name."""
        touched = NOTHING_TOUCHED
        for event in self.layer.events:
            if event.action == action and event.kind not in ("undo", "redo"):
                touched |= names(event)
        return touched

    def _act(self, acts: Sequence[Act]) -> None:
        count = len(self.layer.events)
        events = self._project.act(self.article, self.layer, acts)
        self.saved_at = events[-1].at
        if len(self.layer.events) != count + len(events):
            # Another process had written to the layer.
            self._index = SpanIndex(self._starts, self.layer.spans.values())
            self._state_counts = None
            return
        for event in events:
            action = event.payload.get("action")
            self._follow(self._names_of(action) if isinstance(action, str) else names(event))

    def _follow(self, touched: Touched) -> None:
        """Bring what was counted and indexed up to date."""
        for span_id in touched.spans:
            if span_id in self.layer.spans:
                self._index.put(self.layer.spans[span_id])
            else:
                self._index.drop(span_id)
        if touched.paragraphs:
            self._state_counts = None

    def _first_chunk(self, offset: int | None) -> int:
        if offset is not None:
            return max(bisect_right(self._starts, offset) - 1, 0)
        unfinished = (chunk.index for chunk in self.chunks if self.state_of(chunk.paragraph) == "unfinished")
        return next(unfinished, 0)

    def _tokenize_chunk(self, index: int) -> list[tuple[int, int]]:
        chunk = self.chunks[index]
        return tokenize(self.article.text, chunk.start, chunk.end) or [(chunk.start, chunk.end)]

    def _unselect(self) -> None:
        self.cursor = self.anchor = self._edges = None
        self.is_pinned = False

    def _put_cursor(self, token: tuple[int, int], *, extend: bool) -> None:
        self._edges = None
        if not (extend or self.is_pinned) or self.anchor is None:
            self.anchor = token
        self.cursor = token
        self.focus = None
        self.current = max(bisect_right(self._starts, token[0]) - 1, 0)

    def _token_by(self, span: Span | None, direction: Direction) -> tuple[int, int] | None:
        if span is None:
            return None
        return self.token_at(span.end - 1 if direction == 1 else span.start)

    def _neighbour(self, token: tuple[int, int], direction: Direction) -> tuple[int, int]:
        chunk = max(bisect_right(self._starts, token[0]) - 1, 0)
        tokens = self.tokens_of(chunk)
        place = bisect_left(tokens, token) + direction
        if 0 <= place < len(tokens):
            return tokens[place]
        if not 0 <= chunk + direction < len(self.chunks):
            return token
        return self.tokens_of(chunk + direction)[0 if direction == 1 else -1]

    def _range(self) -> tuple[int, int] | None:
        span = self.focused
        return self.selection or ((span.start, span.end) if span is not None else None)

    def _set_edges(self, start: int, end: int) -> bool:
        """Move both edges of the selection, else of the span in focus; an empty stretch is not taken."""
        if not 0 <= start < end <= len(self.article.text):
            return True
        if self.selection is not None:
            self._edges = (start, end)
            self.cursor, self.anchor = self.token_at(end - 1), self.token_at(start)
            return True
        span = self.focused
        if span is not None and (span.start, span.end) != (start, end):
            self._act([("change", {"span": span.id, "start": start, "end": end, "fragments": []})])
        return span is not None

    def _character_edge(self, offset: int, direction: Direction) -> int:
        """Move by one character as seen, which may be several code points."""
        length = len(self.display)
        start = max(offset - _FARTHEST_EDGE, 0)
        (line,) = wrap(self.display, start, min(offset + _FARTHEST_EDGE, length), 4 * _FARTHEST_EDGE)
        # A line without offsets has a character at every code point.
        edges = line.offsets or range(line.start, line.drawn_end + 1)
        place = bisect_right(edges, offset) if direction == 1 else bisect_left(edges, offset) - 1
        return edges[max(0, min(place, len(edges) - 1))]

    def _is_whole(self, start: int, end: int) -> bool:
        chunk = max(bisect_right(self._starts, start) - 1, 0)
        if not self.chunks[chunk].start <= start < self.chunks[chunk].end:
            return False
        if self.state_of(self.chunks[chunk].paragraph) == "boilerplate":
            return False
        return self.token_at(start)[0] == start and self.token_at(end - 1)[1] == end
