"""Where annotators disagree, kind by kind: a list to walk, and each place opened in what both say."""

from collections.abc import Sequence
from contextlib import closing
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui.errors import SpantagError
from tui.model.annotators import GOLD
from tui.project.agreement.comparison import Agreement, Between, DisagreementExample, Terms
from tui.project.agreement.disagreements import DISAGREEMENT_KINDS, DisagreementKind, describe_side
from tui.project.comparing import Wanted
from tui.project.mentions import Mention
from tui.project.project import Project
from tui.text.display import display_text
from tui.text.messages import count_noun, quote, quote_name
from tui.ui.keys import Keymap
from tui.ui.layout import cut_text
from tui.ui.screens.base import ActionScreen
from tui.ui.screens.dialogs import PickDialog
from tui.ui.screens.list_screen import ListScreen
from tui.ui.widgets.choice_line import ChoiceLine
from tui.ui.widgets.lines import HeaderLine, KeyLine, MessageLine
from tui.ui.widgets.mention_list import MentionList

_MOST: Final = 1000
"""Disagreements of each kind that are listed: nobody walks more at a time."""

_KINDS: Final[Sequence[DisagreementKind | None]] = (None, *DISAGREEMENT_KINDS)
"""What can be chosen: all, or one kind."""

_KIND_CELLS: Final = 11
"""Cells of the column of kinds."""

_LONGEST_WORDS: Final = 120
"""Code points of the words that the two differ on, in the sentence."""


