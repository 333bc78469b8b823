"""What is suggested as answers, how it is learnt and taken back, and how it is taken."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.at_work import enter, make_project, show, work_on
from tui.model.labels import LabelSet
from tui.model.labels.read import parse_labels, read_labels
from tui.model.span import Json, Span
from tui.project.demo import DEMO_FILE
from tui.project.project import Project
from tui.session import Session
from tui.suggest.answers import AnswerBook, SuggestedAnswer
from tui.ui.asked import describe_asked

ROOT = Path(__file__).parents[1]

LABELS = """\
labels:
  - {name: actor, key: a, attributes: [{name: type, values: [army, rebels, police]}, note]}
  - name: casualty
    key: c
    attributes:
      - name: outcome
        multiple: true
        required: true
        values:
          - {name: killed, signs: [killed, killing, dead, died, "died of wounds"]}
          - {name: injured, signs: [wounded, wounding, injured, hurt]}
          - missing
      - {name: count, type: count, rule: acled}
  - name: target
    key: t
    attributes:
      - {name: kind, values: [house, road]}
      - {name: damage, values: [destroyed, damaged, none], default: damaged}
"""

STORY = """\
Rebels attack a convoy near Moru

The attack killed three soldiers and wounded dozens of villagers, an officer said. No one is missing.

The army said that two soldiers died on Friday.
"""

ARABIC = """\
عنوان المقال

