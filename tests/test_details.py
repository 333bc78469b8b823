"""Details of spans and texts: questions answered, relations and roles made, mentions joined."""

from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.at_work import STORY, enter, make_project, show, work_on
from tests.piloted import (
    SIZES,
    Size,
    annotating,
    browsing,
    layer_of,
    place_of,
    press,
    said,
    screen_of,
    send,
    wait_for,
)
from tui.errors import SpantagError
from tui.model.events import Relate
from tui.model.span import Json, Relation, Span
from tui.project.project import Project
from tui.session import Session, open_session
from tui.store.chronicle import LogQuery
from tui.ui.asked import describe_asked
from tui.ui.details_text import describe_answers
from tui.ui.screens.annotate import AnnotateScreen
from tui.ui.screens.choices import ChoicesDialog
from tui.ui.screens.library import LibraryScreen
from tui.ui.screens.links import CastDialog, RelationsDialog

LABELS = """\
labels:
  - {name: actor, key: a}
  - {name: weapon, key: w}
  - name: casualty
    key: c
    attributes:
      - {name: outcome, values: [killed, injured, missing], required: true, multiple: true}
      - {name: count, type: count}
      - {name: armed, type: flag}
      - {name: age, type: number}
      - {name: since, type: date}
  - {name: location, key: l}
  - name: event
    key: e
    roles:
      attacker: [actor]
      victim: {labels: [casualty, actor], required: true}
      place: {labels: [location], many: true}
    attributes: [{name: stage, values: [planned, carried_out]}]
relations:
  - {name: targets, from: [actor], to: [casualty]}
  - {name: near, from: [location], to: [location], symmetric: true}
  - {name: leads, from: [actor], to: [actor], many: false}
article_labels: [{name: kind, values: [battle, shelling]}]
paragraph_labels: [{name: tone, values: [report, opinion]}]
"""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Give a project whose labels ask for everything."""
    project = make_project(tmp_path, STORY, labels=LABELS)
    yield project
    project.close()


@pytest.fixture
def session(project: Project) -> Session:
    """Give a session on its article, where all of it can be seen."""
    session = work_on(project)
    show(session)
    return session


def tag(session: Session, phrase: str, label: str, *, nth: int = 0) -> Span:
    """Tag a phrase where it stands for the n-th time, counted from 0; it is in focus then."""
    start = -1
    for _ in range(nth + 1):
        start = session.article.text.index(phrase, start + 1)
    session.spans.add(start, start + len(phrase), label)
    span = session.focus.span
    assert span is not None
    return span


def now(session: Session, span: Span) -> Span:
    return session.layer.spans[span.id]


def links_of(session: Session) -> list[tuple[str, str, str]]:
    def words_of(span_id: str) -> str:
        span = session.layer.spans[span_id]
        return session.article.text[span.start : span.end]

    relations = session.layer.relations.values()
    return sorted((words_of(each.head), each.label, words_of(each.tail)) for each in relations)


# Questions


def test_the_first_open_question_is_asked_and_a_key_answers_it(session: Session) -> None:
    span = tag(session, "three soldiers", "casualty")
    assert session.answers.open()
    question = session.inquiry.question
    assert question is not None
    assert (question.attribute.name, session.marks.list_missing(span)) == ("outcome", ["outcome"])
    assert session.answers.pick("k")
    assert session.answers.pick("i")
    assert now(session, span).attributes == {"outcome": ["killed", "injured"]}
    assert session.marks.list_missing(now(session, span)) == []
    assert session.answers.pick("k")
    assert now(session, span).attributes == {"outcome": ["injured"]}
    assert not session.answers.pick("z")
    session.history.undo()
    assert now(session, span).attributes == {"outcome": ["killed", "injured"]}


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("count", "12", 12),
        ("count", "a dozen", "a dozen"),
        ("age", "52", 52),
        ("age", "1.5", 1.5),
        ("since", "2026-11", "2026-11"),
    ],
)
def test_what_is_typed_is_an_answer_of_its_type(session: Session, name: str, typed: str, value: Json) -> None:
    span = tag(session, "three soldiers", "casualty")
    ask(session, name)
    for character in typed:
        session.inquiry.type(character)
    assert session.answers.take() == ""
    assert now(session, span).attributes == {name: value}


def test_what_is_no_answer_is_refused_and_stays_typed(session: Session) -> None:
    span = tag(session, "three soldiers", "casualty")
    ask(session, "since")
    for character in "Friday":
        session.inquiry.type(character)
    assert "2026-11-27" in session.answers.take()
    assert (session.inquiry.typed, now(session, span).attributes) == ("Friday", {})


def test_what_the_text_does_not_tell_is_an_answer_and_can_be_cleared(session: Session) -> None:
    span = tag(session, "three soldiers", "casualty")
    session.answers.open()
    assert session.answers.deny()
    assert now(session, span).attributes == {"outcome": None}
    assert session.marks.list_missing(now(session, span)) == []
    session.inquiry.go(-1)
    session.answers.clear()
    assert now(session, span).attributes == {}


def test_a_paragraph_and_the_article_are_asked_about_where_nothing_is_in_focus(session: Session) -> None:
    session.moves.go_to_chunk(1)
    assert session.answers.open()
    assert session.answers.pick("o")
    assert session.layer.paragraph_labels == {1: {"tone": "opinion"}}
    assert session.answers.pick("b")
    assert session.layer.article_labels == {"kind": "battle"}
    assert not session.inquiry.is_open


def test_a_span_that_is_removed_is_asked_about_no_more(session: Session) -> None:
    tag(session, "three soldiers", "casualty")
    session.answers.open()
    session.spans.remove()
    assert not session.inquiry.is_open


def test_of_a_label_that_asks_nothing_only_links_can_be_made(session: Session) -> None:
    tag(session, "Moru", "location")
    assert session.answers.open()
    assert (session.inquiry.is_open, session.inquiry.question) == (True, None)


def test_enter_says_how_many_required_answers_are_missing_and_a_key_goes_there(session: Session) -> None:
    session.moves.go_to_chunk(1)
    span = tag(session, "three soldiers", "casualty")
    enter(session)
    assert session.annotations.state_of(1) == "finished"
    assert session.paragraphs.missing == 1
    assert session.moves.go_to_incomplete(session.marks)
    assert session.focus.span_id == span.id


def test_a_finished_paragraph_that_lacks_a_required_label_is_counted_and_found(tmp_path: Path) -> None:
    labels = LABELS.replace("values: [report, opinion]}", "values: [report, opinion], required: true}")
    with closing(make_project(tmp_path, STORY, labels=labels)) as project:
        session = work_on(project)
        enter(session)
        assert session.paragraphs.missing == 1
        assert session.moves.go_to_incomplete(session.marks)
        assert session.paragraph == 0
        session.answers.open()
        session.answers.pick("r")
        assert not session.moves.go_to_incomplete(session.marks)


def ask(session: Session, name: str) -> None:
    """Go to the question of an attribute of the span in focus."""
    session.answers.open()
    while session.inquiry.question is not None and session.inquiry.question.attribute.name != name:
        session.inquiry.go(1)


# Relations


def link(session: Session, name: str, head: Span, tail: Span) -> None:
    relation = session.batch.project.labels.relation(name)
    assert relation is not None
    session.moves.set_focus(head.id)
    assert session.links.open_relation(relation)
    session.links.pair(tail)


def test_a_relation_is_offered_only_to_spans_that_its_labels_allow(session: Session) -> None:
    rebels, army = tag(session, "Masked rebels", "actor"), tag(session, "army", "actor")
    dead = tag(session, "three soldiers", "casualty")
    tag(session, "Friday", "location")
    session.moves.set_focus(dead.id)
    relation = session.batch.project.labels.relation("targets")
    assert relation is not None
    assert session.links.open_relation(relation)
    # The casualty is in focus: the relation points to it.
    assert session.partners.list_shown().keys() == {rebels.id, army.id}
    session.links.pair(rebels)
    assert links_of(session) == [("Masked rebels", "targets", "three soldiers")]
    assert not session.partners.is_open
    session.moves.set_focus(dead.id)
    session.links.open_relation(relation)
    assert session.links.pair(rebels) is None
    assert links_of(session) == []
    session.history.undo()
    assert len(links_of(session)) == 1


def test_a_relation_that_can_be_there_once_takes_the_place_of_the_one_before(session: Session) -> None:
    spans = [tag(session, phrase, "actor") for phrase in ("Masked rebels", "army", "Residents")]
    link(session, "leads", spans[0], spans[1])
    link(session, "leads", spans[0], spans[2])
    assert links_of(session) == [("Masked rebels", "leads", "Residents")]


def test_a_symmetric_relation_is_there_once_whichever_way_it_is_made(session: Session) -> None:
    moru, lake = tag(session, "Moru", "location"), tag(session, "Lake Tiva", "location")
    link(session, "near", moru, lake)
    link(session, "near", lake, moru)
    assert links_of(session) == []


def test_a_relation_is_turned_renamed_and_removed_where_the_labels_allow_it(session: Session) -> None:
    rebels, army = tag(session, "Masked rebels", "actor"), tag(session, "army", "actor")
    link(session, "leads", rebels, army)
    (relation,) = session.links.list_relations(rebels.id)
    assert session.links.reverse(relation) == ""
    assert links_of(session) == [("army", "leads", "Masked rebels")]
    (relation,) = session.links.list_relations()
    assert "points to casualty" in session.links.relabel(relation, "targets")
    session.links.unlink(relation)
    assert links_of(session) == []


# Events


def test_a_letter_fills_the_role_that_its_label_fits_across_paragraphs(session: Session) -> None:
    event = tag(session, "attacked", "event")
    people = [tag(session, phrase, "actor") for phrase in ("Masked rebels", "Residents")]
    places = [tag(session, "Moru", "location", nth=nth) for nth in (1, 2)]
    session.moves.set_focus(event.id)
    assert session.links.open_roles()
    session.links.pair(people[0])
    session.moves.go_to_chunk(2)
    show(session)
    for span in (people[1], *places):
        session.links.pair(span)
    assert links_of(session) == [
        ("attacked", "attacker", "Masked rebels"),
        ("attacked", "place", "Moru"),
        ("attacked", "place", "Moru"),
        ("attacked", "victim", "Residents"),
    ]
    assert session.partners.anchor == now(session, event)


async def test_a_letter_on_a_suggestion_accepts_it_and_fills_the_role_and_one_undo_takes_back_both(
    tmp_path: Path,
) -> None:
    labels = (
        "labels:\n  - {name: actor, key: a, patterns: [Masked rebels, convoy]}\n"
        "  - {name: event, key: e, roles: {attacker: [actor], victim: [actor]}}\n"
    )
    async with annotating(tmp_path, labels=labels) as (pilot, session):
        await press(pilot, "pagedown")
        tag(session, "attacked", "event")
        await press(pilot, ";")
        mark, _ = session.partners.list_suggested()[0]
        await press(pilot, session.partners.list_shown()[mark.id])
        assert links_of(session) == [("attacked", "attacker", "Masked rebels")]
        (rebels,) = [span for span in session.layer.spans.values() if span.label == "actor"]
        assert rebels.origin.source == "pattern"
        assert "attacker: “attacked” → “Masked rebels”." in said(pilot)
        assert session.partners.are_roles
        session.history.undo()
        assert links_of(session) == []
        assert rebels.id not in session.layer.spans


def test_a_role_that_was_chosen_gets_the_next_span_and_nobody_can_have_one(session: Session) -> None:
    event = tag(session, "attacked", "event")
    rebels = tag(session, "Masked rebels", "actor")
    session.moves.set_focus(event.id)
    session.links.open_roles()
    assert session.links.choose_role("v")
    session.links.pair(rebels)
    assert links_of(session) == [("attacked", "victim", "Masked rebels")]
    session.links.choose_role("v")
    role = session.links.deny_role()
    assert role is not None
    assert (role.name, links_of(session)) == ("victim", [])
    assert now(session, event).attributes == {"victim": None}
    assert session.marks.list_missing(now(session, event)) == []
    # Somebody who has it takes that back.
    session.links.choose_role("v")
    session.links.pair(rebels)
    assert now(session, event).attributes == {}
    session.links.choose_role("v")
    session.links.clear_role()
    assert session.marks.list_missing(now(session, event)) == ["victim"]


def test_a_relation_is_made_the_other_way_round(session: Session) -> None:
    rebels = tag(session, "Masked rebels", "actor")
    tag(session, "army", "actor")
    leads = session.batch.project.labels.relation("leads")
    assert leads is not None
    session.links.open_relation(leads)
    session.links.pair(rebels, is_turned=True)
    assert links_of(session) == [("Masked rebels", "leads", "army")]


ASKING = """\
labels: [{name: actor, key: a}, {name: casualty, key: c}]
relations:
  - name: hits
    from: [actor]
    to: [casualty]
    attributes:
      - {name: said by, values: [police, rebels], required: true}
      - {name: certain, type: flag}
