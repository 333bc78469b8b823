"""An audit of one label: all its spans in context, the most doubtful first."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from tui.errors import SpantagError
from tui.project.mentions import Decision, Mention
from tui.project.project import Project
from tui.session import Direction, Edge
from tui.session.audit import Audit, AuditedSpan, Verdict
from tui.text.display import display_text
from tui.text.messages import count_noun
from tui.ui.keys import Keymap
from tui.ui.layout import cut_text
from tui.ui.screens.list_screen import ListScreen
from tui.ui.screens.pressed import key_of
from tui.ui.widgets.lines import HeaderLine, KeyLine, MessageLine
from tui.ui.widgets.mention_list import MentionList

_SLICE: Final = 0.02
"""Seconds between two articles that are looked through."""

_SIGNS: Final[dict[Verdict, Decision]] = {
    "open": "open",
    "kept": "accepted",
    "changed": "accepted",
    "removed": "rejected",
}
"""How a verdict is drawn in the list."""


class AuditScreen(ListScreen):
    """The spans of one label, to be kept, relabelled, widened or removed with one key each."""

    SCOPE: ClassVar[str] = "audit"

    def __init__(self, project: Project, label: str, keymap: Keymap, *, cache: Path | None = None) -> None:
        super().__init__(keymap, keymap.give_label_keys(project.labels))
        self.audit = Audit(project, label)
        """What is decided."""
        assistant = project.open_assistant(cache=cache)
        self._finding: Iterator[int] | None = self.audit.collect(assistant if project.has_learnt() else None)
        self._by_key = {each.key: each.name for each in self.labels.labels if each.key}

    def compose(self) -> ComposeResult:
        """Lay out the list over the sentence."""
        yield HeaderLine()
        yield MentionList((), ())
        yield Static(id="sentence")
        yield MessageLine()
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin to look."""
        self.query_one(KeyLine).show_keys(self.keymap, self.SCOPE)
        self.walked.focus()
        self._looking = self.set_interval(_SLICE, self._look)
        self._show()

    def leaves(self, event: events.Key) -> bool:
        """Relabel where a key is a label's."""
        key = key_of(event)
        place = self.keymap.find_place(key, lambda each: each.lower() in self._by_key)
        name = self._by_key.get((key if place is None else place.key).lower())
        if name is None or self.keymap.action(self.SCOPE, key) is not None:
            return False
        event.stop()
        event.prevent_default()
        self._decide(lambda at: self.audit.relabel(at, name))
        return True

    def do(self, action_id: str, key: str = "") -> None:
        """Do an action of the registry and show what came of it."""
        super().do(action_id, key)
        if self.is_attached and self.is_current:
            self._show()

    # Actions

    def do_keep(self) -> None:
        """Leave the span under the cursor as it is."""
        self._decide(self.audit.keep)

    def do_remove(self) -> None:
        """Remove the span under the cursor."""
        self._decide(self.audit.remove)

    def do_longer(self) -> None:
        """End it a word later."""
        self._move("end", 1)

    def do_shorter(self) -> None:
        """End it a word earlier."""
        self._move("end", -1)

    def do_start_earlier(self) -> None:
        """Start it a word earlier."""
        self._move("start", -1)

    def do_start_later(self) -> None:
        """Start it a word later."""
        self._move("start", 1)

    def do_undo(self) -> None:
        """Take back the last decision."""
        place = self.audit.undo()
        if place is None:
            self.tell("There is nothing to take back.")
        else:
            self.walked.go_to(place)

    def do_back(self) -> None:
        """Go back to the library."""
        self.dismiss(None)

    @on(MentionList.Moved)
    def _on_moved(self) -> None:
        self._show_sentence()

    @on(MentionList.Decided)
    def _on_decided(self) -> None:
        self.do("audit.keep")

    # Inside

    @property
    def walked(self) -> MentionList:
        """The list."""
        return self.query_one(MentionList)

    def _look(self) -> None:
        """Look through one more article; the list is shown when all are."""
        try:
            if self._finding is not None and next(self._finding, None) is None:
                self._finding = None
                self._looking.stop()
        except SpantagError as error:
            self._finding = None
            self._looking.stop()
            self.refuse(error)
        self._show()

    def _decide(self, decide: Callable[[int], None]) -> None:
        if self._finding is not None or not self.audit.spans:
            return
        at = self.walked.cursor
        try:
            decide(at)
        except SpantagError as error:
            self.refuse(error)
            return
        following = self.audit.next_open(at)
        self._show()
        if following is not None:
            self.walked.go_to(following)

    def _move(self, edge: Edge, direction: Direction) -> None:
        if self._finding is None and self.audit.spans:
            self.audit.move_edge(self.walked.cursor, edge, direction)

    def _show(self) -> None:
        audit = self.audit
        found = len(audit.spans)
        left = sum(each.verdict == "open" for each in audit.spans)
        is_looking = self._finding is not None
        progress = f"looking: {count_noun(found, 'span')} " if is_looking else f"{left:,} of {found:,} open "
        self.query_one(HeaderLine).show(
            [(f" audit of {audit.label}", "strong"), ("  the most doubtful first", "muted")],
            [(progress, "muted")],
        )
        shown = [] if is_looking else audit.spans
        self.walked.show([_as_mention(each) for each in shown], [_SIGNS[each.verdict] for each in shown])
        self._show_sentence()

    def _show_sentence(self) -> None:
        sentence = self.query_one("#sentence", Static)
        if self._finding is not None or not self.audit.spans:
            nothing = "Looking for the spans …" if self._finding is not None else self._say_nothing()
            sentence.update(Content(nothing), layout=False)
            return
        audited = self.audit.spans[min(self.walked.cursor, len(self.audit.spans) - 1)]
        start, end = audited.span.start - audited.offset, audited.span.end - audited.offset
        context = display_text(audited.context)
        sure = f"{round(100 * audited.agreement)} % sure" if audited.agreement < 1 else ""
        sentence.update(
            Content.assemble(
                (f"{audited.span.label}  ", "bold $primary"),
                (cut_text(display_text(audited.title), 60), "$text-muted"),
                (f"  {sure}  {audited.verdict if audited.verdict != 'open' else ''}\n", "$text-muted"),
                context[:start],
                (context[start:end], "bold reverse"),
                context[end:],
            ),
            layout=False,
        )

    def _say_nothing(self) -> str:
        return f"No span has the label {self.audit.label}. {self.keymap.shown('audit.back')} goes back."


def _as_mention(audited: AuditedSpan) -> Mention:
    """Give a span as the list draws it, in its sentence."""
    start = audited.span.start - audited.offset
    return Mention(
        audited.article, audited.title, audited.span.start, audited.span.end, audited.context, start
    )
