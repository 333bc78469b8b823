"""What is asked about a span, or a paragraph and its article: one question at a time, and what is typed.

What is asked stands in labels.yaml: the attributes of a label and of the relations at a span, and the labels
of texts.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from tui.model.labels import Attribute, LabelSet
from tui.model.links import list_asked
from tui.model.span import Json, Relation, Span
from tui.session.annotations import Annotations
from tui.session.tokens import Direction

Subject: TypeAlias = Literal["span", "relation", "paragraph", "article"]
"""What a question is about."""

_NOTHING: Final[Mapping[str, Json]] = {}


class Question(Struct, frozen=True):
    """Something that is asked."""

    subject: Subject
    """What it is about."""
    attribute: Attribute
    """What is asked, and which answers there are."""
    relation: str = ""
    """The id of the relation that it is about; empty where it is about none."""


class Inquiry:
    """The questions that are asked now; which one is, changes through methods alone."""

    def __init__(self, annotations: Annotations, labels: LabelSet) -> None:
        self._annotations = annotations
        self._labels = labels
        self._is_open = False
        self._questions: tuple[Question, ...] = ()
        self._place = 0
        self._span_id = ""
        self._offset = 0
        self._drafts: dict[tuple[Subject, str | int, str], str] = {}

    @property
    def is_open(self) -> bool:
        """Whether details are asked, though there may be no question; no more of a span that is gone."""
        return self._is_open and (not self._span_id or self.span is not None)

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is asked, one after the other; nothing more of a relation that is gone."""
        relations = self._annotations.layer.relations
        there = [each for each in self._questions if not each.relation or each.relation in relations]
        return tuple(there) if self.is_open else ()

    @property
    def question(self) -> Question | None:
        """The one that is asked now."""
        questions = self.questions
        return questions[min(self._place, len(questions) - 1)] if questions else None

    @property
    def place(self) -> int:
        """Which of the questions it is, counted from 0."""
        return min(self._place, max(len(self.questions) - 1, 0))

    @property
    def span(self) -> Span | None:
        """The span that it is about."""
        return self._annotations.layer.spans.get(self._span_id)

    @property
    def offset(self) -> int:
        """The code point where what it is about begins."""
        return self.span.start if self.span is not None else self._offset

    @property
    def paragraph(self) -> int:
        """The index of the paragraph that it is about."""
        return self._annotations.chunks[self._annotations.tokens.chunk_at(self.offset)].paragraph

    @property
    def typed(self) -> str:
        """What was typed of an answer that is no choice; it stays until it is taken, or taken back."""
        return "" if self.question is None else self._drafts.get(self._place_of(self.question), "")

    def find_relation(self, question: Question) -> Relation | None:
        """Find the relation that a question is about."""
        return self._annotations.layer.relations.get(question.relation)

    def list_answers(self, question: Question) -> Mapping[str, Json]:
        """Give what was answered of what a question is about, by name."""
        match question.subject:
            case "span":
                return _NOTHING if self.span is None else self.span.attributes
            case "relation":
                relation = self.find_relation(question)
                return _NOTHING if relation is None else relation.attributes
            case "paragraph":
                return self._annotations.layer.paragraph_labels.get(self.paragraph, _NOTHING)
            case "article":
                return self._annotations.batch.article_labels_at(self.offset)

    def list_from_here(self) -> tuple[Question, ...]:
        """List what is asked, from the question that is asked now round to the one before it."""
        return self.questions[self.place :] + self.questions[: self.place]

    def is_answered(self, question: Question) -> bool:
        """Tell whether a question has an answer; no value at all is none."""
        return self.list_answers(question).get(question.attribute.name, ()) not in ((), [])

    def open_on_span(self, span: Span, *, later: Sequence[Collection[str]] = ()) -> bool:
        """Ask about a span and its relations, first what was not answered yet; say whether anything is.

        The attributes that the collections of `later` name come behind all others, in their order.
        """
        label = self._labels.label(span.label)
        asked = sorted(
            label.attributes if label else (), key=lambda each: [each.name in names for names in later[::-1]]
        )
        self._is_open = True
        questions = [Question("span", each) for each in asked]
        layer = self._annotations.layer
        for relation, attributes in list_asked(layer.relations.values(), layer.spans, self._labels, span.id):
            questions += [Question("relation", each, relation.id) for each in attributes]
        return self._open(questions, span.id, span.start)

    def open_on_relation(self, relation: Relation, head: Span) -> bool:
        """Ask about a relation, at the span it starts from; say whether anything is asked of it."""
        declared = self._labels.find_link(relation.label, head.label)
        asked = declared.attributes if declared is not None else ()
        return self._open([Question("relation", each, relation.id) for each in asked], head.id, head.start)

    def open_on_text(self, offset: int) -> bool:
        """Ask about the paragraph and the article at a code point; say whether anything is asked of them."""
        asked = [Question("paragraph", each) for each in self._labels.paragraph_labels]
        return self._open([*asked, *self._list_of_article()], "", offset)

    def open_on_article(self, offset: int) -> bool:
        """Ask about the article at a code point alone; say whether anything is asked of articles."""
        return self._open(self._list_of_article(), "", offset)

    def go(self, direction: Direction) -> None:
        """Ask the next question or the one before, round all of them."""
        if self.questions:
            self._place = (self.place + direction) % len(self.questions)

    def go_to_open(self, *, passing: Collection[str] = ()) -> bool:
        """Ask the next question without an answer, round all of them; say whether there is one.

        Those about the span's attributes `passing` are passed over.
        """
        count = len(self.questions)
        places = [(self._place + step) % count for step in range(1, count + 1)] if count else []
        left = [each for each in places if not _is_passed(self.questions[each], passing)]
        place = next((each for each in left if not self.is_answered(self.questions[each])), None)
        self._place = self._place if place is None else place
        return place is not None

    def type(self, character: str) -> None:
        """Type a character of the answer."""
        if self.question is not None:
            self._drafts[self._place_of(self.question)] = self.typed + character

    def untype(self) -> bool:
        """Take back the last character; say whether there was any."""
        had_any = bool(self.typed)
        if self.question is not None and had_any:
            self._drafts[self._place_of(self.question)] = self.typed[:-1]
        return had_any

    def forget_typed(self, question: Question) -> None:
        """Forget what was typed of an answer: there is one now."""
        self._drafts.pop(self._place_of(question), None)

    def close(self) -> bool:
        """Ask nothing more; say whether anything was asked."""
        was_open = self.is_open
        self._is_open, self._questions, self._span_id = False, (), ""
        return was_open

    def _list_of_article(self) -> list[Question]:
        return [Question("article", each) for each in self._labels.article_labels]

    def _open(self, questions: Sequence[Question], span_id: str, offset: int) -> bool:
        self._questions = tuple(questions)
        self._span_id, self._offset, self._place = span_id, offset, -1
        self._is_open = self._is_open or bool(self._questions)
        if not self.go_to_open():
            self._place = 0
        return bool(self._questions)

    def _place_of(self, question: Question) -> tuple[Subject, str | int, str]:
        """Give what a question is about, with what is asked of it."""
        match question.subject:
            case "relation":
                about: str | int = question.relation
            case "span":
                about = self._span_id
            case "paragraph":
                about = self.paragraph
            case "article":
                article, _ = self._annotations.batch.locate(self.offset)
                about = article.number
        return question.subject, about, question.attribute.name


def _is_passed(question: Question, passing: Collection[str]) -> bool:
    return question.subject == "span" and question.attribute.name in passing