"""


async def test_what_a_relation_asks_is_answered_by_the_keys_of_its_span(tmp_path: Path) -> None:
    async with annotating(tmp_path, labels=ASKING) as (pilot, session):
        await press(pilot, "pagedown")
        rebels, army = tag(session, "Masked rebels", "actor"), tag(session, "army", "casualty")
        session.moves.set_focus(rebels.id)
        await press(pilot, "H")
        await press(pilot, session.partners.list_shown()[army.id])
        assert session.marks.list_missing(rebels) == ["hits said by"]
        await press(pilot, ";")
        asked = describe_asked(session)
        assert asked is not None
        assert asked.text.startswith("→ hits “army”: said by")
        await press(pilot, "p y")
        (relation,) = session.layer.relations.values()
        assert relation.attributes == {"said by": "police", "certain": True}
        assert not session.inquiry.is_open
        assert session.marks.list_missing(rebels) == []
        assert describe_answers(session, rebels) == [("→ hits", "“army” said by police, certain yes")]
        told = [entry.did for entry in session.batch.project.read_log(LogQuery())]
        assert told[-2:] == ["relation hits: said by police", "relation hits: said by police, certain yes"]
        session.history.undo()
        # The other end asks, too; what the text does not tell is an answer.
        session.moves.set_focus(army.id)
        await press(pilot, "; -")
        (relation,) = session.layer.relations.values()
        assert relation.attributes == {"said by": "police", "certain": None}


async def test_the_list_of_relations_leads_to_what_is_asked_of_one(tmp_path: Path) -> None:
    async with annotating(tmp_path, labels=ASKING) as (pilot, session):
        rebels, army = tag(session, "Masked rebels", "actor"), tag(session, "army", "casualty")
        links = Relation("r1", "hits", rebels.id, army.id), Relation("r2", "near", rebels.id, army.id)
        session.annotations.act([Relate(links)])
        session.moves.set_focus(army.id)
        await press(pilot, "% down right")
        assert "Nothing is asked about “near”." in screen_of(pilot)
        await press(pilot, "up right r n")
        assert session.layer.relations["r1"].attributes == {"said by": "rebels", "certain": False}
        assert not session.inquiry.is_open
        await press(pilot, "%")
        shown = " ".join(screen_of(pilot).replace("│", " ").split())
        assert "said by rebels, certain no" in shown


def test_an_answer_that_would_make_two_relations_one_is_refused(tmp_path: Path) -> None:
    with closing(make_project(tmp_path, STORY, labels=ASKING)) as project:
        session = open_session(project, 1)
        rebels, army = tag(session, "Masked rebels", "actor"), tag(session, "army", "casualty")
        first = Relation("r1", "hits", rebels.id, army.id, {"said by": "police"})
        session.annotations.act([Relate((first, Relation("r2", "hits", rebels.id, army.id)))])
        session.moves.set_focus(rebels.id)
        session.answers.open()
        while (question := session.inquiry.question) is not None and question.relation != "r2":
            session.inquiry.go(1)
        with pytest.raises(SpantagError, match="Another relation says the same"):
            session.answers.pick("p")
        session.answers.pick("r")
        assert session.layer.relations["r2"].attributes == {"said by": "rebels"}


def test_an_answer_that_would_make_two_symmetric_relations_one_is_refused(tmp_path: Path) -> None:
    labels = ASKING.replace("to: [casualty]", "to: [actor]\n    symmetric: true")
    with closing(make_project(tmp_path, STORY, labels=labels)) as project:
        session = open_session(project, 1)
        rebels, army = tag(session, "Masked rebels", "actor"), tag(session, "army", "actor")
        first = Relation("r1", "hits", rebels.id, army.id, {"said by": "police"})
        session.annotations.act([Relate((first, Relation("r2", "hits", army.id, rebels.id)))])
        session.answers.open_relation(session.layer.relations["r2"])
        with pytest.raises(SpantagError, match="Another relation says the same"):
            session.answers.pick("p")


async def test_a_letter_in_upper_case_turns_a_relation_and_one_of_another_event_takes_it_to_hand(
    tmp_path: Path,
) -> None:
    async with annotating(tmp_path, labels=LABELS) as (pilot, session):
        await press(pilot, "pagedown right a right right right right a D")
        shown = session.partners.list_shown()
        (letters,) = [code for span_id, code in shown.items() if span_id in session.layer.spans]
        await press(pilot, letters.upper())
        assert links_of(session) == [("Masked", "leads", "army")]
        await press(pilot, "escape right right e")
        first = session.focus.span_id
        await press(pilot, "escape right right right right e ;")
        assert session.partners.anchor is not None
        second, codes = session.partners.anchor.id, session.partners.list_shown()
        assert first in codes
        assert first != second
        await press(pilot, codes[str(first)])
        assert session.partners.anchor.id == first


def test_spans_of_two_short_articles_at_work_together_are_neither_linked_nor_joined(tmp_path: Path) -> None:
    texts = ("One\n\nRebels killed ten men.", "Two\n\nRebels killed six men.")
    project = make_project(tmp_path, *texts, labels=LABELS)
    session = open_session(project, 1, mode="screen")
    killed, elsewhere = tag(session, "ten", "casualty"), tag(session, "six", "casualty")
    other = tag(session, "Rebels", "actor", nth=1)
    tag(session, "Rebels", "actor")
    show(session)
    targets = project.labels.relation("targets")
    assert targets is not None
    session.links.open_relation(targets)
    assert set(session.partners.list_shown()) == {killed.id}
    with pytest.raises(SpantagError, match="in two articles"):
        session.links.pair(elsewhere)
    assert session.layer.relations == {}
    session.links.open_join()
    assert (session.partners.list_shown(), session.links.list_equal()) == ({}, [])
    with pytest.raises(SpantagError, match="in two articles"):
        session.links.join([other])
    assert {event.act.kind for event in session.layer.events} == {"add"}
    assert list(project.verify()) == []
    project.close()


def test_no_link_is_made_that_an_import_would_leave_out(tmp_path: Path) -> None:
    labels = """\