وقال الجيش إن الهجوم قتل ٣٧ جنديا يوم الجمعة.
"""


def read() -> LabelSet:
    return parse_labels(LABELS, file="labels.yaml")


def suggest(
    book: AnswerBook,
    text: str,
    phrase: str,
    label: str = "casualty",
    answers: Mapping[str, Json] | None = None,
    before: Sequence[Span] = (),
) -> dict[str, SuggestedAnswer]:
    start = text.index(phrase)
    found = book.suggest(text, Span("asked", start, start + len(phrase), label, answers or {}), before)
    return {each.attribute: each for each in found}


def values(found: Mapping[str, SuggestedAnswer]) -> dict[str, Json]:
    return {name: each.value for name, each in found.items()}


def counted(number: int) -> dict[str, Json]:
    return {"min": number, "max": number, "exact": number, "approximate": False}


def learn(
    book: AnswerBook, text: str, answers: Mapping[str, tuple[str, dict[str, Json]]], paragraph: int = 0
) -> None:
    spans = [
        Span(str(place), text.index(phrase), text.index(phrase) + len(phrase), label, given)
        for place, (phrase, (label, given)) in enumerate(answers.items())
    ]
    book.learn(text, 0, len(text), spans, (1, paragraph))


@pytest.mark.parametrize(
    ("text", "phrase", "outcome"),
    [
        ("The attack killed three soldiers and wounded ten.", "three soldiers", ["killed"]),
        ("The attack killed three soldiers and wounded ten.", "ten", ["injured"]),
        ("Three soldiers died and ten were hurt.", "Three soldiers", ["killed"]),
        ("Three soldiers died and ten were hurt.", "ten", ["injured"]),
        ("They counted 30 killed and wounded.", "30 killed and wounded", ["killed", "injured"]),
        ("About 30 people were killed or injured there.", "30 people", ["killed", "injured"]),
        ("Five were found DEAD.", "Five", ["killed"]),
        ("Some died. The officer was in Moru.", "officer", None),
        ("An undead skilled man.", "man", None),
    ],
)
def test_an_outcome_is_told_by_the_nearest_sign(text: str, phrase: str, outcome: Json) -> None:
    found = suggest(AnswerBook(read()), text, phrase)
    assert (found["outcome"].value if "outcome" in found else None) == outcome


def test_a_count_is_read_from_the_words_of_the_span_by_the_rule_of_the_attribute() -> None:
    found = suggest(AnswerBook(read()), STORY, "dozens of villagers")
    assert found["count"].value == {"min": 12, "max": None, "exact": None, "approximate": True}
    assert found["count"].why == "read from “dozens of villagers”"


@pytest.mark.parametrize(
    ("text", "number"), [("They said three soldiers died.", 3), ("One of the soldiers", None)]
)
def test_a_number_right_before_a_span_that_has_none_is_read_with_it(text: str, number: int | None) -> None:
    found = suggest(AnswerBook(read()), text, "soldiers")
    assert values(found).get("count") == (counted(number) if number else None)


def test_no_count_is_suggested_in_a_language_without_rules() -> None:
    assert "count" not in suggest(AnswerBook(read()), ARABIC, "٣٧ جنديا")


def test_an_answer_that_was_given_is_not_suggested_for() -> None:
    found = suggest(AnswerBook(read()), STORY, "three soldiers", answers={"outcome": None, "count": 4})
    assert found == {}


def test_what_was_answered_for_the_same_words_is_suggested_else_for_the_last_of_them() -> None:
    book = AnswerBook(read())
    learn(book, "Kavar police fired.", {"Kavar police": ("actor", {"type": "police", "note": "city"})})
    again = suggest(book, "Later KAVAR  police left.", "KAVAR  police", "actor")
    assert values(again) == {"type": "police", "note": "city"}
    assert again["type"].why == "answered so for “kavar police” before"
    others = suggest(book, "Moru police stayed.", "Moru police", "actor")
    assert (values(others), others["type"].source) == ({"type": "police", "note": "city"}, "last word")
    assert suggest(book, "Rebels fled.", "Rebels", "actor") == {}
    assert suggest(book, "Kavar police died.", "Kavar police", "casualty").keys() == {"outcome"}


def test_nothing_is_suggested_by_words_of_which_the_text_did_not_tell_it() -> None:
    book = AnswerBook(read())
    learn(book, "Police fired.", {"Police": ("actor", {"type": "police"})}, 0)
    for paragraph in (1, 2):
        learn(book, "Police fired.", {"Police": ("actor", {"type": None})}, paragraph)
    assert suggest(book, "Police fired.", "Police", "actor") == {}


def test_the_default_is_suggested_where_nothing_else_is() -> None:
    found = suggest(AnswerBook(read()), "They hit a bridge.", "bridge", "target")
    assert (values(found), found["damage"].source) == ({"damage": "damaged"}, "default")


def test_a_source_that_was_wrong_more_often_than_right_is_silent_until_it_would_have_been_right() -> None:
    book = AnswerBook(read())
    for paragraph in range(3):
        learn(book, "They hit a bridge.", {"bridge": ("target", {"damage": "destroyed"})}, paragraph)
    assert suggest(book, "They hit a silo.", "silo", "target")["damage"].source == "alike"
    for paragraph in range(3, 9):
        learn(book, "They hit a road.", {"road": ("target", {"damage": "damaged"})}, paragraph)
    assert values(suggest(book, "They hit a silo.", "silo", "target")) == {"damage": "damaged"}
    assert book.count_right("target")[1] > 0


def test_what_was_answered_for_spans_that_are_alike_is_suggested() -> None:
    book = AnswerBook(read())
    names = ["Kavar", "Moru", "Tiva", "Selim"]
    for paragraph, name in enumerate(names):
        learn(
            book, f"Rebels of {name} fled.", {f"Rebels of {name}": ("actor", {"type": "rebels"})}, paragraph
        )
        learn(book, f"{name} police came.", {f"{name} police": ("actor", {"type": "police"})}, paragraph + 9)
    assert values(suggest(book, "Rebels of Orsk fled.", "Rebels of Orsk", "actor")) == {"type": "rebels"}
    assert suggest(book, "Orsk police came.", "Orsk police", "actor")["type"].value == "police"


def test_the_answers_that_a_span_has_tell_the_others() -> None:
    book = AnswerBook(read())
    pairs = [("road", "none"), ("house", "destroyed")]
    for paragraph, (kind, damage) in enumerate(pairs * 5):
        answers: dict[str, Json] = {"kind": kind, "damage": damage}
        learn(book, f"They hit no. {paragraph}.", {f"no. {paragraph}": ("target", answers)}, paragraph)
    for kind, damage in pairs:
        assert values(suggest(book, "Now a mill.", "mill", "target", {"kind": kind})) == {"damage": damage}


def test_what_was_answered_further_up_in_an_open_paragraph_is_suggested_below() -> None:
    book, text = AnswerBook(read()), "Police fired. The police left."
    above = Span("above", 0, 6, "actor", {"type": "police"})
    assert values(suggest(book, text, "police", "actor", before=[above])) == {"type": "police"}
    assert suggest(book, text, "police", "actor") == {}
    assert book.count_right("actor") == (0, 0)


def test_an_attribute_that_is_mostly_left_open_is_suggested_for_no_span() -> None:
    book = AnswerBook(read())
    for paragraph, phrase in enumerate(["bridge", "silo", "road", "house"]):
        learn(book, f"They hit a {phrase}.", {phrase: ("target", {"kind": "house"})}, paragraph)
    assert values(suggest(book, "They hit a school.", "school", "target")) == {"kind": "house"}


def test_an_answer_counts_as_right_whether_it_is_a_number_or_an_object() -> None:
    book = AnswerBook(read())
    learn(book, "Killed: 3 soldiers.", {"3 soldiers": ("casualty", {"count": 3, "outcome": ["killed"]})})
    right, asked = book.count_right("casualty")
    assert right == asked > 0


@pytest.mark.parametrize(
    ("phrase", "outcome", "count"),
    [
        ("three", ["killed"], counted(3)),
        ("Three dock workers", ["killed"], counted(3)),
        ("at least nine people", ["injured"], {"min": 9, "max": None, "exact": None, "approximate": False}),
        ("52-year-old nurse", ["killed"], counted(1)),
        ("about 400 families", None, {"min": None, "max": None, "exact": 400, "approximate": True}),
    ],
)
def test_the_starter_suggests_outcomes_and_counts_of_the_demo(
    phrase: str, outcome: Json, count: Json
) -> None:
    book = AnswerBook(read_labels(ROOT / "labels.yaml"))
    found = values(suggest(book, DEMO_FILE.read_text("utf-8"), phrase))
    assert (found.get("outcome"), found.get("count")) == (outcome, count)


PARAGRAPHS = st.lists(
    st.tuples(
        st.sampled_from(["three soldiers", "the army", "villagers", "ten"]),
        st.sampled_from(["casualty", "actor"]),
        st.dictionaries(
            st.sampled_from(["outcome", "count", "type", "note"]),
            st.sampled_from([["killed"], ["injured"], 3, "army", None, []]),
        ),
    ),
    max_size=4,
)


@given(st.lists(PARAGRAPHS, max_size=5), st.lists(PARAGRAPHS, min_size=1, max_size=5))
def test_what_is_unlearnt_is_as_if_it_had_never_been_learnt(kept: list, gone: list) -> None:  # type: ignore[type-arg]
    text = "The attack killed three soldiers and wounded ten villagers, the army said."

    def learn_all(book: AnswerBook, paragraphs: list, first: int) -> None:  # type: ignore[type-arg]
        for place, spans in enumerate(paragraphs, start=first):
            made = [
                Span(str(each), text.index(phrase), text.index(phrase) + len(phrase), label, answers)
                for each, (phrase, label, answers) in enumerate(spans)
            ]
            book.learn(text, 0, len(text), made, (1, place))

    book, never = AnswerBook(read()), AnswerBook(read())
    learn_all(never, kept, 0)
    learn_all(book, kept, 0)
    learn_all(book, gone, 100)
    book.unlearn([(1, place) for place in range(100, 105)])
    for phrase in ("three soldiers", "the army", "villagers"):
        for label in ("casualty", "actor"):
            assert suggest(book, text, phrase, label) == suggest(never, text, phrase, label)
            assert book.count_right(label) == never.count_right(label)


# In a session


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Give a project whose casualties ask for outcome and count."""
    project = make_project(tmp_path, STORY, labels=LABELS)
    yield project
    project.close()


