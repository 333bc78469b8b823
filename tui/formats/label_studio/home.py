"""What a Label Studio task was like where it came from, kept in the metadata so that it can go back there.

{"id":7,"text":"text","fields":["source"],
 "controls":{"ner":{"type":"labels","labels":["actor"]},"mood":{"type":"choices","id":"a1"}}}
"""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from tui.model.span import Json

HOME_KEY: Final = "label_studio"
"""The metadata it stands under."""


class Control(msgspec.Struct, omit_defaults=True):
    """A question of the labelling interface."""

    type: str
    """What its results are: `labels`, `choices`, `textarea` and so on."""
    to_name: str = "text"
    """The object it is about."""
    labels: list[str] = []
    """The labels that were given with it."""
    id: str = ""
    """The id of its result, where that is about the whole text."""
    has_many: bool = False
    """Whether it is a text area with several texts in one answer, which are the lines of one here."""


class OddLink(msgspec.Struct, omit_defaults=True):
    """A relation that goes another way than from one region to another, or that has several labels."""

    from_id: str
    """The region it stands at."""
    to_id: str
    """The other region."""
    direction: str = "right"
    """`right`, `left` or `bi`."""
    labels: list[str] = []
    """Its labels; they are one relation each."""

    @property
    def ends(self) -> tuple[str, str]:
        """The regions that are head and tail."""
        return (self.to_id, self.from_id) if self.direction == "left" else (self.from_id, self.to_id)


class Home(msgspec.Struct, omit_defaults=True):
    """One task's origin."""

    id: int | str | None = None
    """The task's id."""
    text: str = "text"
    """The field of `data` that was annotated."""
    fields: list[str] = []
    """The metadata that are fields of `data`; all others are the task's own."""
    controls: dict[str, Control] = {}
    """The questions that its results answer, by name."""
    links: list[OddLink] = []
    """The relations that are not as most are."""

    @classmethod
    def of(cls, meta: Mapping[str, Json]) -> "Home | None":
        """Take it from what a reader kept; None where there is none."""
        try:
            return msgspec.convert(meta[HOME_KEY], cls) if HOME_KEY in meta else None
        except msgspec.ValidationError:
            return None

    def note(self, regions: Iterable[Mapping[str, Json]]) -> None:
        """Note the questions that regions answer."""
        for region in regions:
            if region.get("type") == "relation":
                self._note_link(region)
            name, kind, to_name = (region.get(key) for key in ("from_name", "type", "to_name"))
            value = region.get("value")
            if not isinstance(name, str) or not isinstance(kind, str) or not isinstance(value, dict):
                continue
            control = self.controls.setdefault(name, Control(kind, str(to_name or "text")))
            labels = value.get(kind)
            if kind.endswith("labels") and isinstance(labels, list):
                control.labels += [str(each) for each in labels if str(each) not in control.labels]
            said = value.get("text")
            control.has_many |= kind == "textarea" and isinstance(said, list) and len(said) > 1
            if "start" not in value and "startOffset" not in value:
                control.id = str(region.get("id", ""))

    def _note_link(self, region: Mapping[str, Json]) -> None:
        labels = region.get("labels")
        named = [str(label) for label in labels] if isinstance(labels, list) else []
        link = OddLink(
            str(region.get("from_id")),
            str(region.get("to_id")),
            str(region.get("direction") or "right"),
            named,
        )
        if (link.direction != "right" or len(named) > 1) and link not in self.links:
            self.links.append(link)

    def find_control(self, label: str) -> tuple[str, Control] | None:
        """Find the question that is answered with a label, else the first that is answered with any."""
        asked = [(name, each) for name, each in self.controls.items() if each.type == "labels"]
        return next((each for each in asked if label in each[1].labels), asked[0] if asked else None)

    def as_meta(self) -> dict[str, Json]:
        """Give the metadata."""
        return {HOME_KEY: msgspec.to_builtins(self)}


def name_annotator(person: Json) -> str | None:
    """Name a person: by e-mail, name or number."""
    if isinstance(person, dict):
        person = next((person[key] for key in ("email", "username", "id") if person.get(key)), None)
    return str(person) if isinstance(person, int | str) and str(person).strip() else None