class DisagreementsScreen(ListScreen):
    """Every place where annotators disagree, by kind, of all of them or of two."""

    SCOPE: ClassVar[str] = "disagreements"

    class Found(Message):
        """All disagreements are found."""

        def __init__(self, agreement: Agreement) -> None:
            super().__init__()
            self.agreement = agreement
            """How far they agree, and where they do not."""

    def __init__(self, project: Project, keymap: Keymap) -> None:
        super().__init__(keymap, project.labels)
        self._project = project
        self._between: Between | None = None
        self._kind = 0
        self._agreement: Agreement | None = None
        self._pairs: Sequence[tuple[Between, int | None]] = ()
        self._nothing = "Comparing …"

    def compose(self) -> ComposeResult:
        """Lay out the kinds, the list, and what is said of the place under the cursor."""
        yield HeaderLine()
        yield ChoiceLine()
        yield MentionList((), ())
        yield Static(id="sentence")
        yield MessageLine()
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin to compare."""
        self.query_one(KeyLine).show_keys(self.keymap, self.SCOPE)
        self.walked.focus()
        self._show()
        self._find(self._between)

    @on(Found)
    def _on_found(self, message: Found) -> None:
        found = message.agreement
        self._agreement = found
        if self._between is None:
            numbers = {
                between: sum(found.disagreements.get(between, {}).values()) for between in found.shared
            }
            self._pairs = [(each, numbers[each]) for each, shared in found.shared.items() if shared]
            self._pairs = sorted(self._pairs, key=lambda each: -(each[1] or 0))
            self._pairs = [*self._pairs, *[((GOLD, name), None) for name in self._list_against_gold()]]
        self._nothing = "They disagree nowhere here."
        self._show()

    @on(ActionScreen.Refused)
    def _on_refused(self, message: ActionScreen.Refused) -> None:
        self._agreement = None
        self._nothing = f"{message.reason}."
        self._show()

    @on(ChoiceLine.Chosen)
    def _on_chosen(self, message: ChoiceLine.Chosen) -> None:
        self._choose(message.index)

    @on(MentionList.Moved)
    def _on_moved(self) -> None:
        self._show_place()

    @on(MentionList.Decided)
    def _on_decided(self) -> None:
        self.do("disagreements.read")

    # Actions

    def do_read(self) -> None:
        """Read what both say of the article, at the place under the cursor."""
        from tui.ui.screens.layer import LayerScreen

        example = self._example
        if example is None:
            return
        place = example.disagreement
        screen = LayerScreen(
            self._project,
            place.article,
            self.keymap,
            offset=place.start,
            annotators=place.between,
            end=place.end,
        )
        self.app.push_screen(screen)

    def do_kind(self) -> None:
        """Show the next kind."""
        self._choose((self._kind + 1) % len(_KINDS))

    def do_previous_kind(self) -> None:
        """Show the kind before."""
        self._choose((self._kind - 1) % len(_KINDS))

    def do_who(self) -> None:
        """Choose between whom."""
        if not self._pairs:
            return

        def take(between: tuple[str, ...] | None) -> None:
            if between is not None:
                self._between = (between[0], between[1]) if between else None
                self.do_again()

        self.app.push_screen(PairDialog(self._pairs), take)

    def do_again(self) -> None:
        """Compare again."""
        self._nothing = "Comparing …"
        self._find(self._between)

    def do_back(self) -> None:
        """Go back to the page."""
        self.dismiss(None)

    # Inside

    @property
    def walked(self) -> MentionList:
        """The list."""
        return self.query_one(MentionList)

    @property
    def _examples(self) -> Sequence[DisagreementExample]:
        """What is listed: the disagreements of the kind that is chosen."""
        kind = _KINDS[self._kind]
        every = () if self._agreement is None else self._agreement.examples
        return [each for each in every if kind is None or each.disagreement.kind == kind]

    @property
    def _example(self) -> DisagreementExample | None:
        """What is under the cursor."""
        examples = self._examples
        return examples[min(self.walked.cursor, len(examples) - 1)] if examples else None

    def _count(self, kind: DisagreementKind | None) -> int:
        """Count the disagreements of a kind, or all."""
        counts = {} if self._agreement is None else self._agreement.count_kinds()
        return sum(counts.values()) if kind is None else counts.get(kind, 0)

    def _choose(self, kind: int) -> None:
        self._kind = kind
        self._show()
        self.walked.go_to(0)

    def _list_against_gold(self) -> Sequence[str]:
        """List who can be compared with the gold layer, where there is one."""
        names = self._agreement.terms.annotators if self._agreement is not None else ()
        return names if GOLD in self._project.list_annotators() else ()

    def _show(self) -> None:
        examples = self._examples
        who = "all annotators" if self._between is None else " – ".join(self._between)
        self.query_one(HeaderLine).show([(" where they disagree", "strong"), (f"  {who}", "")], [])
        kinds = [f"{kind or 'all'} {self._count(kind):,}" for kind in _KINDS]
        self.query_one(ChoiceLine).show_choices(kinds, self._kind)
        heads = [f"{each.disagreement.kind:<{_KIND_CELLS}}" for each in examples]
        self.walked.show([*map(_as_mention, examples)], ["open"] * len(examples), heads)
        self.walked.go_to(self.walked.cursor)
        self._show_place()

    def _show_place(self) -> None:
        """Say of the place under the cursor where it is, what each says of it, and its sentence."""
        example = self._example
        shown = Content(display_text(self._nothing)) if example is None else self._describe(example)
        self.query_one("#sentence", Static).update(shown, layout=False)

    def _describe(self, example: DisagreementExample) -> Content:
        each, text = example.disagreement, example.article.text
        number, total = self.walked.cursor + 1, self._count(_KINDS[self._kind])
        name = f" {each.name}" if each.name else ""
        width = max(self.size.width - 2, 1)
        said = [
            cut_text(display_text(f"{quote_name(who)}: {describe_side(side, text)}"), width)
            for who, side in zip(each.between, (each.left, each.right), strict=True)
        ]
        before, words, after = example.context
        where = f"  ¶{example.paragraph + 1}  {number:,}/{total:,}"
        kind = display_text(f"{each.kind}{name}  ")
        title = cut_text(display_text(example.article.title), max(width - len(kind) - len(where), 1))
        return Content.assemble(
            (kind, "bold $primary"),
            (f"{title}{where}\n", "$text-muted"),
            *[f"{line}\n" for line in said],
            display_text(before),
            (quote(words, 0, len(words), limit=_LONGEST_WORDS), "bold reverse"),
            display_text(after),
        )

    @work(name="comparison", thread=True, exclusive=True, exit_on_error=False)
    def _find(self, between: Between | None) -> None:
        """Compare in a thread of its own with a connection of its own, so that the screen stays alive."""
        terms = Terms(between or (), rounds=0, examples=_MOST)
        try:
            with closing(self._project.open_again()) as project:
                found = project.measure_agreement(Wanted(terms))
        except SpantagError as error:
            self.post_message(self.Refused(str(error)))
        else:
            self.post_message(self.Found(found))


class PairDialog(PickDialog[tuple[str, ...] | None]):
    """Finds two annotators by a part of a name; ends with them, or with nobody for all."""

    NOTHING = "nobody has that in the name"

    def __init__(self, pairs: Sequence[tuple[Between, int | None]]) -> None:
        """`pairs` are given with how many disagreements they have, where that is known."""
        super().__init__("Who?", "part of a name")
        self._pairs = pairs

    def find(self, typed: str) -> list[tuple[Content, tuple[str, ...] | None]]:
        """Find the pairs that fit."""
        folded = typed.strip().casefold()
        found: list[tuple[Content, tuple[str, ...] | None]] = []
        if folded in "all annotators":
            found.append((Content("all annotators"), ()))
        for between, number in self._pairs:
            names = " – ".join(between)
            if folded in names.casefold():
                counted = "" if number is None else f"  {count_noun(number, 'disagreement')}"
                found.append((Content(display_text(f"{names}{counted}")), between))
        return found


def _as_mention(example: DisagreementExample) -> Mention:
    """Give a disagreement as the list draws it, in its sentence."""
    before, words, after = example.context
    place, article = example.disagreement, example.article
    return Mention(
        article.number, article.title, place.start, place.end, f"{before}{words}{after}", len(before)
    )
