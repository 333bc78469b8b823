"""Layers of INCEpTION: where an annotation stands in its own words, kept so that it can go back there.

A span's layer is its attribute `layer`. What it is called stands in one feature of the layer, and what links
two spans may stand in a relation's layer, a role, a chain or a plain reference; readers keep that in the
metadata `layers`, and only what is not the usual::

    {"labels":{"custom.Span":"label"},
     "links":{"uses":{"layer":"custom.Relation","feature":"label"},
              "agent":{"kind":"role","feature":"roles","layer":"custom.EventRolesLink","is_named":true}}}
"""

from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from tui.model.span import Json

SEGMENTS: Final = ("Token", "Sentence")
"""What parts a text, by the ends of the names of its types."""

LAYERS_KEY: Final = "layers"
"""The metadata it stands under."""

_FEATURES: Final = "features"

OWN_LAYER: Final = "custom.Span"
"""The layer of spans that came from nowhere in INCEpTION: the one of its basic project."""

ENTITY_LINK: Final = "custom.EntityLink"
"""The links of the chains of entities that came from nowhere in INCEpTION; their spans stand beside them."""

USUAL_LABEL: Final = "value"
"""The feature that a span is called by, where nothing is kept of it."""


class Link(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the relations of one label stand in a CAS."""

    kind: Literal["relation", "role", "chain", "reference"] = "relation"
    """A structure of its own; a list of roles; the next link of a chain; a feature that names a span."""
    layer: str = ""
    """The type of the relation, or of what holds a role; empty for the others."""
    feature: str = ""
    """The feature with the label of a relation, or that links in the others; empty where there is none."""
    ends: tuple[str, str] = ("Governor", "Dependent")
    """The features that name a relation's head and tail."""
    is_named: bool = False
    """Whether the label is that of the role, or of the chain's link, and no name of a feature or layer."""
    of_tokens: bool = False
    """Whether it links tokens, for which spans at the same places stand."""


class LayerType(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a file declares of a type."""

    super_type: str = "uima.tcas.Annotation"
    """The type above it."""
    features: dict[str, str] = {}
    """Feature to what it holds: a type, with `[]` behind it where it holds several."""


class Layers(msgspec.Struct, omit_defaults=True):
    """Where the annotations of one document stand."""

    labels: dict[str, str] = {}
    """Layer to the feature that its spans are called by, where that is not the usual one."""
    links: dict[str, Link] = {}
    """Label to how its relations stand."""
    other_labels: dict[str, str] = {}
    """Span to the feature that it is called by, where that is another than its layer's."""
    other_links: dict[str, Link] = {}
    """Relation to how it stands, where that is otherwise than its label's."""
    chains: list[str] = []
    """The layers whose spans are the links of chains; a chain is an entity."""
    chain_links: dict[str, str] = {}
    """Span to what its link to the next one of its chain is called, where it has a name."""
    segments: dict[str, str] = {}
    """Type to where its tokens or sentences stand, in code points: `0-3 4-7`."""
    types: dict[str, LayerType] = {}
    """What the file declares of the types that stand in it, so that features that nobody filled stay, too."""
    attached: dict[str, str] = {}
    """Feature of tokens to the layer of the spans at the same places that it names."""

    @classmethod
    def of(cls, meta: Json) -> "Layers":
        """Take them from what a reader kept; of anything else, none."""
        try:
            return msgspec.convert(meta, cls)
        except msgspec.ValidationError:
            return cls()

    def note_label(self, layer: str, feature: str, span: str) -> None:
        """Note what a span is called by: for its layer the first one counts, others for themselves."""
        if self.labels.setdefault(layer, feature) != feature:
            self.other_labels[span] = feature

    def note_link(self, label: str, link: Link, relation: str) -> None:
        """Note how a relation stands: for its label the first one counts, others for themselves."""
        if self.links.setdefault(label, link) != link:
            self.other_links[relation] = link

    def note_chain(self, layer: str) -> None:
        """Note that a layer's spans are links of chains."""
        if layer not in self.chains:
            self.chains.append(layer)

    def note_segments(self, name: str, places: Iterable[tuple[int, int]]) -> None:
        """Note where the tokens or sentences of a type stand."""
        said = " ".join(f"{start}-{end}" for start, end in places)
        if said:
            self.segments[name] = said

    def list_segments(self, name: str, length: int) -> list[tuple[int, int]]:
        """Give where the tokens or sentences of a type stand in a text of a length."""
        pairs = [place.partition("-") for place in self.segments[name].split()]
        places = [(int(start), int(end)) for start, _, end in pairs if start.isdecimal() and end.isdecimal()]
        return [(start, end) for start, end in places if start <= end <= length]

    def as_meta(self) -> dict[str, Json]:
        """Give the metadata; none where everything is as usual."""
        self.labels = {layer: each for layer, each in self.labels.items() if each != USUAL_LABEL}
        kept: dict[str, Json] = msgspec.to_builtins(self)
        return {LAYERS_KEY: kept} if kept else {}


def features_of(meta: Json, relation: str) -> dict[str, Json]:
    """Give what else is known of a relation that came in before relations had attributes."""
    known = meta.get(_FEATURES) if isinstance(meta, dict) else None
    found = known.get(relation) if isinstance(known, dict) else None
    return found if isinstance(found, dict) else {}
