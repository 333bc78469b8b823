"""What the lines around an article say: pure functions of a session's values and of the keys."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from rich.cells import cell_len

from tui.model.article import ParagraphState
from tui.model.labels import write_answer
from tui.model.span import Json, Span
from tui.session import Edge, Mode, Outcome, Session
from tui.suggest.suggestion import Suggestion
from tui.text.display import display_text
from tui.text.messages import count_noun, quote_name
from tui.ui import details_text
from tui.ui.keys import Keymap
from tui.ui.keys.sentences import LABEL_KEYS, KeyUse, write_keys, write_uses
from tui.ui.pieces import Pieces

_MODE_WORDS: Final[Mapping[Mode, str]] = {
    "hints": "Hints: a label key, then a hint.",
    "express": "Express: one hint tags, with the label and the length that are likely.",
    "screen": "Screen: hints on all paragraphs; {finish} finishes every marked one.",
}

_NUDGES: Final = ("end_left", "end_right", "start_left", "start_right")
"""The keys that go to finer edges than those of words."""

_USEFUL: Final[Mapping[str, Sequence[str]]] = {
    "suggestion": ("pin", "remove", "length", "finish", "next_span", "undo"),
    "selection": ("pin", "extend_right", "pick_label", "back"),
    "span": ("length", "extend_right", "start_later", "remove", "tag_equal", "mentions", "note", "undo"),
    "nothing": ("finish", "next_span", "hints", "skip", "flag", "search", "mode", "undo", "back"),
}
"""What help shows first, by what is at work."""

_OUTCOME_WORDS: Final[Mapping[Outcome, str]] = {
    "done": "",
    "no span": "Nothing is selected or in focus.",
    "equal": "Nothing was changed: an equal span with that label is there already.",
}

_FOCUS_KEYS: Final[tuple[KeyUse, ...]] = (
    (("annotate.extend_left", "annotate.extend_right"), "end"),
    (("annotate.start_earlier", "annotate.start_later"), "start"),
    ("annotate.length", "length"),
    (LABEL_KEYS, "label"),
    ("annotate.remove", "remove"),
    ("annotate.tag_equal", "same here"),
)
"""What can be done with the span in focus."""

_DETAIL_KEYS: Final[KeyUse] = ("annotate.details", "details")
"""What stands before that where anything is asked about the span."""

_FOCUS_KEYS_NARROW: Final = (_FOCUS_KEYS[0], *_FOCUS_KEYS[2:5], ("annotate.tag_equal", "same"))
"""The same where there is less room."""

_FOCUS_KEYS_FEWEST: Final = _FOCUS_KEYS[2:5]
"""The same where there is least room."""

_AROUND: Final = 7
"""Cells at the edges of the line of the focus, of quotes, and between what it says and the keys."""

_LEAST_QUOTED: Final = 24
"""Code points of the span in focus that are shown at least."""

_SUGGESTION_KEYS: Final[tuple[KeyUse, ...]] = (
    ("annotate.pin", "accept"),
    ("annotate.remove", "reject"),
    (LABEL_KEYS, "label"),
)
"""What can be done with the suggestion in focus."""

_SUGGESTION_KEYS_NARROW: Final = _SUGGESTION_KEYS[:2]
"""The same where there is less room."""

_HELD_NEXT: Final[Mapping[Edge, str]] = {"end": "its start", "start": "let go"}
"""What the key that holds an edge of the span does next."""

_BACK: Final[KeyUse] = ("annotate.back", "back")
_ARROWS: Final = tuple(f"annotate.{direction}" for direction in ("left", "right", "up", "down"))

# The header


def describe_place(session: Session, annotator: str, *, is_reviewing: bool, saved: tuple[str, str]) -> Pieces:
    """Say where one is, how spans are made, what is left to do, who is at work, and what `saved` says."""
    article, _ = session.batch.locate(session.offset)
    articles = [each.number for each, _ in session.batch.parts()]
    if len(articles) > 1:
        place = f"article {articles.index(article.number) + 1}/{len(articles)}"
    elif session.chunks:
        place = f"¶ {session.paragraph + 1}/{len(article.paragraphs)}"
    else:
        place = "empty"
    count_of_state = session.annotations.count_of_state
    left, skipped = count_of_state("unfinished"), count_of_state("skipped")
    counts = [(left, "to do"), (skipped, "skipped")]
    progress = ", ".join(f"{count} {what}" for count, what in counts if count) or "done"
    return [
        (f"{place}  ", ""),
        (f"{'review' if is_reviewing else session.mode}  ", "strong"),
        (f"{progress}  ", "muted" if left or skipped else "good"),
        (f"{annotator}  ", "muted"),
        saved,
    ]


def describe_title(session: Session) -> Pieces:
    """Say which article one is in, and what it is labelled."""
    article, _ = session.batch.locate(session.offset)
    labels = session.batch.article_labels_at(session.offset)
    said: Pieces = [(f" {display_text(article.title)}", "strong")]
    values = ", ".join(map(write_answer, labels.values()))
    return [*said, (f"  {display_text(values)}", "good")] if labels else said


def describe_saved(*, is_saved: bool, saved_at: str) -> tuple[str, str]:
    """Say whether all is saved; where the last change is not, since when: `saved_at`, in UTC."""
    if is_saved:
        return "saved", "good"
    since = f" since {datetime.fromisoformat(saved_at).astimezone():%H:%M:%S}" if saved_at else ""
    return f"NOT SAVED{since}", "error"


# What is at work


def name_label_at_work(session: Session) -> str | None:
    """Name the label that hints were asked for with, else that of what is in focus."""
    asked, stop = session.hints.asked, session.focus.stop
    if asked is not None:
        return asked.label
    return None if stop is None else stop.label


def describe_work(
    session: Session, keymap: Keymap, *, width: int, is_reviewing: bool
) -> tuple[Pieces, Sequence[str]]:
    """Say in `width` cells what is at work, and which keys matter for it, the most of them first."""
    focus, asked = session.focus, session.hints.asked
    details = details_text.describe_details(session, keymap, width=width)
    if details is not None:
        return details
    if asked is not None:
        what = f"{asked.label}: " if asked.label else "Cursor: "
        said = [(what, "strong"), ("type the letters under its first word", "")]
        return said, [write_uses(keymap, _BACK)]
    if session.cursor.selection is not None:
        quoted = session.annotations.quoted(*session.cursor.selection)
        said = [(f"“{quoted}” ", "strong"), ("a label key tags it", "")]
        return said, [write_uses(keymap, ("annotate.extend_right", "longer"), _BACK)]
    if focus.suggestion is not None:
        return _describe_suggestion(session, keymap, focus.suggestion)
    if focus.span is not None:
        return _describe_span(session, keymap, focus.span, width)
    return _describe_nothing(session, keymap, is_reviewing=is_reviewing)


def list_useful(session: Session) -> Sequence[str]:
    """List the actions that are useful for what is at work."""
    if session.focus.suggestion is not None:
        verbs = _USEFUL["suggestion"]
    elif session.cursor.selection is not None:
        verbs = _USEFUL["selection"]
    else:
        verbs = _USEFUL["span" if session.focus.span is not None else "nothing"]
    return [f"annotate.{verb}" for verb in verbs]


def name_noted(session: Session) -> str:
    """Say what a note is written on: the span in focus, else the paragraph."""
    span = session.focus.span
    if span is None:
        return "Note on the paragraph"
    return f"Note on the span “{session.annotations.quote_span(span, limit=24)}”"


def _describe_nothing(
    session: Session, keymap: Keymap, *, is_reviewing: bool
) -> tuple[Pieces, Sequence[str]]:
    note = session.paragraphs.read_note()
    labels = session.layer.paragraph_labels.get(session.paragraph, {}) if session.chunks else {}
    if note or labels:
        said: Pieces = [(f"{_write_labels(labels)}  ", "good")] if labels else []
        return [*said, *([("note: ", "muted"), (display_text(note), "")] if note else [])], ()
    if is_reviewing:
        back = f"{keymap.shown('annotate.review')} goes back to work"
        return [("All paragraphs with their labels, to be read once more.", "")], [back]
    if session.mode != "hints":
        said = [("A hint tags, or goes to what is there.", ""), ("  A-Z all hints", "muted")]
        return said, [_describe_finish(session, keymap)]
    said = [("A label key, then the letters of a hint, tags a span.", "")]
    return said, [f"{write_keys(keymap, _ARROWS)} or the mouse select."]


def _write_labels(labels: Mapping[str, Json]) -> str:
    """Write what a paragraph or article is labelled: `tone report, sure yes`."""
    return display_text(", ".join([f"{name} {write_answer(value)}" for name, value in labels.items()]))


def _describe_finish(session: Session, keymap: Keymap) -> str:
    """Say what Enter does, and of how many paragraphs where it is more than one."""
    to_do = filter(session.annotations.is_to_do, session.reading.chunks_to_finish)
    count = len({session.chunks[chunk].paragraph for chunk in to_do})
    does = "finishes" if count else "goes on"
    return f"{keymap.shown('annotate.finish')} {does}" + (f" {count} ¶" if count > 1 else "")


def _describe_suggestion(
    session: Session, keymap: Keymap, suggestion: Suggestion
) -> tuple[Pieces, Sequence[str]]:
    quoted = session.annotations.quoted(suggestion.start, suggestion.end, limit=24)
    said = [
        (f"{suggestion.label}? ", "strong"),
        (f"“{quoted}”", ""),
        (f"  {display_text(suggestion.why)}", "good"),
    ]
    wide, narrow = write_uses(keymap, *_SUGGESTION_KEYS), write_uses(keymap, *_SUGGESTION_KEYS_NARROW)
    finishes = _describe_finish(session, keymap)
    short = f"{narrow}  {finishes.replace(' finishes', '')}"
    return said, [f"{wide}  {finishes}", f"{narrow}  {finishes}", short, narrow]


def _describe_span(session: Session, keymap: Keymap, span: Span, width: int) -> tuple[Pieces, Sequence[str]]:
    others = len(session.annotations.spans_in(span.start, span.end)) - 1
    nested = f"  +{others} here" if others else ""
    note = f"  note: {display_text(span.note)}" if span.note else ""
    held = session.focus.held
    lists = (
        (_FOCUS_KEYS, _FOCUS_KEYS_NARROW, _FOCUS_KEYS_FEWEST) if held is None else (_list_held_keys(held),)
    )
    details = (_DETAIL_KEYS,) if held is None and session.marks.asks_of(span) else ()
    keys = [write_uses(keymap, *details, *uses) for uses in lists]
    answers = session.marks.of(span).text
    more = f"{f'  {display_text(answers)}' if answers else ''}{nested}{note}"
    room = width - cell_len(f"{span.label}{more}") - _AROUND
    # The text is cut so that keys have room behind it, as many as leave enough of it.
    left = [room - cell_len(each) for each in keys]
    limit = next((each for each in left if each >= _LEAST_QUOTED), left[-1])
    said = [
        (f"{span.label} ", "strong"),
        (f"“{session.annotations.quote_span(span, limit=max(limit, _LEAST_QUOTED))}”", ""),
        (more, "good"),
    ]
    return said, keys


def _list_held_keys(held: Edge) -> tuple[KeyUse, ...]:
    """List what can be done with the edge of the span in focus that is held."""
    return (
        (_ARROWS[:2], f"{held} by words"),
        (_ARROWS[2:], "by parts"),
        ("annotate.pin", _HELD_NEXT[held]),
    )


# What came of a key


def greet(session: Session, keymap: Keymap, *, is_next: bool, accepted: int = 0) -> str:
    """Say where one is when an article opens, behind one that was finished where `is_next`.

    `accepted` is how many suggestions were accepted there at last.
    """
    if not session.annotations.count_of_state("unfinished"):
        return say_all_decided(keymap)
    if is_next:
        back = f"{keymap.shown('annotate.undo')} goes back to the one you finished."
        return f"{say_accepted(accepted)}The next article. {back}"
    return ""


def say_all_decided(keymap: Keymap) -> str:
    """Say that nothing is left to do."""
    return f"Every paragraph is decided. {keymap.shown('annotate.back')} goes back to the library."


def say_finished(
    session: Session, keymap: Keymap, paragraph: int, state: ParagraphState, *, has_more: bool
) -> str:
    """Say what came of Enter on a paragraph that was in a state before; whether the article `has_more`."""
    is_there = has_more and session.reading.chunk.paragraph == paragraph
    if is_there and session.annotations.state_of(paragraph) == "unfinished":
        return f"The paragraph goes on. {keymap.shown('annotate.finish')} at its end finishes it."
    missing = details_text.say_missing(keymap, session.paragraphs.missing)
    if session.paragraphs.accepted:
        undo = f"{keymap.shown('annotate.undo')} takes that back."
        return f"{say_accepted(session.paragraphs.accepted)}{undo} {missing}".rstrip()
    if missing:
        return missing
    if state in ("skipped", "boilerplate") and session.mode == "hints":
        return f"The paragraph before stays {state}."
    return ""


def say_accepted(count: int) -> str:
    """Say how many suggestions Enter accepted, with a blank behind; nothing where it was none."""
    return f"{count_noun(count, 'suggestion')} accepted. " if count else ""


def say_outcome(outcome: Outcome) -> str:
    """Say why nothing was changed, where nothing was."""
    return _OUTCOME_WORDS[outcome]


def say_reviewing(keymap: Keymap) -> str:
    """Say that all paragraphs are shown."""
    return f"All paragraphs with their labels; {keymap.shown('annotate.review')} goes back to work."


def say_fine(keymap: Keymap, *, is_fine: bool) -> str:
    """Say where the keys that nudge an edge go now."""
    keys = " ".join(keymap.shown(f"annotate.nudge_{each}") for each in _NUDGES)
    where = "every place inside a character" if is_fine else "parts of words and characters"
    return f"{keys} go to {where} now."


def say_mode(keymap: Keymap, mode: Mode) -> str:
    """Say how spans are made now."""
    return _MODE_WORDS[mode].format(finish=keymap.shown("annotate.finish"))


def say_rejected(keymap: Keymap) -> str:
    """Say that a suggestion was turned down."""
    return f"Rejected; {keymap.shown('annotate.undo')} takes that back."


def say_removed(keymap: Keymap, span: Span | None) -> str:
    """Say which span was removed, or that none was in focus."""
    if span is None:
        return f"No span is in focus; {keymap.shown('annotate.next_span')} goes to the next one."
    return f"Removed {span.label}; {keymap.shown('annotate.undo')} brings it back."


def say_tagged_equal(keymap: Keymap, count: int | None) -> str:
    """Say in how many more places the same words were tagged; None where no span was in focus."""
    if count is None:
        return say_outcome("no span")
    if not count:
        again = keymap.shown("annotate.tag_equal")
        return f"No other place is left for it here ({again} again: in all articles)."
    undo = keymap.shown("annotate.undo")
    return f"Tagged the same words in {count_noun(count, 'more place')} (undo: {undo})."


def say_found(session: Session, keymap: Keymap, place: int) -> str:
    """Say which of the places that were found one is at, and how to go on."""
    search = session.search
    keys = [keymap.shown(f"search.{verb}") for verb in ("next", "previous", "end")]
    return (
        f"“{quote_name(search.wanted)}” {place} of {len(search.places)}: a label key tags it"
        f" ({keys[0]}: next, {keys[1]}: previous, {keys[2]}: end)"
    )


def say_stepped(verb: str, session: Session, articles: int) -> str:
    """Say what was taken or brought back, and in how many articles."""
    if not articles:
        return f"There is nothing to {verb} back."
    where = f" in {articles:,} articles" if articles > 1 else ""
    done = {"take": "Taken", "bring": "Brought"}[verb]
    return f"{done} back{where}: {session.history.stepped}."


def say_no_hint(keymap: Keymap, key: str) -> str:
    """Say that no hint begins with a letter."""
    return f"No hint begins with {key}; {keymap.shown('annotate.back')} closes the hints."


def say_no_label(keymap: Keymap, key: str) -> str:
    """Say that no label has a letter for its key."""
    if not key.isascii() and unicodedata.name(key, "").partition(" ")[0] != "LATIN":
        return f"{key} is no label's key, and stands for none; switch the keyboard to Latin letters."
    return f"No label has the key {key}; {keymap.shown('app.help')} shows them all."