@pytest.fixture
def session(project: Project) -> Session:
    """Give a session on its article, where all of it can be seen."""
    session = work_on(project, suggests=True)
    show(session)
    return session


def tag(session: Session, phrase: str, label: str = "casualty") -> Span:
    start = session.article.text.index(phrase)
    session.spans.add(start, start + len(phrase), label)
    span = session.focus.span
    assert span is not None
    return span


def test_enter_takes_the_suggested_answers_of_what_it_finishes_and_one_undo_takes_them_back(
    session: Session,
) -> None:
    enter(session)
    span = tag(session, "three soldiers")
    elsewhere = tag(session, "two soldiers")
    session.moves.set_focus(span.id)
    assert session.marks.of(span).text == "killed? 3?"
    enter(session)
    assert session.layer.spans[span.id].attributes == {"outcome": ["killed"], "count": counted(3)}
    assert session.layer.spans[elsewhere.id].attributes == {}
    assert session.paragraphs.missing == 0
    session.history.undo()
    assert session.layer.spans[span.id].attributes == {}
    assert session.marks.of(span).text == "killed? 3?"


def test_an_answer_given_by_hand_stays_and_is_not_suggested_for(session: Session) -> None:
    enter(session)
    span = tag(session, "three soldiers")
    assert session.answers.open()
    assert session.answers.pick("i")
    session.inquiry.close()
    assert session.marks.of(session.layer.spans[span.id]).text == "injured 3?"
    enter(session)
    assert session.layer.spans[span.id].attributes == {"outcome": ["injured"], "count": counted(3)}


