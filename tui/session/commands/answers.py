"""Questions answered: attributes of spans and relations, and labels of paragraphs and articles."""

from collections.abc import Callable, Collection, Mapping

from msgspec import structs

from tui.errors import SpantagError
from tui.model.events import Act, Change, Relate, Tag
from tui.model.labels import Attribute, LabelSet
from tui.model.links import TWICE, find_wrong
from tui.model.span import NO_ATTRIBUTES, Json, Relation
from tui.session.commands.spans import SpanCommands
from tui.session.inquiry import Question
from tui.session.state import State
from tui.suggest.answers import SuggestedAnswer


class AnswerCommands:
    """What answers the question that is asked now; each answer is one action."""

    def __init__(self, state: State, spans: SpanCommands, labels: LabelSet) -> None:
        self._state = state
        self._annotations = state.annotations
        self._inquiry = state.inquiry
        self._spans = spans
        self._labels = labels

    def open(self) -> bool:
        """Ask about the span in focus, else the paragraph and its article; say whether anything could be.

        Of a span there always can: what it is linked to. A suggestion in focus becomes a span.
        """
        state = self._state
        state.hints.close()
        if state.cursor.selection is not None or not self._annotations.chunks:
            return False
        self._spans.accept()
        span = state.focus.span
        if span is None:
            return self._inquiry.open_on_text(state.offset)
        suggested = state.suggested_answers
        self._inquiry.open_on_span(span, later=(suggested.of_open(span), suggested.list_unlikely(span)))
        return True

    def open_relation(self, relation: Relation) -> bool:
        """Ask about a relation alone, at its head, which is in focus; say whether anything is asked of it."""
        self._state.hints.close()
        head = self._annotations.layer.spans.get(relation.head)
        return head is not None and self._inquiry.open_on_relation(relation, head)

    def is_choice(self) -> bool:
        """Tell whether the question is answered by the key of a value."""
        question = self._inquiry.question
        return question is not None and question.attribute.type in ("choice", "flag")

    def find_picked(self, key: str) -> Question | None:
        """Find the question that a key answers: the one that is asked, else the next that has a value for it.

        While an answer is typed, none does.
        """
        asked = self._inquiry.list_from_here() if self.is_choice() else ()
        return next((each for each in asked if each.attribute.value_of(key) is not None), None)

    def pick(self, key: str) -> Question | None:
        """Answer with the value that a key picks, and go on; give the question, or None where it picks none.

        Where several values can be given, the key gives or takes away one of them, and the question stays; so
        it does while it is open, and another one is answered.
        """
        question = self.find_picked(key)
        value = None if question is None else question.attribute.value_of(key)
        if question is None or value is None:
            return None
        self._pick(question, value)
        return question

    def choose(self, value: str) -> None:
        """Answer what is asked with one of its values, as its key does."""
        question = self._inquiry.question
        if question is not None:
            self._pick(question, value)

    def _pick(self, question: Question, value: str | bool) -> None:
        asked = self._inquiry.question
        if question.attribute.multiple:
            self._answer(question, _toggle(question.attribute, self._given(question), str(value)))
        else:
            self._answer(question, value)
            if asked is None or question == asked or self._inquiry.is_answered(asked):
                self._go_on()

    def take(self) -> str:
        """Answer with what is typed, else with what is suggested, and go on, or close.

        Says in a sentence why what is typed is no answer, else nothing.
        """
        question, typed = self._inquiry.question, self._inquiry.typed.strip()
        if question is None:
            return ""
        if typed:
            value: Json = question.attribute.parse(typed)
            if question.attribute.multiple:
                value = [value]
            reason = question.attribute.check(value)
            if reason:
                return reason
            self._answer(question, value)
        elif (suggested := self.find_suggested()) is not None:
            self._answer(question, suggested.value)
            self._go_on(passing=())
            return ""
        self._go_on()
        if self._inquiry.question == question:
            # Nothing was given, and nothing else is open.
            self._inquiry.close()
        return ""

    def find_suggested(self) -> SuggestedAnswer | None:
        """Find what is suggested as the answer to the question; None where nothing is, or it has one."""
        question, span = self._inquiry.question, self._inquiry.span
        if question is None or question.subject != "span" or span is None:
            return None
        return self._state.suggested_answers.of(span).get(question.attribute.name)

    def deny(self) -> bool:
        """Say of an attribute that the text does not tell it, and go on; no label of a text can have that."""
        question = self._inquiry.question
        if question is None or question.subject not in ("span", "relation"):
            return False
        self._answer(question, None)
        self._go_on()
        return True

    def clear(self) -> None:
        """Take back what is typed of the answer, else the answer."""
        question = self._inquiry.question
        if question is not None and not self._inquiry.untype():
            self._change(question, lambda answers: answers.pop(question.attribute.name, None))

    def _go_on(self, passing: Collection[str] | None = None) -> None:
        """Ask what is open; without `passing`, not what Enter takes, or what most likely has no answer."""
        span = self._inquiry.span
        if passing is None and span is not None:
            suggested = self._state.suggested_answers
            passing = {*suggested.of_open(span), *suggested.list_unlikely(span)}
        if not self._inquiry.go_to_open(passing=passing or ()):
            self._inquiry.close()

    def _given(self, question: Question) -> Json:
        return self._inquiry.list_answers(question).get(question.attribute.name)

    def _answer(self, question: Question, value: Json) -> None:
        self._inquiry.forget_typed(question)
        self._change(question, lambda answers: answers.update({question.attribute.name: value}))

    def _change(self, question: Question, change: Callable[[dict[str, Json]], object]) -> None:
        """Change the answers of what the question is about, as one action, where that makes a difference."""
        before = self._inquiry.list_answers(question)
        answers = dict(before)
        change(answers)
        if answers != before:
            self._annotations.act([self._act_for(question, answers)], at=self._inquiry.offset)

    def _act_for(self, question: Question, answers: Mapping[str, Json]) -> Act:
        name, span = question.attribute.name, self._inquiry.span
        relation = self._inquiry.find_relation(question)
        if relation is not None:
            changed = structs.replace(relation, attributes=answers or NO_ATTRIBUTES)
            if self._is_twice(changed):
                raise SpantagError(f"{TWICE[:1].upper()}{TWICE[1:]}.")
            return Relate((changed,))
        match question.subject:
            case "span" if span is not None:
                return Change(span.id, attributes=answers or NO_ATTRIBUTES)
            case "paragraph":
                return Tag(name, answers.get(name), self._inquiry.paragraph)
            case _:
                return Tag(name, answers.get(name))

    def _is_twice(self, relation: Relation) -> bool:
        """Tell whether another relation says the same."""
        layer = self._annotations.layer
        others = [each for each in layer.relations.values() if each.id != relation.id]
        label_of = {span.id: span.label for span in layer.spans.values()}
        return find_wrong([*others, relation], label_of, self._labels).get(relation.id) == TWICE


def _toggle(attribute: Attribute, given: Json, value: str) -> list[Json]:
    """Give a value to those that were given, or take it away; they stand in the order of labels.yaml."""
    before = given if isinstance(given, list) else [] if given is None else [given]
    after = [each for each in before if each != value] if value in before else [*before, value]
    order = {each: place for place, each in enumerate(attribute.values)}
    return sorted(after, key=lambda each: order.get(str(each), len(order)))