labels:
  - {name: actor, key: a}
  - {name: event, key: e, roles: {cause: [event]}}
relations:
  - {name: leads, from: [actor], to: [actor], many: false}
  - {name: helps, from: [actor], to: [actor]}
"""
    project = make_project(tmp_path, STORY, labels=labels)
    session = work_on(project)
    show(session)
    first, second = (tag(session, phrase, "event") for phrase in ("attacked", "killing"))
    session.links.open_roles()
    session.links.pair(first)
    session.moves.set_focus(first.id)
    session.links.open_roles()
    with pytest.raises(SpantagError, match="An event cannot take part in itself"):
        session.links.pair(second)
    army, residents, rebels = (tag(session, phrase, "actor") for phrase in ("army", "Residents", "rebels"))
    for name, other in (("leads", army), ("helps", residents)):
        relation = project.labels.relation(name)
        assert relation is not None
        session.moves.set_focus(rebels.id)
        session.links.open_relation(relation)
        session.links.pair(other)
    helps = next(each for each in session.layer.relations.values() if each.label == "helps")
    assert session.links.relabel(helps, "leads") == "'leads' points to one span, and there is one already"
    assert links_of(session) == [
        ("killing", "cause", "attacked"),
        ("rebels", "helps", "Residents"),
        ("rebels", "leads", "army"),
    ]
    project.close()


async def test_a_role_that_was_chosen_is_offered_to_what_fits_it_alone(tmp_path: Path) -> None:
    async with annotating(tmp_path, labels=LABELS) as (pilot, session):
        rebels, moru = tag(session, "Masked rebels", "actor"), tag(session, "Moru", "location", nth=1)
        tag(session, "attacked", "event")
        await press(pilot, ";")
        before = session.partners.list_shown()
        await press(pilot, "P")
        assert session.partners.list_shown() == {moru.id: before[moru.id]}
        await press(pilot, before[rebels.id])
        assert "begins the letters of no span here" in said(pilot)
        await pilot.click(offset=place_of(pilot, "Masked rebels"))
        assert (links_of(session), session.focus.span_id) == ([], rebels.id)


async def test_paging_goes_to_what_can_take_a_role(tmp_path: Path) -> None:
    far = "It rained on.\n\n" * 30
    text = f"Rebels attacked.\n\n{far}The army fled.\n"
    async with annotating(tmp_path, text, labels=LABELS) as (pilot, session):
        army = tag(session, "army", "actor")
        tag(session, "attacked", "event")
        await press(pilot, "; pagedown")
        (letters,) = session.partners.list_shown().values()
        await press(pilot, letters)
        assert links_of(session) == [("attacked", "attacker", "army")]
        assert session.reading.chunk.start <= army.start


# Pieces


def test_a_selection_becomes_a_piece_of_the_span_before_it_and_leaves_it_again(session: Session) -> None:
    span = tag(session, "Masked", "actor")
    for phrase in ("army", "soldiers"):
        start = session.article.text.index(phrase)
        session.moves.select(start, start + len(phrase))
        assert session.spans.add_piece() == "done"
    text = session.article.text
    assert [text[start:end] for start, end in now(session, span).fragments] == ["Masked", "army", "soldiers"]
    # An outer edge is moved, and the pieces stay.
    session.edges.move("end", 1)
    last = now(session, span).fragments[-1]
    assert text[last[0] : last[1]].startswith("soldiers, the")
    start = text.index("army")
    session.moves.select(start, start + 4)
    session.spans.add_piece()
    assert len(now(session, span).fragments) == 2
    session.history.undo()
    assert len(now(session, span).fragments) == 3


def test_without_a_span_before_it_a_selection_is_no_piece(session: Session) -> None:
    session.moves.select(0, 6)
    assert session.spans.add_piece() == "no span"


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 5)), min_size=1, max_size=6),
    st.integers(0, 40),
    st.integers(1, 10),
)
def test_pieces_are_apart_in_order_and_within_their_edges(
    places: list[tuple[int, int]], start: int, length: int
) -> None:
    span = Span("s", 0, 1, "actor").with_pieces([(first, first + count) for first, count in places])
    covered = {each for first, count in places for each in range(first, first + count)}
    assert {each for first, last in span.pieces for each in range(first, last)} == covered
    moved = span.with_edges(start, start + length)
    for each in (span, moved):
        assert (each.pieces[0][0], each.pieces[-1][1]) == (each.start, each.end)
        assert all(before < after for (_, before), (after, _) in pairwise(each.pieces))
        assert len(each.fragments) != 1


# Mentions of one thing


def test_spans_of_equal_words_are_joined_at_once_and_one_leaves_again(session: Session) -> None:
    morus = [tag(session, "Moru", "location", nth=nth) for nth in range(3)]
    lake = tag(session, "Lake Tiva", "location")
    session.moves.set_focus(morus[0].id)
    assert session.links.open_join()
    entity = session.links.join(session.links.list_equal())
    assert entity is not None
    assert entity.spans == tuple(span.id for span in morus)
    assert session.links.name_entity("Moru town")
    session.links.open_join()
    session.links.join([lake])
    (entity,) = session.layer.entities.values()
    assert (entity.name, len(entity.spans)) == ("Moru town", 4)
    session.links.open_join()
    session.links.join([lake])
    (entity,) = session.layer.entities.values()
    assert entity.spans == tuple(span.id for span in morus)


def test_the_panel_says_what_was_said_of_a_span(session: Session) -> None:
    event, rebels = tag(session, "attacked", "event"), tag(session, "Masked rebels", "actor")
    session.moves.set_focus(event.id)
    session.links.open_roles()
    session.links.pair(rebels)
    assert describe_answers(session, now(session, event)) == [
        ("victim", "_"),
        ("→ attacker", "“Masked rebels”"),
    ]


# On the screen


@pytest.mark.parametrize("size", SIZES)
async def test_details_are_asked_and_answered_with_single_keys(tmp_path: Path, size: Size) -> None:
    async with annotating(tmp_path, size=size, labels=LABELS) as (pilot, session):
        await press(pilot, "pagedown right right shift+right c ;")
        assert "outcome  k killed  i injured  m missing" in screen_of(pilot)
        await press(pilot, "k tab 1 2 enter y")
        (span,) = session.layer.spans.values()
        assert span.attributes == {"outcome": ["killed"], "count": 12, "armed": True}
        await press(pilot, "x")
        assert "is a number" not in said(pilot)
        await press(pilot, "escape")
        assert not session.inquiry.is_open


@pytest.mark.parametrize("words", ["army", "Masked rebels attacked"])
async def test_that_equal_words_can_be_joined_by_one_key_is_said_at_80_columns(
    tmp_path: Path, words: str
) -> None:
    story = f"{STORY}\n\n{words} {words}"
    async with annotating(tmp_path, story, labels=LABELS, size=(80, 24)) as (pilot, session):
        first = tag(session, words, "actor")
        session.moves.set_focus(first.id)
        session.spans.tag_equal()
        session.moves.set_focus(first.id)
        await press(pilot, "; =")
        line = next(each for each in screen_of(pilot).splitlines() if "is the same as which?" in each)
        assert f"Enter all {len(session.links.list_equal())} " in f"{line} "


async def test_the_line_of_the_focus_says_what_a_narrow_box_has_no_room_for(tmp_path: Path) -> None:
    async with annotating(tmp_path, labels=LABELS) as (pilot, _):
        await press(pilot, "pagedown right right right right c ; k escape")
        assert "casualty “an”  killed" in screen_of(pilot)


async def test_the_labels_of_the_paragraph_and_the_article_are_shown(tmp_path: Path) -> None:
    async with annotating(tmp_path, labels=LABELS) as (pilot, _):
        await press(pilot, "pagedown ; o b")
        assert "tone opinion" in screen_of(pilot)
        assert "near Moru  battle" in screen_of(pilot)


async def test_every_choice_shows_its_key_where_the_names_have_no_room(tmp_path: Path) -> None:
    values = [f"kind_of_a_long_name_{letter}" for letter in "abcdefghij"]
    labels = f"labels:\n  - {{name: weapon, key: w, attributes: [{{name: kind, values: {values}}}]}}\n"
    async with annotating(tmp_path, labels=labels, size=(80, 24)) as (pilot, session):
        span = tag(session, "convoy", "weapon")
        await press(pilot, ";")
        row = next(line for line in screen_of(pilot).splitlines() if "kind  " in line)
        keys = session.inquiry.questions[0].attribute.keys
        assert all(f"  {key} k" in row for key in keys)
        await press(pilot, str(keys[-1]))
        assert now(session, span).attributes == {"kind": values[-1]}


@pytest.mark.parametrize("size", SIZES[1:])
async def test_choices_that_are_cut_in_their_row_stand_whole_below(tmp_path: Path, size: Size) -> None:
    values = ["rifle", "pistol", "mortar", "tank", "drone", "missile", "bomb", "mine", "knife", "rocket"]
    values += ["howitzer", "grenade", "machete", "helicopter", "jet", "torpedo", "shell", "poison", "fire"]
    labels = f"labels:\n  - {{name: weapon, key: w, attributes: [{{name: kind, values: {values}}}]}}\n"
    async with annotating(tmp_path, labels=labels, size=size) as (pilot, session):
        span = tag(session, "convoy", "weapon")
        await press(pilot, ";")
        below = " ".join(said(pilot).split())
        for key, value in zip(session.inquiry.questions[0].attribute.keys, values, strict=True):
            assert f"{key} {value}" in below
        await press(pilot, str(session.inquiry.questions[0].attribute.keys[-1]))
        assert now(session, span).attributes == {"kind": "fire"}
        assert "rifle" not in said(pilot)


@pytest.mark.parametrize("size", SIZES[1:])
async def test_choices_that_have_no_room_at_all_are_listed_and_found_by_a_part_of_their_names(
    tmp_path: Path, size: Size
) -> None:
    values = [f"one of the many kinds of long names {number}" for number in range(70)]
    labels = f"labels:\n  - {{name: weapon, key: w, attributes: [{{name: kind, values: {values}}}, note]}}\n"
    async with annotating(tmp_path, labels=labels, size=size) as (pilot, session):
        span = tag(session, "convoy", "weapon")
        await press(pilot, ";")
        assert "/ lists all 70 choices by their whole names." in said(pilot)
        await press(pilot, "/")
        assert isinstance(pilot.app.screen, ChoicesDialog)
        # The last one has no key.
        assert session.inquiry.questions[0].attribute.keys[-1] is None
        await press(pilot, "n a m e s space 6 9 enter")
        assert now(session, span).attributes == {"kind": values[69]}
        question = session.inquiry.question
        assert question is not None
        assert question.attribute.name == "note"


async def test_a_click_on_an_answer_gives_it(tmp_path: Path) -> None:
    async with annotating(tmp_path, labels=LABELS) as (pilot, session):
        await press(pilot, "pagedown right c ;")
        await pilot.click(offset=place_of(pilot, "injured"))
        (span,) = session.layer.spans.values()
        assert span.attributes == {"outcome": ["injured"]}


async def test_enter_goes_on_behind_several_answers_and_a_paste_is_typed(tmp_path: Path) -> None:
    async with annotating(tmp_path, labels=LABELS) as (pilot, session):
        await press(pilot, "pagedown right c ; k i enter")
        assert session.inquiry.question is not None
        assert session.inquiry.question.attribute.name == "count"
        await send(pilot, "\x1b[200~at least\nnine\x1b[201~")
        await press(pilot, "tab")
        (span,) = session.layer.spans.values()
        assert span.attributes == {"outcome": ["killed", "injured"], "count": "at least nine"}


async def test_enter_closes_the_only_open_question_that_is_left_without_an_answer(tmp_path: Path) -> None:
    labels = "labels:\n  - {name: weapon, key: w, attributes: [{name: kind, values: [gun]}, remark]}\n"
    async with annotating(tmp_path, labels=labels) as (pilot, session):
        span = tag(session, "convoy", "weapon")
        await press(pilot, "; g")
        assert session.inquiry.question is not None
        await press(pilot, "enter")
        assert not session.inquiry.is_open
        assert now(session, span).attributes == {"kind": "gun"}


async def test_every_role_has_its_place_in_a_narrow_line(tmp_path: Path) -> None:
    roles = "{attacker: [actor], weapon: [actor], victim: [actor], place: [actor], time: [actor]}"
    labels = f"labels:\n  - {{name: actor, key: a}}\n  - {{name: event, key: e, roles: {roles}}}\n"
    async with annotating(tmp_path, labels=labels, size=(80, 24)) as (pilot, session):
        event, army = tag(session, "three soldiers", "event"), tag(session, "Masked rebels", "actor")
        session.moves.set_focus(event.id)
        relations = session.batch.project.labels.labels[1].roles
        for role in relations[:4]:
            link = Relation(session.annotations.new_id(), role.name, event.id, army.id)
            session.annotations.act([Relate((link,))])
        session.moves.set_focus(event.id)
        await press(pilot, ";")
        line = next(each for each in screen_of(pilot).splitlines() if "attacker" in each)
        assert [role.name for role in relations if role.name in line] == [role.name for role in relations]


async def test_what_is_half_typed_of_an_answer_is_there_when_it_is_asked_again(tmp_path: Path) -> None:
    async with annotating(tmp_path, labels=LABELS) as (pilot, session):
        await press(pilot, "pagedown right c ; k enter")
        await press(pilot, "t w escape")
        assert not session.inquiry.is_open
        await press(pilot, ";")
        assert session.inquiry.typed == "tw"
        await press(pilot, "o enter ; shift+tab")
        (span,) = session.layer.spans.values()
        assert (span.attributes, session.inquiry.typed) == ({"outcome": ["killed"], "count": "two"}, "")


async def test_a_space_before_it_lets_a_typed_answer_begin_with_any_character(tmp_path: Path) -> None:
    labels = "labels:\n  - {name: weapon, key: w, attributes: [{name: remark, type: text}]}\n"
    async with annotating(tmp_path, labels=labels) as (pilot, session):
        span = tag(session, "convoy", "weapon")
        await press(pilot, "; space / - ö ; = enter")
        assert now(session, span).attributes == {"remark": "/-ö;="}


async def test_a_letter_that_answers_nothing_says_so_and_tags_nothing(tmp_path: Path) -> None:
    async with annotating(tmp_path, labels=LABELS) as (pilot, session):
        await press(pilot, "pagedown right c ; a")
        assert "a answers nothing here" in said(pilot)
        assert len(session.layer.spans) == 1
        assert session.inquiry.is_open


async def test_a_letter_answers_another_question_from_where_one_is_asked(tmp_path: Path) -> None:
    values = (
        "attributes: [{name: kind, values: [gas, mine]}, {name: made, values: [army, home]}, {name: remark}]"
    )
    labels = f"labels:\n  - {{name: weapon, key: w, {values}}}\n"
    async with annotating(tmp_path, labels=labels) as (pilot, session):
        span = tag(session, "convoy", "weapon")
        await press(pilot, "; h")
        assert now(session, span).attributes == {"made": "home"}
        assert "made: home." in said(pilot)
        assert session.inquiry.question is not None
        assert session.inquiry.question.attribute.name == "kind"
        await press(pilot, "g h")
        assert now(session, span).attributes == {"made": "home", "kind": "gas"}
        assert session.inquiry.typed == "h"


async def test_a_value_is_picked_by_its_key_though_that_stands_for_a_command_elsewhere(
    tmp_path: Path,
) -> None:
    labels = "labels:\n  - {name: weapon, key: w, attributes: [{name: kind, values: [öl, ß, gas]}]}\n"
    async with annotating(tmp_path, labels=labels) as (pilot, session):
        span = tag(session, "convoy", "weapon")
        await press(pilot, "; ö")
        assert now(session, span).attributes == {"kind": "öl"}


async def test_a_letter_of_another_script_is_taken_by_its_place_or_said_to_be_none(tmp_path: Path) -> None:
    async with annotating(tmp_path, labels=LABELS) as (pilot, session):
        span = tag(session, "three soldiers", "casualty")
        await press(pilot, "; я")
        assert "я answers nothing here" in said(pilot)
        assert session.inquiry.typed == ""
        await press(pilot, "л")
        assert now(session, span).attributes == {"outcome": ["killed"]}
        await press(pilot, "э")
        assert isinstance(pilot.app.screen, RelationsDialog)


async def test_a_relation_is_renamed_by_the_key_in_whose_place_a_letter_of_another_script_stands(
    tmp_path: Path,
) -> None:
    async with annotating(tmp_path, labels=LABELS) as (pilot, session):
        army, rebels = tag(session, "army", "actor"), tag(session, "Masked rebels", "casualty")
        session.moves.set_focus(army.id)
        targets = session.batch.project.labels.relation("targets")
        assert targets is not None
        session.links.open_relation(targets)
        session.links.pair(rebels)
        session.spans.relabel("actor")
        session.moves.set_focus(rebels.id)
        session.spans.relabel("actor")
        await press(pilot, "% в")
        assert [each.label for each in session.layer.relations.values()] == ["leads"]


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ("& -", "No role is filled here"),
        ("& backspace", "No role is filled here"),
        ("T tab", "No role is filled here"),
    ],
)
async def test_a_key_for_roles_says_where_there_are_none(tmp_path: Path, keys: str, sentence: str) -> None:
    async with annotating(tmp_path, labels=LABELS) as (pilot, session):
        tag(session, "army", "actor")
        await press(pilot, keys)
        assert (session.partners.is_open, sentence in said(pilot)) == (True, True)


async def test_an_article_is_labelled_on_a_keyboard_of_another_script(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY, labels=LABELS)
    async with browsing(project) as pilot:
        assert isinstance(pilot.app.screen, LibraryScreen)
        await press(pilot, "l")
        await press(pilot, "z")
        assert "z answers nothing here" in screen_of(pilot)
        await press(pilot, "и")
        assert layer_of(pilot).article_labels == {"kind": "battle"}


async def test_a_relation_takes_its_key_and_a_hint(tmp_path: Path) -> None:
    async with annotating(tmp_path, labels=LABELS) as (pilot, session):
        await press(pilot, "pagedown right a right right right right w C")
        await press(pilot, "T")
        (letters,) = session.partners.list_shown().values()
        await press(pilot, letters)
        assert links_of(session) == [("Masked", "targets", "army")]
        assert "targets: “Masked” → “army”." in said(pilot)
        await press(pilot, "%")
        assert isinstance(pilot.app.screen, RelationsDialog)
        await press(pilot, "delete escape")
        assert links_of(session) == []


async def test_an_event_is_filled_marked_and_finished_without_leaving_the_keyboard(tmp_path: Path) -> None:
    async with annotating(tmp_path, labels=LABELS) as (pilot, session):
        await press(pilot, "pagedown right a right right e")
        assert "event_" in screen_of(pilot)
        await press(pilot, ";")
        (letters,) = session.partners.list_shown().values()
        await press(pilot, letters)
        await press(pilot, "-")
        assert links_of(session) == [("attacked", "attacker", "Masked")]
        await press(pilot, "enter")
        assert session.annotations.state_of(1) == "unfinished"
        assert not session.partners.is_open
        await press(pilot, "enter")
        assert session.annotations.state_of(1) == "finished"


async def test_a_partner_is_clicked_or_found_in_a_list(tmp_path: Path) -> None:
    async with annotating(tmp_path, labels=LABELS) as (pilot, session):
        await press(pilot, "pagedown right a right right right right a D")
        await pilot.click(offset=place_of(pilot, "Masked"))
        assert len(links_of(session)) == 1
        await press(pilot, "D /")
        assert [type(each) for each in pilot.app.screen_stack][-1] is CastDialog
        await press(pilot, "enter")
        assert links_of(session) == []
        assert [type(each) for each in pilot.app.screen_stack][-1] is AnnotateScreen


async def test_the_key_line_shows_the_keys_that_count(tmp_path: Path) -> None:
    async with annotating(tmp_path, size=(120, 40), labels=LABELS) as (pilot, _):
        await press(pilot, "pagedown right c ;")
        assert "Not told" in screen_of(pilot)
        assert "Enter Finish" not in screen_of(pilot)
        await press(pilot, "escape")
        await wait_for(pilot, "Enter Finish")


async def test_the_key_line_shows_no_key_in_part(tmp_path: Path) -> None:
    async with annotating(tmp_path, labels=LABELS) as (pilot, _):
        await press(pilot, "pagedown right c ;")
        line = screen_of(pilot).rstrip().splitlines()[-1].rstrip()
        assert line.endswith("? Help")


async def test_a_span_of_two_pieces_is_drawn_as_one(tmp_path: Path) -> None:
    async with annotating(tmp_path, labels=LABELS) as (pilot, session):
        await press(pilot, "pagedown right a right right right right shift+right &")
        (span,) = session.layer.spans.values()
        assert len(span.fragments) == 2
        assert "╰actor····················──────────╯" in screen_of(pilot)
        assert "actor “Masked … army convoy”" in screen_of(pilot)
        assert "has 2 pieces now" in said(pilot)


async def test_spans_are_joined_by_a_key_and_enter(tmp_path: Path) -> None:
    async with annotating(tmp_path, size=(120, 40), labels=LABELS) as (pilot, session):
        await press(pilot, "right right right right right l *")
        assert len(session.layer.spans) > 1
        await press(pilot, "&")
        await press(pilot, "enter")
        (entity,) = session.layer.entities.values()
        assert len(entity.spans) == len(session.layer.spans)
        assert "mentions now" in said(pilot)
        assert len(layer_of(pilot).entities) == 1


async def test_articles_are_labelled_shown_and_found_in_the_library(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY, "Another one\n\nIt rained.\n", labels=LABELS)
    async with browsing(project, size=(100, 30)) as pilot:
        await press(pilot, "l")
        assert "article: kind  b battle  s shelling" in screen_of(pilot)
        await press(pilot, "s")
        assert "shelling" in screen_of(pilot)
        assert type(pilot.app.screen) is LibraryScreen
        await press(pilot, "/ s h e l l i n g")
        assert "Another one" not in screen_of(pilot)
        assert "Rebels attack" in screen_of(pilot)


async def test_help_over_a_question_leaves_it_as_it_is(tmp_path: Path) -> None:
    async with annotating(tmp_path, labels=LABELS) as (pilot, session):
        tag(session, "Masked rebels", "casualty")
        await press(pilot, "; tab 3 f1 escape")
        assert (session.inquiry.is_open, session.inquiry.typed) == (True, "3")
        await press(pilot, "f9 escape 4 enter")
        assert session.focus.span is not None
        assert "34" in str(session.focus.span.attributes["count"])


async def test_an_event_whose_roles_nothing_can_take_says_what_to_tag_first(tmp_path: Path) -> None:
    async with annotating(tmp_path, labels=LABELS) as (pilot, session):
        tag(session, "attacked", "event")
        await press(pilot, ";")
        assert "tag actor or casualty or location first" in said(pilot)
        await press(pilot, "escape")
        tag(session, "Masked rebels", "actor")
        tag(session, "attacked", "event")
        await press(pilot, ";")
        assert "can take a role" not in said(pilot)