def test_the_question_shows_what_is_suggested_and_why_and_takes_it_with_nothing_typed(
    session: Session,
) -> None:
    span = tag(session, "dozens of villagers")
    session.answers.open()
    row = describe_asked(session)
    assert row is not None
    assert "?injured" in row.text
    assert "“wounded” stands near it" in row.text
    assert session.answers.take() == ""
    row = describe_asked(session)
    assert row is not None
    assert "?~12+" in row.text
    assert session.answers.take() == ""
    assert session.layer.spans[span.id].attributes["outcome"] == ["injured"]
    assert not session.inquiry.is_open


def test_an_answer_by_key_goes_on_to_what_nothing_is_suggested_for(session: Session) -> None:
    tag(session, "an officer", "actor")
    session.answers.open()
    assert session.answers.pick("a")
    question = session.inquiry.question
    assert question is not None
    assert question.attribute.name == "note"
    session.inquiry.close()
    tag(session, "three soldiers", "target")
    session.answers.open()
    assert session.answers.pick("r")
    assert not session.inquiry.is_open


def test_a_question_for_a_count_says_that_the_language_has_no_rules(tmp_path: Path) -> None:
    project = make_project(tmp_path, ARABIC, labels=LABELS)
    session = work_on(project, suggests=True)
    show(session)
    tag(session, "٣٧ جنديا")
    session.answers.open()
    session.answers.pick("k")
    session.inquiry.go_to_open()
    row = describe_asked(session)
    assert row is not None
    assert "counts are read in English only" in row.text
    project.close()


def test_what_was_looked_at_stays_when_something_is_answered_behind_it(session: Session) -> None:
    enter(session)
    phrases = ["The attack", "three soldiers", "dozens of villagers", "an officer", "No one"]
    spans = [tag(session, phrase, "actor") for phrase in phrases]
    for span in spans[1:4]:
        session.moves.set_focus(span.id)
        session.answers.open()
        session.answers.pick("a")
    assert session.suggested_answers.of(spans[0]) == {}
    assert session.suggested_answers.of(spans[4])["type"].value == "army"


