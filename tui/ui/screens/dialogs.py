"""Dialogs: small screens over a screen that end with an answer."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final, Generic, Protocol, runtime_checkable

from textual import events, on
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, ScreenResultType
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.model.labels import Label, LabelSet
from tui.suggest.suggestion import ANSWERS, LEARNER, PATTERN, REPEAT
from tui.text.display import display_lines, display_text
from tui.ui.keys import BY_ID, Action, Keymap
from tui.ui.keys.sentences import write_uses
from tui.ui.screens.left_once import LeftOnce
from tui.ui.screens.pressed import key_of
from tui.ui.widgets.choice_list import ChoiceList
from tui.ui.widgets.line_input import LineInput

if TYPE_CHECKING:
    from tui.suggest.assistant import Assistant

_SOURCES: Final = {
    PATTERN: "the patterns of labels.yaml",
    REPEAT: "what was tagged before",
    LEARNER: "what was learnt from your finished paragraphs",
    ANSWERS: "answers, from a span's words and from what you answered before",
}


_MOST_CHOICES: Final = 100
"""What is listed at once; more of the name finds the others."""


_ROOMY: Final = 92
"""Columns from which on something stands beside a dialog; on fewer it takes all."""


@runtime_checkable
class HasKeymap(Protocol):
    """What has a keymap: the app."""

    user_keymap: Keymap
    """Which key does what."""


class Dialog(ModalScreen[ScreenResultType], LeftOnce[ScreenResultType]):
    """A dialog that the mouse can close; its keys are those of the keymap, put into Textual's by the app."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (_ROOMY, "-roomy")]  # noqa: RUF012 - as Textual declares it

    @property
    def keymap(self) -> Keymap:
        """Which key does what."""
        return self.app.user_keymap if isinstance(self.app, HasKeymap) else Keymap()

    def _closes(self, event: events.Key) -> bool:
        """Tell whether a key closes a dialog that is only read: what takes, goes back or leaves elsewhere."""
        is_quit = self.keymap.action("library", key_of(event)) in ("library.quit", "app.help")
        return is_quit or event.key in ("escape", "enter")

    def _title_of(self, text: str, *uses: tuple[str, str]) -> Static:
        """Make the title: a text, and what the keys of these actions of dialogs do here."""
        keys = ", ".join(f"{self.keymap.shown(f'dialog.{verb}')}: {what}" for verb, what in uses)
        return Static(Content(f"{display_text(text)}   ({keys})"), classes="dialog-title")

    def on_click(self, event: events.Click) -> None:
        """Step back where the click is beside the dialog, or on its title, which says how to."""
        widget, _ = self.get_widget_at(event.screen_x, event.screen_y)
        if widget is self or widget.has_class("dialog-title"):
            self.dismiss(None)


class PromptDialog(Dialog[str | None]):
    """Asks for a line of text; ends with it, or None when the annotator steps back."""

    REPLACES: ClassVar[bool] = True
    """Whether what is typed first replaces what stood there."""

    def __init__(self, title: str, *, value: str = "", placeholder: str = "", about: str = "") -> None:
        super().__init__()
        self._title = title
        self._value = value
        self._placeholder = placeholder
        self._about = about

    def compose(self) -> ComposeResult:
        """Show the question and its line."""
        with Vertical(classes="dialog -low"):
            yield self._title_of(self._title, ("accept", "take it"), ("back", "back"))
            if self._about:
                yield Static(Content(display_lines(self._about)))
            yield LineInput(self._value, placeholder=self._placeholder, select_on_focus=self.REPLACES)

    @on(Input.Submitted)
    def _on_submitted(self) -> None:
        self.dismiss(self.query_one(LineInput).answer)

    def on_key(self, event: events.Key) -> None:
        """Step back."""
        if event.key == "escape":
            event.stop()
            self.dismiss(None)


class NoteDialog(PromptDialog):
    """Asks for a note; what is typed is kept where the annotator steps back, and taken where the app ends."""

    REPLACES = False

    def __init__(
        self,
        title: str,
        *,
        value: str,
        take: Callable[[str], None],
        keep: Callable[[str], None],
        about: str = "",
    ) -> None:
        """`take` writes a note; `keep` gets what was typed and not taken. Above stands what it is `about`."""
        super().__init__(title, value=value, about=about)
        self._take = take
        self._keep = keep

    def take_leave(self) -> None:
        """Take what is typed: the app ends."""
        self._take(self.query_one(LineInput).answer)

    def dismiss(self, result: str | None = None) -> AwaitComplete:
        """End with the note; where the annotator steps back, keep what was typed."""
        typed = self.query_one(LineInput).answer
        if result is None and typed != self._value:
            self._keep(typed)
        return super().dismiss(result)


