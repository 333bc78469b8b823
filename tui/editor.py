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
from typing import Final, Literal, TypeAlias, get_args

from tui.articles import Article, ParagraphState
from tui.events import NOTHING_TOUCHED, STATE_KINDS, Event, Layer, Touched, names, span_payload
from tui.hints import assign_codes, predict_extent, rank_starts
from tui.layout import Chunk, cut_chunks, wrap
from tui.project import Project
from tui.records import sort_spans
from tui.span_index import SpanIndex
from tui.spans import HAND, Json, Span
from tui.store import Act, paragraph_state
from tui.suggest import Assistant, Suggestion
from tui.text import display_text, quote, tokenize

Edge: TypeAlias = Literal["start", "end"]
"""One edge of a span or selection."""

Direction: TypeAlias = Literal[-1, 1]
"""Backward or forward in the text."""

Mode: TypeAlias = Literal["hints", "express", "screen"]
"""How spans are made: by label key and hint, by hints that are always there, by those on the whole screen."""

MODES: Final[tuple[Mode, ...]] = get_args(Mode)
"""Every mode."""

Token: TypeAlias = tuple[int, int]
"""The index of a chunk, and of a token in it."""

FAIR_CHANCE: Final = 0.06
"""How probable it must be that a span starts at a token for its hint to stand there unasked."""

_EXPRESS_TOKENS: Final = 80
"""Tokens that are at work at a time in the mode `express`, where they are of several paragraphs."""

_INSIDE_SUGGESTION: Final = 0.3
"""How much less probable a start is inside a suggestion."""

_MANY_WRONG: Final = 3
"""Suggestions turned down near each other before any are held back."""

_FAIR_SHARE: Final = 0.4
"""The share of suggestions that has to be right where some were turned down."""

_SURE: Final = 0.75
"""How sure a suggestion must be where most were turned down."""

_NEAR_CHUNKS: Final = 20
"""Chunks before and after one whose spans are looked for in it as soon as they are tagged."""

_FARTHEST_EDGE: Final = 64
"""Code points before and after an edge in which the characters next to it are looked for."""

_STATE_WORDS: Final[dict[ParagraphState, str]] = {
    "finished": "finished",
    "unfinished": "open again",
    "skipped": "skipped",
    "flagged": "flagged",
    "boilerplate": "marked as boilerplate",
}


@dataclass(frozen=True, slots=True, eq=False)
class Hints:
    """Letters under tokens, waiting to be typed."""

    codes: Mapping[str, Token]
    """Code to its token."""
    label: str | None = None
    """The label that the chosen token's span gets; None: the predicted one, or the cursor goes there."""
    is_jump: bool = False
    """Whether the cursor only goes there."""
    typed: str = ""
    """The letters typed so far."""

    def waiting(self) -> dict[Token, str]:
        """Give, for each token that can still be meant, the letters that are left to type."""
        return {
            token: code[len(self.typed) :]
            for code, token in self.codes.items()
            if code.startswith(self.typed)
        }


