"""What a letter does to a session: it is one of a hint, or the key of a label or relation."""

from tui.model.labels import Label, LabelSet
from tui.session import Session
from tui.ui import status_text
from tui.ui.detail_keys import DetailKeys
from tui.ui.keys import Keymap


class Letters:
    """Letters that are typed; for each, the sentence that says what came of it, if any is needed."""

    def __init__(self, session: Session, keymap: Keymap, labels: LabelSet, details: DetailKeys) -> None:
        self._details = details
        self._relation_keys = {each.key for each in labels.relations if each.key}
        self._session = session
        self._keymap = keymap
        self._by_key = {label.key: label for label in labels.labels if label.key}

    def takes(self, letter: str) -> bool:
        """Tell whether a letter is one of a hint, or the key of a label or relation now."""
        lower = letter.lower()
        if self._are_hints(letter):
            return self._session.hints.has(lower)
        return lower in self._by_key or (letter != lower and lower in self._relation_keys)

    def type(self, letter: str) -> str:
        """Type a letter; an upper-case one is about the span in focus."""
        if self._are_hints(letter):
            is_typed = self._session.spans.type_hint(letter.lower())
            return "" if is_typed else status_text.say_no_hint(self._keymap, letter)
        label = self._by_key.get(letter.lower())
        if label is None:
            made = None if letter == letter.lower() else self._details.open_relation(letter.lower())
            return status_text.say_no_label(self._keymap, letter) if made is None else made
        if letter == letter.lower():
            self._session.spans.tag(label.name)
            return ""
        if self._session.spans.tag_more(label.name):
            return ""
        # Without a focus it tags the selection, or asks for hints where letters are hints.
        outcome = self._session.spans.relabel(label.name)
        if outcome == "no span" and (self._session.cursor.selection or self._session.mode != "hints"):
            self._session.spans.tag(label.name)
            return ""
        return status_text.say_outcome(outcome)

    def use(self, label: Label) -> str:
        """Use a label that was clicked or picked: on the selection, else on the focus, else with hints."""
        spans, has_selection = self._session.spans, self._session.cursor.selection is not None
        outcome = "no span" if has_selection else spans.relabel(label.name)
        if outcome == "no span":
            spans.tag(label.name)
            return ""
        return status_text.say_outcome(outcome)

    def _are_hints(self, letter: str) -> bool:
        """Tell whether a letter is one of a hint now, and not the key of a label."""
        is_lower = letter == letter.lower()
        stand = self._session.mode != "hints" and self._session.cursor.selection is None and is_lower
        return self._session.hints.asked is not None or stand