class SearchDialog(PromptDialog):
    """Asks for a text to look for, and says at every letter where it is."""

    def __init__(self, title: str, *, value: str, find: Callable[[str], None]) -> None:
        """`find` shows where a text is, and says how often."""
        super().__init__(title, value=value)
        self._find = find

    @on(Input.Changed)
    def _on_changed(self, message: Input.Changed) -> None:
        self._find(message.value)
        # The article lies under this dialog and is drawn with it.
        self.refresh()


class ConfirmDialog(Dialog[bool | None]):
    """Asks whether to do something; ends with true for Enter."""

    def __init__(self, question: str, lines: Sequence[str]) -> None:
        super().__init__()
        self._question = question
        self._lines = lines

    def compose(self) -> ComposeResult:
        """Show the question and what it is about."""
        with Vertical(classes="dialog -low"):
            yield self._title_of(self._question, ("accept", "yes"), ("back", "no"))
            yield Static(Content(display_lines("\n".join(self._lines))))

    def on_key(self, event: events.Key) -> None:
        """Take the answer; any other key is none."""
        event.stop()
        if event.key in ("enter", "escape"):
            self.dismiss(event.key == "enter")


class MessageDialog(Dialog[None]):
    """Shows lines to read; the keys that take something or go back close it."""

    def __init__(self, title: str, lines: Sequence[str]) -> None:
        super().__init__()
        self._title = title
        self._lines = lines

    def compose(self) -> ComposeResult:
        """Show the lines."""
        shown = list(self._lines[:200])
        if len(self._lines) > len(shown):
            shown.append(f"… and {len(self._lines) - len(shown)} more")
        with VerticalScroll(classes="dialog"):
            yield self._title_of(self._title, ("back", "back"))
            yield Static(Content(display_lines("\n".join(shown))))

    def on_key(self, event: events.Key) -> None:
        """Close."""
        if self._closes(event):
            event.stop()
            self.dismiss(None)


class _Choice(Option, Generic[ScreenResultType]):
    """An option that knows what it stands for, whatever the list shows by the time it is chosen."""

    def __init__(self, content: Content, value: ScreenResultType) -> None:
        super().__init__(content)
        self.value = value
        """What it stands for."""


class PickDialog(Dialog[ScreenResultType]):
    """Finds something by a part of its name; ends with it."""

    NOTHING: ClassVar[str] = "nothing here has that in its name"
    """What stands in the list where nothing fits."""

    OPENED_BY: ClassVar[str] = ""
    """The action whose key is not typed, as it may be pressed once too often to come here."""

    def __init__(self, title: str, placeholder: str, *, classes: str = "") -> None:
        super().__init__(classes=classes)
        self._title = title
        self._placeholder = placeholder

    def find(self, typed: str) -> Sequence[tuple[Content, ScreenResultType]]:
        """Find what fits what was typed, each as it is shown."""
        raise NotImplementedError

    def list_instead(self) -> Mapping[str, ScreenResultType]:
        """List the actions that can be taken instead while nothing is typed, and how it ends with each."""
        return {}

    def compose(self) -> ComposeResult:
        """Show a line to type in and what fits."""
        with Vertical(classes="dialog -low"):
            yield self._title_of(self._title, ("accept", "take it"), ("back", "back"))
            if instead := [(each, BY_ID[each].name.lower()) for each in self.list_instead()]:
                yield Static(Content(write_uses(self.keymap, *instead)), classes="dialog-more")
            yield LineInput(
                placeholder=self._placeholder,
                passes=lambda event: self._leads_here(event) or self._find_instead(event) is not None,
            )
            yield ChoiceList(markup=False)

    def on_mount(self) -> None:
        """Show all first."""
        self._show("")

    @on(Input.Changed)
    def _on_changed(self, message: Input.Changed) -> None:
        self._show(message.value)

    @on(Input.Submitted)
    def _on_submitted(self) -> None:
        option = self.query_one(ChoiceList).highlighted_option
        if isinstance(option, _Choice):
            self.dismiss(option.value)

    @on(OptionList.OptionSelected)
    def _on_selected(self, message: OptionList.OptionSelected) -> None:
        if isinstance(message.option, _Choice):
            self.dismiss(message.option.value)

    def on_key(self, event: events.Key) -> None:
        """Step back, or walk the list while typing."""
        choices = self.query_one(ChoiceList)
        walks = {
            "up": choices.action_cursor_up,
            "down": choices.action_cursor_down,
            "pageup": choices.action_page_up,
            "pagedown": choices.action_page_down,
        }
        if event.key == "escape":
            event.stop()
            self.dismiss(None)
        elif event.key in walks:
            event.stop()
            walks[event.key]()
        elif (instead := self._find_instead(event)) is not None:
            event.stop()
            self.dismiss(instead)

    def _leads_here(self, event: events.Key) -> bool:
        """Tell whether a key is the one that opened the dialog, pressed once more; it does nothing then."""
        return key_of(event) in self.keymap.keys(self.OPENED_BY) if self.OPENED_BY else False

    def _find_instead(self, event: events.Key) -> ScreenResultType | None:
        """Find what a key ends with that is pressed before anything is typed; None for any other key."""
        if self.query_one(LineInput).value:
            return None
        actions = self.list_instead()
        key = key_of(event)
        return next((actions[each] for each in actions if key in self.keymap.keys(each)), None)

    def _show(self, typed: str) -> None:
        found = self.find(typed)
        shown: list[Option] = [_Choice(content, value) for content, value in found[:_MOST_CHOICES]]
        left = len(found) - len(shown)
        if left:
            shown.append(Option(f"   … and {left:,} more; type more of the name", disabled=True))
        choices = self.query_one(ChoiceList)
        choices.clear_options()
        choices.add_options(shown or [Option(self.NOTHING, disabled=True)])
        choices.highlighted = 0 if found else None