class Editor:
    """The state of the annotate screen, and what its keys do."""

    def __init__(
        self,
        project: Project,
        article: Article,
        layer: Layer,
        *,
        offset: int | None = None,
        assistant: Assistant | None = None,
        mode: Mode = "hints",
    ) -> None:
        self._project = project
        self._assistant = assistant
        self._offered = project.load_offers(article.number) if assistant is not None else []
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
        """The hints that a key asked for."""
        self.suggested: Suggestion | None = None
        """The suggestion in focus."""
        self.mode: Mode = mode
        """How spans are made."""
        self.is_fine = False
        """Whether edges are nudged by code points instead of characters as seen."""
        self.typed = ""
        """What was typed of a hint that stands there unasked."""
        self.desk: tuple[int, ...] = ()
        """The chunks at work: the current one, and in other modes than `hints` more that are drawn whole."""
        self._revision = 0
        self._suggestions: dict[int, tuple[int, list[Suggestion]]] = {}
        self._codes: tuple[tuple[int, ...], dict[str, Token], dict[Token, float]] = ((), {}, {})
        self._standing: Hints | None = None
        self._listed: tuple[Hints, int, list[tuple[int, str]]] | None = None
        self.saved_at = ""
        """When the last change was saved, in UTC; empty before the first of this sitting."""
        self.search_text = ""
        """What was searched for last."""
        if self.chunks:
            self.current = self._first_chunk(offset)
            self.desk = (self.current,)

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
        focused = self.focused or self.suggested
        return focused.start if focused is not None else self.chunk.start if self.chunks else 0

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
        if self.hints is not None or self.typed:
            self.hints = None
            self.typed = ""
        elif self.selection is not None:
            self._unselect()
        elif self.focus is not None or self.suggested is not None:
            self._unfocus()
        else:
            return False
        return True

    def go_to_chunk(self, index: int) -> None:
        """Make a chunk the current one, with nothing selected."""
        if self.chunks:
            self._enter(max(0, min(index, len(self.chunks) - 1)))
        self.hints = None
        self.typed = ""
        self._unfocus()
        self._unselect()

    def go_to_next_chunk(self) -> None:
        """Go to the next chunk that is not at work already."""
        behind = range(self.current + 1, len(self.chunks))
        self.go_to_chunk(next((chunk for chunk in behind if chunk not in self.desk), self.current))

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
        """Put the next or previous span, or suggestion at work, into focus; say whether there is one."""
        stop = self.find_stop(self.focused or self.suggested, direction)
        if isinstance(stop, Span):
            self.set_focus(stop.id)
        elif stop is not None:
            self._focus_suggestion(stop)
        return stop is not None

    def find_stop(self, here: Span | Suggestion | None, direction: Direction) -> Span | Suggestion | None:
        """Find the next or previous span, or suggestion at work, from one of them or where one is."""
        stops: list[Span | Suggestion] = []
        for chunk in self.desk:
            stops += [span for span in self.spans_in(*self._edges_of(chunk)) if span not in stops]
            stops += self.suggestions_in(chunk)
        stops.sort(key=_place)
        keys = [_place(stop) for stop in stops]
        if here is not None and _place(here) in keys:
            place = keys.index(_place(here)) + direction
        else:
            place = bisect_left(keys, (self.offset, -len(self.display), "", "")) - (direction == -1)
        if 0 <= place < len(stops):
            return stops[place]
        beside = self._index.beside(here if isinstance(here, Span) else self.offset, direction)
        if beside is not None:
            return self.layer.spans[beside]
        return stops[place % len(stops)] if stops else None

    def set_focus(self, span_id: str) -> None:
        """Put a span into focus and go to it."""
        span = self.layer.spans[span_id]
        self.hints = None
        self.typed = ""
        self._unselect()
        self.suggested = None
        self.focus = span_id
        # A span that starts before the chunks at work and reaches into one does not move the annotator.
        if not any(span.overlaps(self.chunks[chunk].start, self.chunks[chunk].end) for chunk in self.desk):
            self._enter(max(bisect_right(self._starts, span.start) - 1, 0))

    def focus_at(self, offset: int) -> bool:
        """Put the innermost span at a code point into focus, the next outer one when it is there already."""
        spans = sorted(self.spans_in(offset, offset + 1), key=lambda span: span.end - span.start)
        suggestion = self._suggestion_at(offset)
        if not spans:
            if suggestion is not None:
                self._focus_suggestion(suggestion)
            return suggestion is not None
        ids = [span.id for span in spans]
        place = ids.index(self.focus) + 1 if self.focus in ids else 0
        self.set_focus(ids[place % len(ids)])
        return True

    def search(self, text: str, *, direction: Direction = 1) -> bool:
        """Select the next place where `text` is seen, upper and lower case alike; say if there is one."""
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
        self._unfocus()
        self.select(start, start + len(text))
        return True

    # Suggestions

    def suggestions_in(self, chunk: int) -> list[Suggestion]:
        """List what is suggested in a chunk at work, in reading order; none where all is decided."""
        if self._assistant is None or self.state_of(self.chunks[chunk].paragraph) != "unfinished":
            return []
        known = self._suggestions.get(chunk)
        if known is None or known[0] != self._revision:
            start, end = self._edges_of(chunk)
            first = self.chunks[max(chunk - _NEAR_CHUNKS, 0)].start
            last = self.chunks[min(chunk + _NEAR_CHUNKS, len(self.chunks) - 1)].end
            paragraph = self.chunks[chunk].paragraph
            open_spans = [span for span in self.spans_in(first, last) if self._is_open(span, paragraph)]
            found = self._assistant.suggest(
                self.article.text,
                start,
                end,
                open_spans,
                self._rejected_for(start, end),
                [each for each in self._offered if start <= each.start and each.end <= end],
            )
            known = (self._revision, self._hold_back(found, first, last))
            self._suggestions[chunk] = known
        return known[1]

    @property
    def struck(self) -> Suggestion | None:
        """The suggestion in focus where it was struck out by its hint, to be made right or left out."""
        each = self.suggested
        is_out = each is not None and (each.start, each.end, each.label) in self.layer.rejected
        return each if is_out else None

    def forget_suggestions(self) -> None:
        """Ask for all suggestions anew."""
        self._revision += 1
        self.suggested = None

    def accept(self) -> bool:
        """Make the suggestion in focus a span; say whether there is one."""
        if self.suggested is None:
            return False
        span = self._span_of(self.suggested)
        self._act([("accept", {"spans": [span_payload(span)]})])
        self.set_focus(span.id)
        return True

    def reject(self) -> bool:
        """Turn the suggestion in focus down, for good; say whether there is one."""
        suggested = self.suggested
        if suggested is None:
            return False
        if self.struck is not None:
            self.suggested = None
            return True
        self._act([("reject", {"spans": [span_payload(self._span_of(suggested))]})])
        if self._assistant is not None:
            self._assistant.reject(self.article.text, suggested.start, suggested.end, suggested.label)
        self.suggested = None
        return True

    # Hints

    @property
    def standing(self) -> Hints | None:
        """The hints that stand there unasked, all of them; `chance_of` says which are worth drawing."""
        if self.mode == "hints" or not self.chunks:
            return None
        codes = self.assign_codes()
        if self._standing is None or self._standing.codes is not codes or self._standing.typed != self.typed:
            self._standing = Hints(codes, typed=self.typed)
        return self._standing

    def assign_codes(self) -> dict[str, Token]:
        """Give every token at work a code; while the same chunks are at work, codes stay."""
        if self._codes[0] != self.desk or not self._codes[1]:
            tokens = [(chunk, token) for chunk in self.desk for token in range(len(self.tokens_of(chunk)))]
            chances = [chance for chunk in self.desk for chance in self._rate_hints(chunk)]
            order = sorted(range(len(tokens)), key=lambda place: (-chances[place], place))
            ranks = [0] * len(tokens)
            for rank, place in enumerate(order):
                ranks[place] = rank
            codes = assign_codes(ranks)
            self._codes = (
                self.desk,
                dict(zip(codes, tokens, strict=True)),
                dict(zip(tokens, chances, strict=True)),
            )
        return self._codes[1]

    def list_hints(self) -> list[tuple[int, str]]:
        """List the hints that are shown, as the token's first code point and the letters left to type.

        Of hints that stand there unasked only those with a fair chance and those of suggestions are, until
        one is begun.
        """
        hints = self.hints or self.standing
        if hints is None:
            return []
        if self._listed is None or self._listed[:2] != (hints, self._revision):
            are_all = hints is self.hints or bool(hints.typed)
            starts = {each.start for chunk in self.desk for each in self.suggestions_in(chunk)}
            self._listed = (
                hints,
                self._revision,
                sorted(
                    (start, left)
                    for token, left in hints.waiting().items()
                    if (start := self.tokens_of(token[0])[token[1]][0]) in starts
                    or are_all
                    or self._codes[2].get(token, 0.0) >= FAIR_CHANCE
                ),
            )
        return self._listed[2]

    def open_hints(self, label: str | None) -> None:
        """Show hints under the tokens at work; without a label they move the cursor only."""
        if self.chunks:
            self.hints = Hints(self.assign_codes(), label, is_jump=label is None)
            self.typed = ""
            self.is_pinned = False

    def type_hint(self, letter: str) -> bool:
        """Type a letter of a hint, and do what a whole one is for; say whether any hint has it."""
        hints = self.hints or self.standing
        if hints is None:
            return False
        typed = hints.typed + letter
        hints = replace(hints, typed=typed)
        waiting = hints.waiting()
        if not waiting:
            return False
        if "" not in waiting.values():
            if self.hints is not None:
                self.hints = hints
            else:
                self.typed = typed
            return True
        ((chunk, token),) = waiting
        self.hints = None
        self.typed = ""
        if hints.is_jump:
            self._unfocus()
            self._put_cursor(self.tokens_of(chunk)[token], extend=False)
        elif hints.label is not None or not self._strike_at(chunk, token):
            self.add_span(*self.predict_span(chunk, token, hints.label))
        return True

    def untype_hint(self) -> None:
        """Take back the last letter of a hint, or close the hints."""
        if self.hints is not None:
            self.hints = replace(self.hints, typed=self.hints.typed[:-1]) if self.hints.typed else None
        self.typed = self.typed[:-1]

    def predict_span(self, chunk: int, token: int, label: str | None) -> tuple[int, int, str]:
        """Say which span a hint makes at a token: as long as predicted, of the label or the predicted one."""
        tokens, text = self.tokens_of(chunk), self.article.text
        if self._assistant is None:
            length = predict_extent(text, tokens, token)
        else:
            start = tokens[token][0]
            taken = [
                bisect_left(tokens, (span.end, 0)) - token
                for span in self.spans_in(start, start + 1)
                if span.start == start and label in (None, span.label)
            ]
            length = self._assistant.predict_extent(text, tokens, token, label, taken)
            if label is None:
                label = self._assistant.predict_label(text, tokens, token, length)[0][0]
        last = min(token + max(length, 1), len(tokens)) - 1
        return tokens[token][0], tokens[last][1], label or self._project.labels.names[0]

    def set_mode(self, mode: Mode) -> None:
        """Make spans in another way from now on."""
        self.mode = mode
        self.hints = None
        self.typed = ""
        self.desk = (self.current,) if self.chunks else ()

    def may_join(self, desk: Sequence[int], chunk: int) -> bool:
        """Tell whether a chunk that is drawn whole may be at work together with those before it.

        In the mode `express` short paragraphs are, as long as nearly every token has a hint of one letter.
        """
        if self.mode == "hints" or self.state_of(self.chunks[chunk].paragraph) != "unfinished":
            return False
        tokens = sum(len(self.tokens_of(each)) for each in (*desk, chunk))
        return self.mode == "screen" or tokens <= _EXPRESS_TOKENS

    def set_desk(self, chunks: Sequence[int]) -> None:
        """Say which chunks are at work: those that are drawn whole with their labels."""
        self.desk = tuple(chunks)

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
        self.accept()
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
        self.accept()
        here = self._range()
        return here is not None and self._set_edges(here[0], self.end_after(here[0], count))

    def move_edge(self, edge: Edge, direction: Direction) -> bool:
        """Move an edge of the selection, else of the span in focus, by a token; say whether there is one."""
        self.accept()
        here = self._range()
        return here is not None and self._set_edges(*self.step_edge(*here, edge, direction))

    def nudge_edge(self, edge: Edge, direction: Direction) -> bool:
        """Move an edge of the selection, else of the focus, by a character; say whether there is one."""
        self.accept()
        here = self._range()
        if here is None:
            return False
        start, end = here
        if edge == "start":
            return self._set_edges(self.step_character(start, direction, fine=self.is_fine), end)
        return self._set_edges(start, self.step_character(end, direction, fine=self.is_fine))

    def end_after(self, start: int, count: int) -> int:
        """Say where `count` tokens end of which the first holds `start`."""
        end = self.token_at(start)
        for _ in range(count - 1):
            end = self._neighbour(end, 1)
        return end[1]

    def step_edge(self, start: int, end: int, edge: Edge, direction: Direction) -> tuple[int, int]:
        """Say what `[start, end)` is when an edge is moved by a token."""
        if edge == "start":
            token = self.token_at(start)
            if direction == 1:
                return self._neighbour(token, 1)[0], end
            return (token[0] if token[0] < start else self._neighbour(token, -1)[0]), end
        token = self.token_at(end - 1)
        if direction == -1:
            return start, self._neighbour(token, -1)[1]
        return start, (token[1] if token[1] > end else self._neighbour(token, 1)[1])

    def step_character(self, offset: int, direction: Direction, *, fine: bool) -> int:
        """Move by one character as seen, which may be several code points; by one of those in fine steps."""
        length = len(self.display)
        if fine:
            return max(0, min(offset + direction, length))
        start = max(offset - _FARTHEST_EDGE, 0)
        (line,) = wrap(self.display, start, min(offset + _FARTHEST_EDGE, length), 4 * _FARTHEST_EDGE)
        # A line without offsets has a character at every code point.
        edges = line.offsets or range(line.start, line.drawn_end + 1)
        place = bisect_right(edges, offset) if direction == 1 else bisect_left(edges, offset) - 1
        return edges[max(0, min(place, len(edges) - 1))]

    def tag_equal(self) -> int | None:
        """Tag every other equal mention of the span in focus in the article, as one action.

        A mention is equal where the same text stands as whole tokens. Mentions that carry the label already,
        or stand in boilerplate, are left alone. Returns how many were tagged; None without a focus.
        """
        self.accept()
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
        """Accept what is suggested in the current chunk, mark its paragraph finished and go on.

        In other modes than `hints` this holds for every chunk at work. Goes to the next unfinished paragraph;
        says whether there is one.
        """
        if not self.chunks:
            return False
        chunks = self.desk if self.mode != "hints" else (self.current,)
        paragraphs = list(dict.fromkeys(self.chunks[chunk].paragraph for chunk in chunks))
        paragraphs = [paragraph for paragraph in paragraphs if self.state_of(paragraph) != "finished"]
        accepted = [self._span_of(each) for chunk in chunks for each in self.suggestions_in(chunk)]
        acts: list[Act] = []
        if accepted:
            acts.append(("accept", {"spans": [span_payload(span) for span in accepted]}))
        if paragraphs:
            acts.append(("finish", {"paragraphs": [*paragraphs]}))
        if acts:
            self._act(acts)
        for paragraph in paragraphs:
            self._observe(paragraph)
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

    def undo(self) -> int:
        """Take back the last action in every article it touched; say in how many, 0 where there is none."""
        return self._step_in_time("undo", self.layer.done)

    def redo(self) -> int:
        """Bring back what was taken back last, wherever it was; say in how many articles, 0 for none."""
        return self._step_in_time("redo", self.layer.undone)

    def reload(self, *, saved_at: str = "") -> None:
        """Take in what was done to the article's layer elsewhere, and saved at the UTC time `saved_at`."""
        self._project.reload(self.article, self.layer)
        self.saved_at = saved_at or self.saved_at
        self._index = SpanIndex(self._starts, self.layer.spans.values())
        self._state_counts = None
        self.forget_suggestions()

    # Inside

    def _step_in_time(self, kind: Literal["undo", "redo"], actions: Sequence[str]) -> int:
        if not actions:
            return 0
        action = actions[-1]
        touched = self._names_of(action)
        spans = {span_id: self.layer.spans.get(span_id) for span_id in touched.spans}
        states = {index: self.layer.states.get(index) for index in touched.paragraphs}
        count = len(self.layer.events)
        events = self._project.step(self.article, self.layer, kind, action)
        self._take_in(events[:1], count)
        self.hints = None
        self.typed = ""
        self._unselect()
        self._go_to_difference(spans, states)
        return len(events)

    def _go_to_difference(
        self, spans: Mapping[str, Span | None], states: Mapping[int, ParagraphState | None]
    ) -> None:
        """Go to the first span or paragraph that is not what it was."""
        now = self.layer.spans
        changed = sort_spans([now[key] for key, before in spans.items() if key in now and now[key] != before])
        if changed:
            self.set_focus(changed[0].id)
            return
        self._unfocus()
        gone = [before.start for key, before in spans.items() if before is not None and key not in now]
        paragraphs = [index for index, before in states.items() if before != self.layer.states.get(index)]
        starts = gone or [self.article.paragraphs[index].start for index in paragraphs]
        if starts:
            self._enter(max(bisect_right(self._starts, min(starts)) - 1, 0))

    def _names_of(self, action: str) -> Touched:
        """Say what the events of an action name."""
        touched = NOTHING_TOUCHED
        for event in self.layer.events:
            if event.action == action and event.kind not in ("undo", "redo"):
                touched |= names(event)
        return touched

    def _act(self, acts: Sequence[Act]) -> None:
        count = len(self.layer.events)
        self._take_in(self._project.act(self.article, self.layer, acts), count)

    def _take_in(self, events: Sequence[Event], count: int) -> None:
        """Show the events that came to the `count` ones of the layer."""
        self.saved_at = events[-1].at
        self._revision += 1
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

    def _enter(self, chunk: int) -> None:
        """Go to a chunk; where that is another one, a newly learnt model may speak from now on."""
        if chunk in self.desk:
            self.current = chunk if self.mode == "hints" else self.current
            return
        self.current = chunk
        self.desk = (chunk,)
        self._revision += 1
        if self._assistant is not None:
            self._assistant.poll()

    def _edges_of(self, chunk: int) -> tuple[int, int]:
        tokens = self.tokens_of(chunk)
        return tokens[0][0], tokens[-1][1]

    def _is_open(self, span: Span, paragraph: int) -> bool:
        """Tell whether a span stands in this or another paragraph that is not finished."""
        chunk = self.chunks[max(bisect_right(self._starts, span.start) - 1, 0)]
        return chunk.paragraph == paragraph or self.state_of(chunk.paragraph) != "finished"

    def _span_of(self, suggestion: Suggestion) -> Span:
        return Span(
            self._project.new_id(),
            suggestion.start,
            suggestion.end,
            suggestion.label,
            origin=suggestion.origin,
        )

    def _suggestion_at(self, offset: int) -> Suggestion | None:
        for chunk in self.desk:
            for suggestion in self.suggestions_in(chunk):
                if suggestion.start <= offset < suggestion.end:
                    return suggestion
        return None

    def _focus_suggestion(self, suggestion: Suggestion) -> None:
        self.hints = None
        self.typed = ""
        self._unselect()
        self.focus = None
        self.suggested = suggestion

    def _unfocus(self) -> None:
        self.focus = None
        self.suggested = None

    def _rate_hints(self, chunk: int) -> list[float]:
        """Say how probable it is that each token's hint is needed: less where a span is suggested already."""
        chances = self._rate_starts(chunk)
        starts = [start for start, _ in self.tokens_of(chunk)]
        for suggestion in self.suggestions_in(chunk):
            first, behind = bisect_left(starts, suggestion.start), bisect_left(starts, suggestion.end)
            if first < behind:
                chances[first] = 1.0 - (suggestion.confidence or 0.0)
            for token in range(first + 1, behind):
                chances[token] *= _INSIDE_SUGGESTION
        return chances

    def _rate_starts(self, chunk: int) -> list[float]:
        tokens = self.tokens_of(chunk)
        if self._assistant is not None:
            return self._assistant.rank_starts(self.article.text, tokens)
        return [1 / (2 + rank) for rank in rank_starts(self.article.text, tokens)]

    def _strike_at(self, chunk: int, token: int) -> bool:
        """Strike out the first suggestion that starts at a token; say whether there is one.

        One that was struck out just now is kept after all, and the next one that starts there is struck out.
        """
        start = self.tokens_of(chunk)[token][0]
        if self.struck is not None and self.struck.start == start:
            self.accept()
        suggestion = next((each for each in self.suggestions_in(chunk) if each.start == start), None)
        if suggestion is not None:
            self._act([("reject", {"spans": [span_payload(self._span_of(suggestion))]})])
            self._focus_suggestion(suggestion)
        return suggestion is not None

    def _hold_back(self, found: list[Suggestion], start: int, end: int) -> list[Suggestion]:
        """Keep only sure suggestions where most of those in `[start, end)` were turned down."""
        wrong = [
            first
            for first, behind, _ in self.layer.rejected
            if start <= first < end and not self.spans_in(first, behind)
        ]
        if len(wrong) < _MANY_WRONG:
            return found
        right = sum(span.origin.source != HAND.source for span in self.spans_in(start, end))
        right += sum(each.start < max(wrong) for each in found)
        if right >= _FAIR_SHARE * (right + len(wrong)):
            return found
        return [each for each in found if (each.confidence or 0.0) >= _SURE]

    def _rejected_for(self, start: int, end: int) -> list[tuple[int, int, str]]:
        """List what was turned down, for suggestions in `[start, end)`.

        What was made right elsewhere says nothing about other places.
        """
        return [
            each
            for each in self.layer.rejected
            if start <= each[0] < end or not self.spans_in(each[0], each[1])
        ]

    def _observe(self, paragraph: int) -> None:
        """Let the assistant learn from a paragraph that was finished, once in a sitting."""
        if self._assistant is None or not self._project.note_observed(self.article.number, paragraph):
            return
        first = bisect_left(self.chunks, paragraph, key=lambda chunk: chunk.paragraph)
        for chunk in self.chunks[first:]:
            if chunk.paragraph != paragraph:
                break
            start, end = self._edges_of(chunk.index)
            self._assistant.observe_paragraph(self.article.text, start, end, self.spans_in(start, end))
        self._revision += 1

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
        self._unfocus()
        self._enter(max(bisect_right(self._starts, token[0]) - 1, 0))

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

    def _is_whole(self, start: int, end: int) -> bool:
        chunk = max(bisect_right(self._starts, start) - 1, 0)
        if not self.chunks[chunk].start <= start < self.chunks[chunk].end:
            return False
        if self.state_of(self.chunks[chunk].paragraph) == "boilerplate":
            return False
        return self.token_at(start)[0] == start and self.token_at(end - 1)[1] == end


def _place(stop: Span | Suggestion) -> tuple[int, int, str, str]:
    """Give what spans and suggestions are walked by."""
    return stop.start, -stop.end, stop.label, stop.id if isinstance(stop, Span) else ""
