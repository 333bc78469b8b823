"""What stands behind the label of a span: its answers, what is missing, and the numbers of its relations."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from tui.model.labels import Attribute, Label, LabelSet, find_missing, write_answer
from tui.model.links import list_asked
from tui.model.record import sort_spans
from tui.model.span import Json, Relation, Span
from tui.session.annotations import Annotations
from tui.session.suggested_answers import SuggestedAnswers
from tui.text.messages import quote

_MOST_OF_ANSWER: Final = 16
"""Code points of one answer."""


class SpanMark(Struct, frozen=True):
    """What stands behind a label."""

    text: str = ""
    """Answers (`3?` is suggested), numbers of relations (`→1` where it starts) and of entities (`=1`)."""
    is_missing: bool = False
    """Whether anything that is required has no answer."""


NO_MARK: Final = SpanMark()
"""The mark of a span of which nothing more is said or asked."""


class Marks:
    """The marks of the spans of an article."""

    def __init__(self, annotations: Annotations, labels: LabelSet, suggested: SuggestedAnswers) -> None:
        self._annotations = annotations
        self._labels = labels
        self._suggested = suggested
        self._are_relations_asked = any(
            each.required for relation in labels.relations for each in relation.attributes
        )
        self._known: dict[str, SpanMark] = {}
        self._known_of: object = None
        self._numbers: Mapping[str, str] = {}

    def of(self, span: Span) -> SpanMark:
        """Give the mark of a span."""
        revision = self._annotations.revision, self._suggested.revision
        if self._known_of != revision:
            self._known_of, self._known = revision, {}
            self._numbers = self._number()
        known = self._known.get(span.id)
        if known is None:
            known = self._known[span.id] = self._make(span)
        return known

    def asks_of(self, span: Span) -> bool:
        """Tell whether anything is asked of a span, or of a relation at it."""
        label = self._labels.label(span.label)
        if label is not None and (label.attributes or label.roles):
            return True
        return bool(self._list_asked(span))

    def list_missing(self, span: Span) -> list[str]:
        """Name what is required of a span and has no answer: attributes, roles, attributes of relations."""
        label = self._labels.label(span.label)
        if label is None:
            return self._list_missing_of_relations(span)
        missing = [each.name for each in find_missing(label.attributes, span.attributes)]
        required = [role.name for role in label.roles if role.required and role.name not in span.attributes]
        if required:
            relations = self._annotations.layer.relations.values()
            filled = {each.label for each in relations if each.head == span.id}
            missing += [name for name in required if name not in filled]
        return missing + self._list_missing_of_relations(span)

    def count_missing_of(self, paragraph: int) -> int:
        """Count the required labels that a paragraph lacks."""
        labels = self._annotations.layer.paragraph_labels.get(paragraph, {})
        return len(find_missing(self._labels.paragraph_labels, labels))

    def list_unlabelled(self) -> list[int]:
        """List the finished paragraphs that lack a required label."""
        if not any(each.required for each in self._labels.paragraph_labels):
            return []
        count = len(self._annotations.article.paragraphs)
        return [
            index
            for index in range(count)
            if self._annotations.state_of(index) == "finished" and self.count_missing_of(index)
        ]

    def list_incomplete(self) -> list[Span]:
        """List the spans of which anything is missing, in reading order."""
        spans = sort_spans(self._annotations.layer.spans.values())
        return [span for span in spans if self.list_missing(span)]

    def _list_asked(self, span: Span) -> list[tuple[Relation, Sequence[Attribute]]]:
        layer = self._annotations.layer
        return list_asked(layer.relations.values(), layer.spans, self._labels, span.id)

    def _list_missing_of_relations(self, span: Span) -> list[str]:
        """Name what is required of the relations that start from a span, and has no answer."""
        if not self._are_relations_asked:
            return []
        return [
            f"{relation.label} {each.name}"
            for relation, asked in self._list_asked(span)
            if relation.head == span.id
            for each in find_missing(asked, relation.attributes)
        ]

    def _make(self, span: Span) -> SpanMark:
        number = self._numbers.get(span.id, "")
        suggested = {name: each.value for name, each in self._suggested.of_open(span).items()}
        is_plain = not span.attributes and not number and not suggested
        if is_plain and not self._is_asked(span.label):
            return NO_MARK
        label = self._labels.label(span.label)
        order = {each.name: place for place, each in enumerate(label.attributes if label else ())}
        answers = sorted(
            {**span.attributes, **suggested}.items(), key=lambda pair: order.get(pair[0], len(order))
        )
        words = [
            (name, f"{_write(name, value)}{'?' if name in suggested else ''}") for name, value in answers
        ]
        # What only another tool knows of stands last: the layer of a CAS, say.
        asked = [word for name, word in words if name in order or _is_role(label, name)]
        others = [word for name, word in words if name not in order and not _is_role(label, name)]
        text = " ".join([*asked, *([number] if number else []), *others])
        return SpanMark(text, bool(self.list_missing(span)))

    def _is_asked(self, label_name: str) -> bool:
        """Tell whether anything is required of the spans of a label."""
        label = self._labels.label(label_name)
        if label is None:
            return False
        return any(each.required for each in label.attributes) or any(each.required for each in label.roles)

    def _number(self) -> dict[str, str]:
        """Give the numbers of the relations and entities of each span, in the order of where they start."""
        layer = self._annotations.layer
        if not layer.relations and not layer.entities:
            return {}
        signs: dict[str, list[str]] = {}
        spans = layer.spans
        relations = sorted(
            layer.relations.values(),
            key=lambda each: (spans[each.head].start, spans[each.tail].start, each.id),
        )
        for number, relation in enumerate(relations, start=1):
            signs.setdefault(relation.head, []).append(f"→{number}")
            signs.setdefault(relation.tail, []).append(f"←{number}")
        entities = sorted(
            layer.entities.values(), key=lambda each: min(spans[one].start for one in each.spans)
        )
        for number, entity in enumerate(entities, start=1):
            for span_id in entity.spans:
                signs.setdefault(span_id, []).append(f"={number}")
        return {span_id: "".join(some) for span_id, some in signs.items()}


def _is_role(label: Label | None, name: str) -> bool:
    return label is not None and label.role(name) is not None


def _write(name: str, value: Json) -> str:
    if isinstance(value, bool) or value is None:
        return f"{'' if value else 'no '}{name}"
    written = write_answer(value)
    return quote(written, 0, len(written), limit=_MOST_OF_ANSWER)