class LabelDialog(PickDialog[Label | Action | None]):
    """Finds a label by a part of its name; ends with it, or with the action that was taken instead."""

    NOTHING = "no label has that in its name"
    OPENED_BY = "details.more"

    def __init__(
        self, labels: LabelSet, title: str, *, instead: Sequence[str] = (), at_top: bool = False
    ) -> None:
        """Name the actions that can be taken `instead`.

        With `at_top` it stands there, because what is at work is below.
        """
        super().__init__(title, "part of a label's name", classes="-at-top" if at_top else "")
        self._labels = labels
        self._instead = instead

    def list_instead(self) -> Mapping[str, Label | Action | None]:
        """List what can be asked for instead of a label."""
        return {each: BY_ID[each] for each in self._instead}

    def find(self, typed: str) -> list[tuple[Content, Label | Action | None]]:
        """Find the labels that fit, those whose name begins so first."""
        folded = typed.strip().casefold()
        found = [label for label in self._labels.labels if folded in label.name.casefold()]
        found.sort(key=lambda label: not label.name.casefold().startswith(folded))
        return [(Content(_describe_label(label)), label) for label in found]


def _describe_label(label: Label) -> str:
    """Say a label's key, its name, and what it stands for."""
    return f"{label.key or ' '}  {label.name}  {display_text(label.description)}".rstrip()


class SourcesDialog(Dialog[None]):
    """Shows where suggestions come from and how often they were right; Enter switches a source on or off."""

    def __init__(self, assistant: "Assistant", labels: LabelSet, outside: Sequence[str] = ()) -> None:
        super().__init__()
        self._assistant = assistant
        self._labels = labels
        named = sorted({*outside, *assistant.sources_off} - _SOURCES.keys())
        outer = {name: f"{display_text(name)}: a file or program outside" for name in named}
        self._sources = {**_SOURCES, **outer}

    def compose(self) -> ComposeResult:
        """Show the sources."""
        with Vertical(classes="dialog"):
            yield self._title_of("Sources of suggestions", ("accept", "on or off"), ("back", "back"))
            yield ChoiceList(markup=False)

    def on_mount(self) -> None:
        """Show what there is."""
        self._show(0)

    @on(OptionList.OptionSelected)
    def _on_selected(self, message: OptionList.OptionSelected) -> None:
        self._assistant.switch(str(message.option_id))
        self._show(message.option_index)

    def on_key(self, event: events.Key) -> None:
        """Step back."""
        if event.key == "escape":
            event.stop()
            self.dismiss(None)

    def _show(self, highlighted: int) -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        for source, what in self._sources.items():
            state = "off" if source in self._assistant.sources_off else "on "
            lines = [f"{state}  {what}"]
            for label in self._labels.names:
                right, asked = self._assistant.count_right(source, label)
                if asked:
                    lines.append(f"       {label}: right {right} of {asked} times")
            options.add_option(Option("\n".join(lines), id=source))
        options.highlighted = highlighted
