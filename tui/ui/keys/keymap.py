"""Which key does what: the default keys, those of a preset in their place, and a person's own."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, TypeVar

from tui.errors import Refusal
from tui.model.labels import Label, LabelSet, RelationType, assign_keys
from tui.ui.keys.names import key_name
from tui.ui.keys.presets import Preset
from tui.ui.keys.registry import ACTIONS, BY_ID, Action
from tui.ui.keys.scripts import Keyboard, KeyPlace

_Keyed = TypeVar("_Keyed", Label, RelationType)

_LENGTH: Final = "annotate.length"
"""The action whose keys differ in what they do: by their place, ten after ten."""

_MOST_SHOWN: Final = 3
"""Keys of one action that are listed; the others are those of other keyboards, in `docs/keys.md`."""

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class Keymap:
    """Which key does what."""

    def __init__(
        self,
        changes: Mapping[str, Sequence[str]] = MappingProxyType({}),
        *,
        preset: Preset = Preset(""),  # noqa: B008 - a frozen value
        hint_letters: str = "",
        label_keys: Mapping[str, str] = _NOTHING,
        keyboard: str = "",
        mistakes: Sequence[Refusal] = (),
    ) -> None:
        keys = {action.id: action.keys for action in ACTIONS}
        placed = _lay_over(_lay_over(keys, preset.keys), changes)
        self._keys = {id_: tuple(key for key in each if key) for id_, each in placed.items()}
        self._actions = {(BY_ID[id_].scope, key): id_ for id_, keys in self._keys.items() for key in keys}
        self._lengths = {key: place % 10 + 1 for place, key in enumerate(placed[_LENGTH])}
        self._label_keys = label_keys
        self.hint_letters = hint_letters or preset.hint_letters
        """The letters of hints, the easiest to reach first; empty for the usual ones."""
        self.keyboard = Keyboard(keyboard)
        """What is known of the keyboard where it types another script."""
        self.mistakes = tuple(mistakes)
        """What was wrong in the person's own keymap, and counts for nothing."""

    def action(self, scope: str, key: str) -> str | None:
        """Give the id of the action that a key stands for on a screen, if any."""
        return self._actions.get((scope, key)) or self._actions.get(("app", key))

    def find_action(self, scope: str, key: str) -> tuple[str | None, str]:
        """Find the action of a key, or of the key in whose place a letter of another script stands.

        Gives the key that it was found by, too.
        """
        action = self.action(scope, key)
        if action is None and (place := self.find_place(key, lambda each: bool(self.action(scope, each)))):
            return self.action(scope, place.key), place.key
        return action, key

    def find_place(self, key: str, takes: Callable[[str], bool]) -> KeyPlace | None:
        """Find the key that a letter of another script stands for; `takes` tells which keys do anything."""
        return self.keyboard.find_place(key, takes) if len(key) == 1 and key.isalpha() else None

    def actions(self, scope: str) -> list[Action]:
        """List the actions that can be called on a screen: its own, then those that work everywhere."""
        return [action for wanted in (scope, "app") for action in ACTIONS if action.scope == wanted]

    def keys(self, action_id: str) -> tuple[str, ...]:
        """Give the keys of an action, the one to show first; none where other actions took them all."""
        return self._keys[action_id]

    def shown(self, action_id: str) -> str:
        """Write how an action is called: by its first key, or by its name among the commands."""
        keys = self._keys[action_id]
        if keys:
            return key_name(keys[0])
        name = BY_ID[action_id].name
        return name if action_id == "app.commands" else f"{self.shown('app.commands')} {name}"

    def shown_range(self, action_id: str, count: int) -> str:
        """Write the first and the last of the first `count` keys of an action: `1-9`."""
        keys = self._keys[action_id][:count]
        return f"{key_name(keys[0])}-{key_name(keys[-1])}" if len(keys) > 1 else self.shown(action_id)

    def shown_all(self, action_id: str) -> str:
        """Write the keys of an action: the first ones of many, the first and the last of the length."""
        keys = self._keys[action_id]
        if action_id == _LENGTH:
            return self.shown_range(action_id, 10)
        more = "  …" if len(keys) > _MOST_SHOWN else ""
        return "  ".join(map(key_name, keys[:_MOST_SHOWN])) + more

    def length(self, key: str) -> int:
        """Give how many words long a key of `annotate.length` makes a span."""
        return self._lengths[key]

    def name(self, action_id: str) -> str:
        """Give the short name of an action."""
        return BY_ID[action_id].name

    def key_line(self, scope: str, *, is_long: bool = False) -> list[tuple[str, str, str]]:
        """Give the id, the key and the name of every action that the key line of a screen shows."""
        return [
            (action.id, key_name(self._keys[action.id][0]), action.name)
            for action in self.actions(scope)
            if self._keys[action.id] and (action.is_in_line or (is_long and action.is_in_long_line))
        ]

    def give_label_keys(self, labels: LabelSet) -> LabelSet:
        """Give labels the person's own keys; a label whose key is taken gets another one."""
        own = {label.name: self._label_keys.get(label.name) for label in labels.labels}
        if not any(own.values()):
            return labels
        taken = set(own.values())
        pairs = [
            (each.name, own[each.name] or (None if each.key in taken else each.key)) for each in labels.labels
        ]
        keys = assign_keys(pairs)
        wanted = [(each.name, None if each.key in keys else each.key) for each in labels.relations]
        relation_keys = assign_keys(wanted, taken=filter(None, keys))
        return dataclasses.replace(
            labels,
            labels=tuple(map(_replace_key, labels.labels, keys)),
            relations=tuple(map(_replace_key, labels.relations, relation_keys)),
        )


def do_meet(one: str, other: str) -> bool:
    """Tell whether two actions can be called on the same screen."""
    scopes = {BY_ID[one].scope, BY_ID[other].scope}
    return len(scopes) == 1 or "app" in scopes


def _replace_key(keyed: _Keyed, key: str | None) -> _Keyed:
    return dataclasses.replace(keyed, key=key)


def _lay_over(
    keys: Mapping[str, Sequence[str]], own: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """Put own keys in place of others; where an own key was another action's, it is so no longer.

    The place of a key that is taken away stays, empty.
    """
    owners: dict[str, list[str]] = {}
    for id_, each in own.items():
        for key in each:
            owners.setdefault(key, []).append(id_)

    def keep(id_: str, each: Iterable[str]) -> tuple[str, ...]:
        return tuple("" if any(do_meet(id_, other) for other in owners.get(key, ())) else key for key in each)

    return {id_: tuple(own[id_]) if id_ in own else keep(id_, each) for id_, each in keys.items()}