def test_what_was_answered_is_learnt_when_finished_and_unlearnt_when_opened_again(session: Session) -> None:
    enter(session)
    tag(session, "an officer", "actor")
    session.answers.open()
    session.answers.pick("a")
    session.inquiry.close()
    enter(session)
    assistant_says = session.suggested_answers
    later = Span("x", *_place(session, "The army"), "actor")
    near = Span("y", *_place(session, "an officer"), "actor")
    assert assistant_says.of(later) == {}
    assert assistant_says.of(near)["type"].value == "army"
    session.history.undo()
    assert assistant_says.of(near) == {}


def test_what_was_answered_is_recalled_when_the_project_is_opened_again(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY, labels=LABELS)
    session = work_on(project, suggests=True)
    enter(session)
    tag(session, "an officer", "actor")
    session.answers.open()
    session.answers.pick("p")
    session.inquiry.close()
    enter(session)
    project.close()
    again = Project.open(project.place)
    for _ in again.recall():
        pass
    assistant = again.open_assistant()
    text, span = session.article.text, Span("x", *_place(session, "an officer"), "actor")
    assert [each.value for each in assistant.suggest_answers(text, span)] == ["police"]
    assistant.switch("answers")
    assert assistant.suggest_answers(text, span) == ()
    again.close()


def _place(session: Session, phrase: str) -> tuple[int, int]:
    start = session.article.text.index(phrase)
    return start, start + len(phrase)


# What is asked last, and not by itself


RARE = """\
labels:
  - name: actor
    key: a
    attributes:
      - {name: claimed, values: [said, denied]}
      - {name: type, values: [army, rebels, police]}
      - {name: rank, values: [officer, soldier], required: true}
"""

NAMES = ("red", "blue", "green", "black", "white", "grey", "gold", "pink")


def name_asked(session: Session) -> str:
    question = session.inquiry.question
    return "" if question is None else question.attribute.name


def finish_unclaimed(session: Session) -> None:
    """Finish all paragraphs but the last, each with a span that has a type and nothing else."""
    for place, name in enumerate(NAMES[:-1]):
        tag(session, f"{name} men", "actor")
        session.answers.open()
        while name_asked(session) != "type":
            session.inquiry.go(1)
        session.answers.pick("arp"[place % 3])
        session.inquiry.close()
        enter(session)


def test_what_is_mostly_left_open_is_asked_last_and_not_by_itself(tmp_path: Path) -> None:
    text = "".join(f"The {name} men came.\n\n" for name in NAMES)
    project = make_project(tmp_path, text, labels=RARE)
    session = work_on(project, suggests=True)
    show(session)
    first = tag(session, "pink men", "actor")
    session.answers.open()
    assert [each.attribute.name for each in session.inquiry.questions] == ["claimed", "type", "rank"]
    session.inquiry.close()
    finish_unclaimed(session)
    session.moves.set_focus(first.id)
    session.answers.open()
    assert [each.attribute.name for each in session.inquiry.questions] == ["type", "rank", "claimed"]
    session.answers.pick("a")
    assert name_asked(session) == "rank"
    session.answers.pick("o")
    assert name_asked(session) == ""
    # Asked for once more, it is asked what is left.
    session.answers.open()
    assert name_asked(session) == "claimed"
    project.close()


def test_what_is_left_open_is_asked_by_itself_again_when_its_paragraphs_are_opened_again(
    tmp_path: Path,
) -> None:
    text = "".join(f"The {name} men came.\n\n" for name in NAMES)
    project = make_project(tmp_path, text, labels=RARE)
    session = work_on(project, suggests=True)
    show(session)
    finish_unclaimed(session)
    span = tag(session, "pink men", "actor")
    assert session.suggested_answers.list_unlikely(span) == {"claimed"}
    for _ in range(30):
        session.history.undo()
    assert session.suggested_answers.list_unlikely(span) == frozenset()
    project.close()
