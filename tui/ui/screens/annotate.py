"""The annotate screen: one article, its spans, and the keys that make them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Size
from textual.message import Message

from tui.errors import SpantagError, StoreError
from tui.model.article import ParagraphState
from tui.model.labels import Label
from tui.model.span import Relation, Span
from tui.model.span_history import list_steps
from tui.project.project import Project
from tui.session import MODES, CastMember, Direction, Edge, Mode, Outcome, list_cast, list_tolls, open_session
from tui.text.messages import count_noun, quote_name
from tui.ui import details_text, status_text
from tui.ui.arrows import Arrows
from tui.ui.asked import describe_asked
from tui.ui.detail_keys import DetailKeys
from tui.ui.keys import Action, Keymap
from tui.ui.letters import Letters
from tui.ui.palette import label_color
from tui.ui.presenter import Presenter
from tui.ui.screens.base import ActionScreen
from tui.ui.screens.dialogs import (
    LabelDialog,
    MessageDialog,
    NoteDialog,
    PromptDialog,
    SearchDialog,
    SourcesDialog,
)
from tui.ui.screens.pressed import key_of
from tui.ui.screens.upkeep import SLICE_EVERY, Upkeep
from tui.ui.settings import Settings
from tui.ui.widgets.article_view import ArticleView
from tui.ui.widgets.asked_row import are_choices_cut, write_cut_choices
from tui.ui.widgets.label_bar import LabelBar, LabelEntry
from tui.ui.widgets.label_panel import LabelPanel
from tui.ui.widgets.lines import FocusLine, HeaderLine, KeyLine, MessageLine

_WIDE: Final = 100
"""Cells from which on the labels stand beside the text."""

_WIDE_FOR_HISTORY: Final = 200
"""Cells from which on it stands there, too, what was done last to the span in focus."""

_LAST_STEPS: Final = 2
"""How much of that."""

_TEXT_WIDTH: Final = 106
"""Cells of the text where it is as wide as it ever is."""

_WIDEST_SIDE: Final = 64
"""Cells of the labels and what they mean at most, beside the text."""

_MOST_TAGGED: Final = 12
"""Texts that are shown to have the label at work."""

_LOWEST_WITH_LABELS: Final = 10
"""Rows below which the labels leave their place to the text."""

_PAUSE: Final = 1.0
"""Seconds without a key after which the database is synced."""

_INSTEAD_OF_A_LABEL: Final = (
    "details.join",
    "details.relations",
    "details.list",
    "details.tolls",
    "details.history",
)
"""What the key that asks for details leads to where nothing is asked, and a label is looked for."""

_COVERED: Final = 8
"""Rows of the text that a low dialog may stand on."""


class AnnotateScreen(ActionScreen):
    """One article at work: keys become commands of the session, and what came of them is shown.

    It has more methods than a class should, because every action of the registry has one here, named like it.
    """

    SCOPE: ClassVar[str] = "annotate"

    class SettingsChanged(Message):
        """The annotator's settings are to be saved."""

    class Left(Message):
        """The annotator goes back to the library."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number
            """The number of the article that was at work last."""

    class ArticleWanted(Message):
        """Another article is to stand in this one's place."""

        def __init__(self, number: int, *, done: str = "", accepted: int = 0, takes_back: str = "") -> None:
            super().__init__()
            self.number = number
            """The article's number."""
            self.done = done
            """Id of the action that finished the one before, where that is why."""
            self.accepted = accepted
            """How many suggestions that action accepted."""
            self.takes_back = takes_back
            """Id of the action that is taken back there."""

    def __init__(
        self,
        project: Project,
        number: int,
        keymap: Keymap,
        settings: Settings,
        *,
        cache: Path | None = None,
        done: str = "",
        accepted: int = 0,
        takes_back: str = "",
    ) -> None:
        super().__init__(keymap, keymap.give_label_keys(project.labels))
        self._done_before = done
        self._accepted_before = accepted
        self._takes_back = takes_back
        self._is_leaving = False
        self._project = project
        mode: Mode = next((each for each in MODES if each == settings.mode), "hints")
        self._settings = settings
        self._assistant = project.open_assistant(cache=cache)
        self._assistant.switch_off(settings.sources_off.splitlines())
        self.session = open_session(
            project,
            number,
            mode=mode,
            assistant=self._assistant,
            hint_letters=keymap.hint_letters,
        )
        """What the keys work on."""
        self._colors = {
            label.name: label_color(index, label.color) for index, label in enumerate(project.labels.labels)
        }
        self._details = DetailKeys(self.session, keymap, self.labels)
        self._letters = Letters(self.session, keymap, self.labels, self._details)
        self._done_last = ""
        self._steps_of = ("", 0)
        self._last_steps: list[tuple[str, str]] = []
        self._explained: set[str] = set()
        self._drafts: dict[str | int, str] = {}
        self._message = ""
        self._refused_after: str | None = None
        self.presenter = Presenter(self.session)
        """From the session to what is drawn of it."""
        self._arrows = Arrows(self.session, self.presenter)
        self._upkeep = Upkeep(project, self.session, self._assistant)

    def compose(self) -> ComposeResult:
        """Lay out the article between the lines."""
        # Before there is anything in the screen whose styles this changes.
        self.set_class(self.app.size.width >= _WIDE, "-wide")
        entries = [
            LabelEntry(label.name, label.key, self._colors[label.name]) for label in self.labels.labels
        ]
        yield HeaderLine()
        with Container(id="work"):
            yield ArticleView(
                self.session.tokens.display,
                self._colors,
                {label.name: label.key for label in self.labels.labels if label.key},
                has_color=not self.app.no_color,
                on_folded=(
                    f"{self._key('annotate.next_paragraph')} opens,"
                    f" {self._key('annotate.boilerplate')} takes the mark away"
                ),
            )
            with Container(id="side"):
                yield LabelBar(entries)
                yield LabelPanel()
        yield FocusLine()
        yield MessageLine()
        yield KeyLine()

    def on_mount(self) -> None:
        """Show the article."""
        self._stand(self.app.size)
        self.query_one(KeyLine).show_keys(self.keymap, self.SCOPE)
        self.set_interval(_PAUSE, self._on_tick)
        self._slices = self.set_interval(SLICE_EVERY, self._on_slice)
        self._message = self.greet()
        if self._takes_back:
            self._take_back(self._takes_back)
        self._show()

    def on_unmount(self) -> None:
        """Remember where the annotator stopped."""
        self._save_position()

    def on_resize(self, event: events.Resize) -> None:
        """Put the labels where there is room for them."""
        self._stand(event.size)
        # How much of what is said has room is known when all is laid out anew.
        self.call_after_refresh(self._show_around)

    def on_key(self, event: events.Key) -> None:
        """Letters are labels and hints; every other key is an action of the registry."""
        key = key_of(event)
        self._forget_message()
        self._upkeep.note_key()
        self._show_in_room()
        self._catch_up()
        if self._searches_on(event, key) or self._asks_on(event, key):
            return
        place = None if self._takes(key) else self.keymap.find_place(key, self._takes)
        found = key if place is None else place.key
        is_action = not self._letters.takes(found) and self.keymap.action(self.SCOPE, found) is not None
        if len(found) == 1 and found.isalpha() and not is_action:
            event.stop()
            event.prevent_default()
            self._guard(lambda: self._say(self._letters.type(found)))
        else:
            super().on_key(event)
        if place is not None and place.others and key not in self._explained:
            self._explained.add(key)
            self._message = f"{self._message} {place.explain(key)}".strip()
            self.tell(self._message)

    def do(self, action_id: str, key: str = "") -> None:
        """Do an action of the registry and show what came of it."""
        self._forget_message()
        if action_id.startswith("details."):
            self._guard(getattr(self, action_id.replace(".", "_")))
            return
        if not self._details.stays(action_id):
            self._details.close()
        if action_id not in ("annotate.up", "annotate.down", "annotate.extend_up", "annotate.extend_down"):
            self._arrows.forget_cell()
        super().do(action_id, key)
        self._done_last = action_id
        if self.is_attached:
            self._show()

    def refuse(self, error: SpantagError) -> None:
        """Say why a change was not made; it is not saved."""
        super().refuse(error)
        if isinstance(error, StoreError):
            self._refused_after = self.session.annotations.last_action

    # Paragraphs

    def do_finish(self) -> None:
        """Finish the paragraph and go to the next unfinished one, in the next article where none is left."""
        session = self.session
        paragraph = session.reading.chunk.paragraph if session.chunks else 0
        state = session.annotations.state_of(paragraph) if session.chunks else "unfinished"
        has_more = session.paragraphs.finish()
        self._message = status_text.say_finished(session, self.keymap, paragraph, state, has_more=has_more)
        if has_more or self._is_leaving:
            return
        session.suggestions.learn_edits()
        number = self._project.find_unfinished(session.batch.parts()[-1][0].number)
        if number is None:
            all_decided = status_text.say_all_decided(self.keymap)
            self._message = f"{status_text.say_accepted(session.paragraphs.accepted)}{all_decided}"
        else:
            self._is_leaving = True
            done, accepted = session.annotations.last_action, session.paragraphs.accepted
            self.post_message(self.ArticleWanted(number, done=done, accepted=accepted))

    def greet(self) -> str:
        """Say where one is when the article opens."""
        return status_text.greet(
            self.session, self.keymap, is_next=bool(self._done_before), accepted=self._accepted_before
        )

    def redraw(self) -> None:
        """Show what something else than a key did to the session."""
        self._show()

    def stay(self) -> None:
        """Go on here: the article that was wanted could not be opened."""
        self._is_leaving = False

    def do_skip(self) -> None:
        """Skip the paragraph, or open it again."""
        self._set_state("skipped")

    def do_flag(self) -> None:
        """Flag the paragraph, or take the flag away."""
        self._say_state("flagged" if self.session.paragraphs.toggle_flag() else "no longer flagged")

    def do_next_marked(self) -> None:
        """Go to the next span that lacks an answer, else to the next paragraph skipped or flagged."""
        moves = self.session.moves
        if not moves.go_to_incomplete(self.session.marks) and not moves.go_to_marked():
            self._message = "No answer is missing here, and no other paragraph is skipped or flagged."

    def do_boilerplate(self) -> None:
        """Mark the paragraph as boilerplate, or take the mark away."""
        self._set_state("boilerplate")

    def do_reopen(self) -> None:
        """Make the paragraph unfinished again."""
        state = self.session.annotations.state_of(self.session.paragraph)
        if state != "unfinished":
            self._say_state(self.session.paragraphs.toggle_state(state))

    def do_next_paragraph(self) -> None:
        """Go to the next paragraph; while roles are filled, to one with a span that can take one."""
        if not self._details.page(1):
            self.session.moves.go_to_next_chunk()

    def do_previous_paragraph(self) -> None:
        """Go to the previous paragraph; while roles are filled, to one with a span that can take one."""
        if not self._details.page(-1):
            self.session.moves.go_to_chunk(self.session.reading.current - 1)

    def do_review(self) -> None:
        """Show all paragraphs with their labels, or only the one at work again."""
        self.presenter.toggle_review()
        if self.presenter.is_reviewing:
            self._message = status_text.say_reviewing(self.keymap)
            return
        article, place = self.session.batch.locate(self.session.offset)
        if self._project.list_others(article.number):
            from tui.ui.screens.layer import LayerScreen

            self.app.push_screen(LayerScreen(self._project, article.number, self.keymap, offset=place))

    # Cursor and selection

    def do_left(self) -> None:
        """Move the cursor, or the edge of a span that is held, a word back."""
        self._tell(self._arrows.step(-1))

    def do_right(self) -> None:
        """Move the cursor, or the edge of a span that is held, a word forward."""
        self._tell(self._arrows.step(1))

    def do_up(self) -> None:
        """Move the cursor a line up."""
        self._tell(self._arrows.move_line(-1, extend=False))

    def do_down(self) -> None:
        """Move the cursor a line down."""
        self._tell(self._arrows.move_line(1, extend=False))

    def do_line_start(self) -> None:
        """Move the cursor to the start of the line, from there to that of the article."""
        if not self._arrows.go_to_line_edge(0):
            self.do_article_start()

    def do_line_end(self) -> None:
        """Move the cursor to the end of the line, from there to that of the article."""
        if not self._arrows.go_to_line_edge(1):
            self.do_article_end()

    def do_article_start(self) -> None:
        """Go to the first paragraph."""
        self.session.moves.go_to_chunk(0)

    def do_article_end(self) -> None:
        """Go to the last paragraph."""
        self.session.moves.go_to_chunk(len(self.session.chunks) - 1)

    def do_extend_left(self) -> None:
        """Extend the selection a word back, or end the span in focus a word earlier."""
        self._arrows.extend(-1)

    def do_extend_right(self) -> None:
        """Extend the selection a word forward, or end the span in focus a word later."""
        self._arrows.extend(1)

    def do_extend_up(self) -> None:
        """Extend the selection a line up."""
        self._tell(self._arrows.move_line(-1, extend=True))

    def do_extend_down(self) -> None:
        """Extend the selection a line down."""
        self._tell(self._arrows.move_line(1, extend=True))

    def do_pin(self) -> None:
        """Accept the suggestion in focus, else let arrows extend the selection, or move the span's edges."""
        if not self.session.spans.accept():
            self.session.moves.pin()

    def do_fine(self) -> None:
        """Let fine steps go to every place inside a character, or not any more."""
        self.session.edges.toggle_fine()
        self._message = status_text.say_fine(self.keymap, is_fine=self.session.edges.is_fine)

    def do_mode(self) -> None:
        """Make spans in the next way, and remember it."""
        mode = MODES[(MODES.index(self.session.mode) + 1) % len(MODES)]
        self.session.set_mode(mode)
        self._message = status_text.say_mode(self.keymap, mode)
        self._settings.mode = mode
        self.post_message(self.SettingsChanged())

    def do_sources(self) -> None:
        """See and switch the sources of suggestions."""
        outside = self.session.suggestions.list_sources_outside()
        self.app.push_screen(SourcesDialog(self._assistant, self.labels, outside), self._on_sources_closed)

    def do_hints(self) -> None:
        """Show hints that only move the cursor."""
        self.session.spans.open_hints(None)

    def do_search(self) -> None:
        """Ask what to look for; its places light up while it is typed."""
        dialog = SearchDialog("Search the article", value=self.session.search.wanted, find=self._find)
        self.app.push_screen(dialog, self._on_search)

    def search_next(self) -> None:
        """Go to the next place that was found."""
        self._go_to_found(1)

    def search_previous(self) -> None:
        """Go to the place before."""
        self._go_to_found(-1)

    def search_end(self) -> None:
        """End the search; what is selected stays so."""
        self.session.search.end()

    # While details are asked

    def details_take(self) -> None:
        """Take what is typed or suggested, or join all that say the same; else close."""
        self._message = self._details.take()

    def details_next(self) -> None:
        """Ask the next question, or choose the next role."""
        self._message = self._details.step(1)

    def details_previous(self) -> None:
        """Ask the question before, or choose the role before."""
        self._message = self._details.step(-1)

    def details_deny(self) -> None:
        """Say that the text does not tell it."""
        self._message = self._details.deny()

    def details_clear(self) -> None:
        """Take back the answer."""
        self._message = self._details.clear()

    def details_list(self) -> None:
        """Find the other span in a list of the article's that fit, or a choice whose name has no room."""
        if self._list_choices():
            return
        partners, annotations = self.session.partners, self.session.annotations
        anchor = partners.anchor
        if anchor is None:
            self._details.close()
            self.do_cast()
            return
        from tui.ui.screens.links import CastDialog

        fitting = [span for span in self.session.layer.spans.values() if partners.can_pair(span)]

        def pair(member: CastMember | None) -> None:
            if member is not None and partners.anchor is not None:
                self._guard(lambda: self._say(self._details.pair(member.nearest(anchor.start))))

        self.app.push_screen(
            CastDialog(list_cast(annotations, fitting), details_text.name_wanted(partners)), pair
        )

    def details_join(self) -> None:
        """Look for another mention of what the span mentions."""
        self._details.let_go()
        self.do_join()

    def details_relations(self) -> None:
        """List the relations of the span."""
        self._details.let_go()
        self.do_relations()

    def details_tolls(self) -> None:
        """List the tolls of the article."""
        self._details.let_go()
        self.do_tolls()

    def details_history(self) -> None:
        """Show what became of the span."""
        self._details.let_go()
        self.do_history()

    def details_name(self) -> None:
        """Name what the joined spans mention."""
        anchor = self.session.partners.anchor
        entity = None if anchor is None else self.session.links.find_entity(anchor.id)
        if entity is None:
            self._message = "Join the span with another mention first."
            return

        def name(text: str | None) -> None:
            if text is not None:
                self._guard(lambda: self.session.links.name_entity(text.strip()))

        self.app.push_screen(PromptDialog("What these spans mention", value=entity.name), name)

    def details_more(self) -> None:
        """Go on from the roles to what else is asked, from there to a label by its name."""
        if not self._details.more():
            self.do_pick_label()

    def details_back(self) -> None:
        """Ask nothing more."""
        self._details.close()

    # Spans

    def do_next_span(self) -> None:
        """Put the next span into focus."""
        self._walk(1)

    def do_previous_span(self) -> None:
        """Put the previous span into focus."""
        self._walk(-1)

    def do_remove(self) -> None:
        """Remove the span in focus; while hints are shown, take back a letter."""
        if self.session.hints.is_typing:
            self.session.hints.untype()
            return
        if self.session.spans.reject():
            self._message = status_text.say_rejected(self.keymap)
        else:
            self._message = status_text.say_removed(self.keymap, self.session.spans.remove())

    def do_length(self, count: int) -> None:
        """Make the span in focus so many words long."""
        self._tell(self.session.edges.set_length(count))

    def do_start_earlier(self) -> None:
        """Start a word earlier."""
        self._move_edge("start", -1)

    def do_start_later(self) -> None:
        """Start a word later."""
        self._move_edge("start", 1)

    def do_nudge_end_left(self) -> None:
        """End a part of a word or a character earlier."""
        self._tell(self.session.edges.nudge("end", -1))

    def do_nudge_end_right(self) -> None:
        """End a part of a word or a character later."""
        self._tell(self.session.edges.nudge("end", 1))

    def do_nudge_start_left(self) -> None:
        """Start a part of a word or a character earlier."""
        self._tell(self.session.edges.nudge("start", -1))

    def do_nudge_start_right(self) -> None:
        """Start a part of a word or a character later."""
        self._tell(self.session.edges.nudge("start", 1))

    def do_tag_equal(self) -> None:
        """Tag every other equal mention in the article; pressed again where none is left, in all articles."""
        count = self.session.spans.tag_equal()
        if count == 0 and self._done_last == "annotate.tag_equal":
            self.do_mentions()
            return
        self._message = status_text.say_tagged_equal(self.keymap, count)

    def do_mentions(self) -> None:
        """Walk the equal mentions of the span in focus in all articles."""
        from tui.project.mentions import Sought
        from tui.ui.screens.mentions import MentionsScreen

        self.session.spans.accept()
        span = self.session.focus.span
        if span is None:
            if self.session.cursor.selection is not None:
                self._message = "The same words are looked for of a span: a label key makes one of these."
            else:
                self._tell("no span")
            return
        article, _ = self.session.batch.locate(span.start)
        sought = Sought(self.session.article.text[span.start : span.end], span.label, article.number)
        screen = MentionsScreen(self._project, sought, self.keymap)
        self.app.push_screen(screen, lambda _: self._on_mentions_closed(screen.walk.saved_at))

    def do_details(self) -> None:
        """Ask for the details of what is in focus, else find a label by its name."""
        if not self._details.open():
            self.do_pick_label()
        elif self.session.partners.are_roles:
            self._message = details_text.say_nobody_fits(self.session)

    def do_join(self) -> None:
        """Look for another mention of what the span in focus mentions, or add the selection to that span."""
        if self.session.cursor.selection is not None:
            self._message = details_text.say_piece(self.keymap, self.session.spans.add_piece(), self.session)
        elif not self.session.links.open_join():
            self._tell("no span")

    def do_relations(self) -> None:
        """List the relations of the span in focus, else of the article."""
        from tui.ui.screens.links import RelationsDialog

        span = self.session.focus.span
        dialog = RelationsDialog(
            self.session, self.labels, span_id=span.id if span else "", tell=lambda why: self.notify(why)
        )

        def go(chosen: str | Relation | None) -> None:
            if not isinstance(chosen, Relation):
                self._on_span_chosen(chosen)
            elif chosen.id in self.session.layer.relations:
                self._on_span_chosen(chosen.head)
                self.session.answers.open_relation(chosen)
                self._show()

        self.app.push_screen(dialog, go)

    def do_cast(self) -> None:
        """List who and what is in the article, and go to one of them."""
        from tui.ui.screens.links import CastDialog

        members = list_cast(self.session.annotations, self.session.layer.spans.values())

        def go(member: CastMember | None) -> None:
            self._on_span_chosen(None if member is None else member.mentions[0].id)

        self.app.push_screen(CastDialog(members, "Who and what is in the article"), go)

    def do_tolls(self) -> None:
        """List the tolls of the article, and go to one of them."""
        from tui.ui.screens.tolls import TollsDialog

        session = self.session
        article, place = session.batch.locate(session.offset)
        start = session.offset - place
        spans = session.annotations.spans_in(start, start + len(article.text))
        suggested = {
            # Also of spans that were made in a paragraph when it was decided, where Enter takes no answers.
            span.id: {name: each.value for name, each in session.suggested_answers.of(span).items()}
            for span in spans
        }
        tolls = list_tolls(
            spans,
            session.article.text,
            self.labels,
            relations=session.layer.relations.values(),
            answers=suggested,
        )
        paragraphs = [session.chunks[session.tokens.chunk_at(toll.span.start)].paragraph for toll in tolls]
        places = [session.batch.place_of(each)[1] + 1 for each in paragraphs]
        self.app.push_screen(TollsDialog(list(zip(tolls, places, strict=True))), self._on_span_chosen)

    def do_history(self) -> None:
        """Show what became of the span in focus."""
        span = self.session.focus.span
        if span is None:
            self._tell("no span")
            return
        article, _ = self.session.batch.locate(span.start)
        steps = self._project.read_span_history(article.number, span.id)
        title = f"History of {span.label} “{self.session.annotations.quote_span(span)}”"
        lines = [f"{when}  {what}" for when, what in details_text.describe_steps(steps)]
        self.app.push_screen(MessageDialog(title, lines))

    def do_pick_label(self) -> None:
        """Find a label by its name."""
        is_low = bool(self.session.chunks) and self.presenter.is_low(self.session.offset, rows=_COVERED)
        dialog = LabelDialog(self.labels, "Label", instead=_INSTEAD_OF_A_LABEL, at_top=is_low)
        self.app.push_screen(dialog, self._on_label_picked)

    def list_useful(self) -> Sequence[str]:
        """List the actions that are useful for what is at work."""
        return status_text.list_useful(self.session)

    def do_note(self) -> None:
        """Write a note."""
        span = self.session.focus.span
        place = span.id if span else self.session.paragraph
        written = self._drafts.get(place) or self.session.paragraphs.read_note()

        def keep(draft: str) -> None:
            self._drafts[place] = draft
            self.tell(f"The note was not taken; {self._key('annotate.note')} brings back what you typed.")

        def take(text: str | None) -> None:
            if text is not None:
                self._drafts.pop(place, None)
                self._on_note(text, span)

        dialog = NoteDialog(status_text.name_noted(self.session), value=written, take=take, keep=keep)
        self.app.push_screen(dialog, take)

    # Time and place

    def do_undo(self) -> None:
        """Take back the last action; where nothing was done yet, in the article that was finished before."""
        if not self._done_before or self.session.annotations.last_action:
            self._take_back()
        elif not self._is_leaving:
            self._is_leaving = True
            number = self._project.find_article_of(self._done_before)
            self.post_message(self.ArticleWanted(number, takes_back=self._done_before))

    def do_redo(self) -> None:
        """Bring back what was taken back."""
        count = self.session.history.redo()
        self._message = status_text.say_stepped("bring", self.session, count)

    def do_back(self) -> None:
        """Step back: from hints, selection, focus or review, and at last to the library."""
        if self.session.moves.step_back():
            return
        if self.presenter.is_reviewing:
            self.do_review()
        else:
            self.session.suggestions.learn_edits()
            article, _ = self.session.batch.locate(self.session.offset)
            self.app.post_message(self.Left(article.number))
            self.dismiss(None)

    # Events

    @on(ArticleView.Clicked)
    def _on_clicked(self, message: ArticleView.Clicked) -> None:
        self._forget_message()
        partner = self._details.find_partner(message.offset)
        if partner is not None:
            self._guard(lambda: self._say(self._details.pair(partner)))
            return
        self._details.close()
        if message.times == 1 and self.session.moves.focus_at(message.offset):
            pass
        elif message.on_labels:
            return
        else:
            self.session.moves.move_to(message.offset)
        self._show()

    @on(ArticleView.Dragged)
    def _on_dragged(self, message: ArticleView.Dragged) -> None:
        self._forget_message()
        self._details.close()
        self.session.moves.select(message.start, message.end)
        self._show()

    @on(ArticleView.Opened)
    def _on_opened(self, message: ArticleView.Opened) -> None:
        self._forget_message()
        self.session.moves.go_to_chunk(message.chunk)
        self._show()

    @on(ArticleView.Resized)
    def _on_resized(self) -> None:
        self._show_in_room()
        self._show_around()

    @on(ArticleView.Scrolled)
    def _on_scrolled(self, message: ArticleView.Scrolled) -> None:
        self.query_one(ArticleView).draw(self.presenter.scroll(message.rows))

    @on(LabelBar.Chosen)
    def _on_label_chosen(self, message: LabelBar.Chosen) -> None:
        self._forget_message()
        self._details.close()
        label = self._project.labels.label(message.name)
        if label is not None:
            self._guard(lambda: self._say(self._letters.use(label)))

    def _on_span_chosen(self, span_id: str | None) -> None:
        if span_id is not None and span_id in self.session.layer.spans:
            self.session.moves.set_focus(span_id)
        self._show()

    @on(ArticleView.Answered)
    def _on_answered(self, message: ArticleView.Answered) -> None:
        self._forget_message()
        if message.key and self._details.takes(message.key):
            self._guard(lambda: self._say(self._details.type(message.key)))

    def _on_label_picked(self, picked: Label | Action | None) -> None:
        if isinstance(picked, Label):
            self._guard(lambda: self._say(self._letters.use(picked)))
        elif picked is not None:
            self.do(picked.id)
            self._show()

    def _find(self, text: str) -> None:
        """Light up every place of a text, and say how many there are."""
        count = self.session.search.find(text)
        self._show_article()
        self.tell(count_noun(count, "place") if count else "nowhere" if text else "")

    def _on_search(self, text: str | None) -> None:
        if text and self.session.search.find(text):
            self._go_to_found(1)
        else:
            self.session.search.end()
            if text:
                self._message = f"“{quote_name(text)}” is not in this article."
        self._show()

    def _go_to_found(self, direction: Direction) -> None:
        place = self.session.moves.go_to_found(direction)
        self._message = status_text.say_found(self.session, self.keymap, place)

    def _on_sources_closed(self, _: None) -> None:
        self.session.forget_suggestions()
        self._settings.sources_off = "\n".join(sorted(self._assistant.sources_off))
        self.post_message(self.SettingsChanged())
        self._show()

    def _on_mentions_closed(self, saved_at: str) -> None:
        self._guard(lambda: self.session.reload(saved_at=saved_at))

    def _on_note(self, text: str, span: Span | None) -> None:
        if span is not None and span.id not in self.session.layer.spans:
            self._message = f"The span was removed in another window, with its note: “{text.strip()}”."
            self._show()
            return
        self._guard(lambda: self.session.paragraphs.note(text.strip()))

    def _on_slice(self) -> None:
        """Learn a little from what was finished before, while no key comes."""
        try:
            if self._upkeep.learn_a_little():
                self._slices.stop()
        except SpantagError as error:
            self._slices.stop()
            self.notify(f"What you finished before is not learnt from: {error}", severity="warning")

    async def _on_tick(self) -> None:
        """Show what another window did; sync the database, and begin a training that is due, in a pause."""
        if self._catch_up():
            self._show()
        if not self._upkeep.take_pause():
            return
        if self.session.suggestions.learn_edits():
            self._show()
        for notice in self._upkeep.train():
            self.notify(notice, severity="warning")
        self._save_position()
        try:
            await self._upkeep.sync()
        except SpantagError as error:
            self.notify(str(error), severity="warning")

    # Inside

    def _takes(self, key: str) -> bool:
        """Tell whether a key does anything now."""
        return self._letters.takes(key) or self.keymap.action(self.SCOPE, key) is not None

    def _searches_on(self, event: events.Key, key: str) -> bool:
        """Do what a key stands for while a search goes on; say whether it is such a key."""
        action = self.keymap.action("search", key) if self.session.search.places else None
        if action is None or not action.startswith("search."):
            return False
        event.stop()
        event.prevent_default()
        getattr(self, action.replace(".", "_"))()
        self._show()
        return True

    def on_paste(self, event: events.Paste) -> None:
        """Type what is pasted where an answer is typed."""
        if self._details.paste(event.text):
            event.stop()
            self._show()
        else:
            super().on_paste(event)

    def _asks_on(self, event: events.Key, key: str) -> bool:
        """Do what a key stands for while details are asked; say whether it is such a key.

        Any other key closes them, but for what goes on to other paragraphs while an event is at hand.
        """
        if not self._details.is_open:
            return False
        action = self.keymap.action("details", key)
        character = event.character if event.is_printable and event.character else ""
        answer = self._details.find_answer(key, character)
        if answer and not self._details.is_command(action):
            self._guard(lambda: self._say(self._details.type(answer)))
        elif (action := self.keymap.find_action("details", key)[0]) and action.startswith("details."):
            self.do(action)
        elif character.isalnum():
            self.tell(details_text.say_no_answer(self.session, self.keymap, character))
        else:
            if not self._details.stays(self.keymap.action(self.SCOPE, key)):
                self._details.close()
            return False
        event.stop()
        event.prevent_default()
        return True

    def _forget_message(self) -> None:
        """Begin anew: what came of the last key was read."""
        self._message = ""
        self.query_one(MessageLine).clear()

    def _take_back(self, action: str = "") -> None:
        """Take back an action, else the last one, and say what it was."""
        count = self.session.history.undo(action)
        self._message = status_text.say_stepped("take", self.session, count)

    def _catch_up(self) -> bool:
        """Take in what another window did to the article; say whether it did anything."""
        try:
            return self.session.catch_up()
        except SpantagError as error:
            self.refuse(error)
            return False

    def _guard(self, change: Callable[[], object]) -> None:
        """Make a change and show it; what the project refuses becomes a message."""
        try:
            change()
        except SpantagError as error:
            self.refuse(error)
        self._show()

    def _set_state(self, state: ParagraphState) -> None:
        """Put the paragraph into a state and go on, or open it again; others at work stay there."""
        is_current = self.session.paragraph == self.session.reading.chunk.paragraph
        done = self.session.paragraphs.toggle_state(state)
        self._say_state(done)
        if done == "open again":
            return
        if is_current:
            self.session.moves.go_to_unfinished()
        else:
            self.session.moves.go_to_chunk(self.session.reading.current)

    def _say_state(self, done: str) -> None:
        self._message = f"The paragraph is {done}."

    def _walk(self, direction: Direction) -> None:
        if not self.session.moves.walk_spans(direction):
            self._message = "There are no spans in this article yet."

    def _move_edge(self, edge: Edge, direction: Direction) -> None:
        self._tell(self.session.edges.move(edge, direction))

    def _say(self, message: str) -> None:
        """Say a sentence as soon as what was done is shown."""
        self._message = message

    def _tell(self, outcome: Outcome) -> None:
        """Say why nothing was changed, where nothing was."""
        self._message = status_text.say_outcome(outcome)

    def _key(self, action_id: str) -> str:
        return self.keymap.shown(action_id)

    def _stand(self, size: Size) -> None:
        is_wide = size.width >= _WIDE
        bar, side = self.query_one(LabelBar), self.query_one("#side")
        self.set_class(is_wide, "-wide")
        beside = min(size.width - _TEXT_WIDTH, _WIDEST_SIDE)
        side.styles.width = max(beside, bar.widest(size.width)) if is_wide else "1fr"
        bar.stand(column=is_wide, width=size.width)
        side.display = size.height >= _LOWEST_WITH_LABELS

    def _show(self) -> None:
        self._show_article()
        self._show_around()
        said = self._message or self._write_cut_choices()
        if said:
            self.tell(said)

    def _write_cut_choices(self) -> str:
        """Write the choices of what is asked where their names have no room in its row."""
        asked, cells = describe_asked(self.session), self.presenter.frame.layout.cells
        if asked is not None and are_choices_cut(asked, cells):
            return details_text.say_listed(self.session, self.keymap)
        return "" if asked is None else write_cut_choices(asked, cells)

    def _list_choices(self) -> bool:
        """List the choices of what is asked, where their names have no room; say whether they have none."""
        asked, question = describe_asked(self.session), self.session.inquiry.question
        if asked is None or question is None:
            return False
        if not are_choices_cut(asked, self.presenter.frame.layout.cells):
            return False
        from tui.ui.screens.choices import ChoicesDialog

        given = self.session.inquiry.list_answers(question).get(question.attribute.name)

        def choose(value: str | None) -> None:
            if value is not None and self.session.inquiry.question == question:
                self._guard(lambda: self.session.answers.choose(value))

        self.app.push_screen(ChoicesDialog(question, given), choose)
        return True

    def _show_article(self) -> None:
        """Arrange the article in the room that it has, and draw it."""
        view = self.query_one(ArticleView)
        view.draw(self.presenter.present(view.room))

    def _show_in_room(self) -> None:
        """Show the article where its room has changed since: nothing is done to what was not shown."""
        if self.query_one(ArticleView).room != self.presenter.frame.size:
            self._show_article()

    def _show_around(self) -> None:
        """Show what the lines and labels around the text say of what is at work."""
        session, is_reviewing = self.session, self.presenter.is_reviewing
        name = status_text.name_label_at_work(session)
        self.query_one(LabelBar).show(session.annotations.count_labels(), active=name)
        label = self._project.labels.label(name) if name and self.has_class("-wide") else None
        tagged = session.annotations.list_tagged(label.name, most=_MOST_TAGGED) if label else ()
        span = session.focus.span
        answers = details_text.describe_answers(session, span) if label and span else []
        if label and span and self.size.width >= _WIDE_FOR_HISTORY:
            answers += self._describe_last_steps(span)
        self.query_one(LabelPanel).show(label, tagged, answers)
        is_saved = self._refused_after != session.annotations.last_action
        saved = status_text.describe_saved(is_saved=is_saved, saved_at=session.annotations.saved_at)
        annotator = self._project.annotator
        self.query_one(HeaderLine).show(
            status_text.describe_title(session),
            status_text.describe_place(session, annotator, is_reviewing=is_reviewing, saved=saved),
        )
        said, keys = status_text.describe_work(
            session, self.keymap, width=self.size.width, is_reviewing=is_reviewing
        )
        self.query_one(FocusLine).describe(said, keys)
        self.query_one(KeyLine).show_keys(self.keymap, "details" if self._details.is_open else self.SCOPE)

    def _describe_last_steps(self, span: Span) -> list[tuple[str, str]]:
        """Say what was done to a span last; it is worked out where the span or anything changed."""
        annotations = self.session.annotations
        if self._steps_of != (span.id, annotations.revision):
            self._steps_of = (span.id, annotations.revision)
            steps = list_steps(self.session.layer.events, span.id, self.session.article.text)
            self._last_steps = details_text.describe_steps(steps[:_LAST_STEPS])
        return self._last_steps

    def _save_position(self) -> None:
        try:
            self._upkeep.save_position()
        except SpantagError as error:
            self.notify(f"Your place was not remembered: {error}", severity="warning")
