"""Events and their fold."""

import json
from collections.abc import Mapping
from random import Random
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.event_ids import next_event_ids
from tui.model.events import (
    KINDS,
    Accept,
    Act,
    Add,
    Boilerplate,
    Change,
    Event,
    Finish,
    Flag,
    JoinMentions,
    Note,
    Redo,
    Reject,
    Relate,
    Remove,
    Reopen,
    Skip,
    Tag,
    Undo,
    Unflag,
    Unread,
    Unreject,
    Unrelate,
    read_act,
    write_act,
)
from tui.model.layer import fold
from tui.model.span import NO_ATTRIBUTES, Entity, Json, Origin, Relation, Span

_Key = TypeVar("_Key")


def make_events(*acts: Act) -> list[Event]:
    events: list[Event] = []
    for act in acts:
        last = events[-1].id if events else ""
        (event_id,) = next_event_ids(last, 1, clock=1_000, tail=0)
        events.append(Event(event_id, event_id, "2026-01-01T00:00:00.000Z", "ana", 1, act))
    return events


def span(span_id: str, start: int = 0, end: int = 5, label: str = "actor") -> Span:
    return Span(span_id, start, end, label)


# What stands on disk

WHOLE = Span("s", 3, 9, "x", {"sure": [1, None]}, ((3, 5), (7, 9)), "odd", Origin("crf", 0.25, "m1"))
WHOLE_TEXT = (
    '{"id":"s","start":3,"end":9,"label":"x","attributes":{"sure":[1,null]},"fragments":[[3,5],[7,9]],'
    '"note":"odd","origin":{"source":"crf","confidence":0.25,"model":"m1"}}'
)
PLAIN_TEXT = '{"id":"a","start":0,"end":5,"label":"actor"}'

PAYLOADS: list[tuple[Act, str]] = [
    (Add((span("a"),)), f'{{"spans":[{PLAIN_TEXT}]}}'),
    (Add((span("a"), WHOLE), digest="9f"), f'{{"spans":[{PLAIN_TEXT},{WHOLE_TEXT}],"import":"9f"}}'),
    (Accept((WHOLE,)), f'{{"spans":[{WHOLE_TEXT}]}}'),
    (Reject((span("a"),)), f'{{"spans":[{PLAIN_TEXT}]}}'),
    (Unreject((span("a"),)), f'{{"spans":[{PLAIN_TEXT}]}}'),
    (Remove(("a", "b")), '{"spans":["a","b"]}'),
    (Change("a", label="weapon"), '{"span":"a","label":"weapon"}'),
    (Change("a", start=0, end=3, fragments=()), '{"span":"a","start":0,"end":3,"fragments":[]}'),
    (Change("a", attributes={}), '{"span":"a","attributes":{}}'),
    (
        Relate((Relation("r", "targets", "a", "b"),), digest="9f"),
        '{"relations":[{"id":"r","label":"targets","head":"a","tail":"b"}],"import":"9f"}',
    ),
    (Unrelate(("r",)), '{"relations":["r"]}'),
    (JoinMentions("e", ("a", "b"), "Moru police"), '{"entity":"e","spans":["a","b"],"name":"Moru police"}'),
    (JoinMentions("e", ()), '{"entity":"e","spans":[],"name":""}'),
    (Tag("tone", "report", 2), '{"name":"tone","value":"report","paragraph":2}'),
    (Tag("topic", ["war", 1]), '{"name":"topic","value":["war",1]}'),
    (Tag("topic", None), '{"name":"topic","value":null}'),
    (Note(span="a", text="sic"), '{"span":"a","text":"sic"}'),
    (Note(paragraph=0, text=""), '{"paragraph":0,"text":""}'),
    (Note(paragraph=2, text="é", digest="9f"), '{"paragraph":2,"text":"é","import":"9f"}'),
    (Finish((0, 2)), '{"paragraphs":[0,2]}'),
    (Reopen((0,)), '{"paragraphs":[0]}'),
    (Skip((0,)), '{"paragraphs":[0]}'),
    (Boilerplate((0,), digest="9f"), '{"paragraphs":[0],"import":"9f"}'),
    (Flag((0,)), '{"paragraphs":[0]}'),
    (Unflag((0,)), '{"paragraphs":[0]}'),
    (Undo("0198"), '{"action":"0198"}'),
    (Redo("0198"), '{"action":"0198"}'),
]
"""Acts of every kind, and the payloads that every version writes for them."""


@pytest.mark.parametrize(("act", "payload"), PAYLOADS, ids=[f"{act.kind} {text}" for act, text in PAYLOADS])
def test_an_act_is_written_as_ever_and_read_again(act: Act, payload: str) -> None:
    assert write_act(act) == payload
    assert read_act(act.kind, payload) == (act, ())


def test_every_kind_has_a_payload_that_is_pinned() -> None:
    assert {act.kind for act, _ in PAYLOADS} == KINDS.keys()


def test_of_a_payload_that_is_not_whole_everything_else_is_read() -> None:
    spans: list[Json] = [
        {"id": "a", "start": 0, "end": 5, "label": "actor", "note": 3, "more": 1, "attributes": {}},
        {"id": "b", "start": "0", "end": 5, "label": "actor"},
        {"id": "c", "start": 5, "end": 5, "label": "actor"},
        7,
    ]
    act, faults = read_act("add", json.dumps({"spans": spans, "more": []}))
    assert act == Add((span("a"),))
    assert faults == (
        "Expected `str`, got `int` - at `$.spans[0].note`",
        "Expected `int`, got `str` - at `$.spans[1].start`",
        "a span from 5 to 5 holds nothing - at `$.spans[2]`",
        "Expected `object`, got `int` - at `$.spans[3]`",
    )


def test_attributes_that_say_nothing_are_no_fault_and_none() -> None:
    act, faults = read_act("add", f'{{"spans":[{PLAIN_TEXT[:-1]},"attributes":{{}}}}]}}')
    assert isinstance(act, Add)
    assert act.spans[0].is_plain
    assert faults == ()


def test_of_a_kind_that_nobody_knows_nothing_is_made() -> None:
    act, (fault,) = read_act("conjure", '{"spans":[]}')
    assert act == Unread()
    assert "'conjure'" in fault


confidences = st.none() | st.floats(0, 1)
said = st.dictionaries(st.text(), st.text() | st.floats(-1e300, 1e300) | st.integers() | st.booleans())
spans_made = st.builds(
    Span,
    id=st.uuids().map(str),
    start=st.just(3),
    end=st.just(9),
    label=st.text(),
    attributes=said.map(lambda attributes: attributes or NO_ATTRIBUTES),
    fragments=st.sampled_from([(), ((3, 5), (6, 9))]),
    note=st.text(),
    origin=st.builds(Origin, st.sampled_from(["hand", "crf"]), confidences, st.none() | st.text()),
)


@given(st.lists(spans_made))
def test_every_span_that_is_written_into_the_log_is_read_again(spans: list[Span]) -> None:
    act, faults = read_act("add", write_act(Add(tuple(spans))))
    assert (act, faults) == (Add(tuple(spans)), ())
    assert list(fold(make_events(act)).spans.values()) == spans


@given(st.lists(spans_made), st.integers(0, 50), st.integers(0, 9))
def test_what_was_shifted_there_and_back_is_what_it_was(spans: list[Span], offset: int, index: int) -> None:
    acts: list[Act] = [Add(tuple(spans)), *[act for act, _ in PAYLOADS]]
    for act in acts:
        assert act.shifted(offset, index).shifted(-offset, -index) == act


# What is


def test_an_added_span_is_there_and_a_removed_one_is_not() -> None:
    layer = fold(make_events(Add((span("a"), span("b", 6, 9))), Remove(("a",))))
    assert list(layer.spans) == ["b"]


def test_a_change_replaces_only_what_it_names() -> None:
    changed = fold(make_events(Add((span("a"),)), Change("a", label="weapon"))).spans["a"]
    assert (changed.start, changed.end, changed.label) == (0, 5, "weapon")


def test_a_change_that_would_turn_a_span_inside_out_is_ignored() -> None:
    layer = fold(make_events(Add((span("a"),)), Change("a", end=0)))
    assert layer.spans["a"].end == 5


def test_relations_go_with_their_spans_and_come_back_with_undo() -> None:
    acts: list[Act] = [
        Add((span("a"), span("b", 6, 9))),
        Relate((Relation("r", "targets", "a", "b"),)),
        Remove(("b",)),
    ]
    events = make_events(*acts)
    assert fold(events).relations == {}
    events = make_events(*acts, Undo(events[2].action))
    assert fold(events).relations == {"r": Relation("r", "targets", "a", "b")}


def test_undo_and_redo_walk_the_same_actions() -> None:
    acts: list[Act] = [Add((span("a"),)), Finish((0,))]
    first, second = make_events(*acts)
    layer = fold(make_events(*acts, Undo(second.action), Undo(first.action)))
    assert (layer.spans, layer.states, layer.done) == ({}, {}, [])
    assert layer.undone == [second.action, first.action]
    layer = fold(make_events(*acts, Undo(second.action), Undo(first.action), Redo(first.action)))
    assert list(layer.spans) == ["a"]
    assert layer.done == [first.action]


def test_a_new_action_forgets_what_could_be_redone() -> None:
    (first,) = make_events(Add((span("a"),)))
    layer = fold(make_events(Add((span("a"),)), Undo(first.action), Add((span("b"),))))
    assert layer.undone == []


def test_an_import_cannot_be_undone() -> None:
    layer = fold(make_events(Add((span("a"),), digest="digest")))
    assert layer.done == []


def test_an_empty_note_takes_the_note_away() -> None:
    assert fold(make_events(Note(paragraph=2, text="sic"))).notes == {2: "sic"}
    assert fold(make_events(Note(paragraph=2, text="sic"), Note(paragraph=2, text=""))).notes == {}


def test_a_span_is_a_mention_of_one_thing_and_leaves_with_its_removal() -> None:
    layer = fold(
        make_events(
            Add((span("a"), span("b"), span("c"))),
            JoinMentions("e", ("a", "b"), "Moru police"),
            JoinMentions("f", ("b", "c", "x")),
        )
    )
    assert layer.entities == {"e": Entity("e", "Moru police", ("a",)), "f": Entity("f", "", ("b", "c"))}
    (gone,) = make_events(Remove(("a",)))
    layer.apply(gone)
    assert layer.entities == {"f": Entity("f", "", ("b", "c"))}


def test_a_paragraph_has_labels_of_its_own() -> None:
    acts = Tag("tone", "report", 1), Tag("tone", "opinion"), Tag("tone", None, 2)
    layer = fold(make_events(*acts))
    assert (layer.paragraph_labels, layer.article_labels) == ({1: {"tone": "report"}}, {"tone": "opinion"})
    undone = fold(make_events(*acts, Undo(layer.done[0])))
    assert undone.paragraph_labels == {}


def test_an_event_names_what_it_may_change() -> None:
    assert Change("a", end=3).touched().spans == {"a"}


# The fold of any log

names = st.sampled_from("abc")
indices = st.lists(st.integers(0, 4), max_size=3).map(tuple)
some_spans = st.lists(st.builds(span, names, st.integers(0, 3), st.integers(4, 9)), max_size=2).map(tuple)
relations = st.builds(Relation, st.sampled_from("rs"), st.just("targets"), names, names)
acts_strategy: st.SearchStrategy[list[tuple[Act, int]]] = st.lists(
    st.tuples(
        st.one_of(
            st.builds(Add, some_spans),
            st.builds(Add, some_spans, digest=st.just("9f")),
            st.builds(Accept, some_spans),
            st.builds(Reject, some_spans),
            st.builds(Unreject, some_spans),
            st.builds(Remove, st.lists(names, max_size=2).map(tuple)),
            st.builds(Change, names, end=st.integers(0, 12), fragments=st.just(())),
            st.builds(Change, names, label=st.just("weapon"), attributes=st.just({"n": 1})),
            st.builds(Relate, st.lists(relations, max_size=2).map(tuple)),
            st.builds(Unrelate, st.lists(st.sampled_from("rs"), max_size=2).map(tuple)),
            st.builds(JoinMentions, st.sampled_from("ef"), st.lists(names, max_size=3).map(tuple)),
            st.builds(Tag, names, st.sampled_from([None, 1, "x"])),
            st.builds(Tag, names, st.sampled_from([None, 1, "x"]), st.integers(0, 4)),
            st.builds(Note, span=names, text=st.text(max_size=1)),
            st.builds(Note, paragraph=st.integers(0, 4), text=st.text(max_size=1)),
            *[st.builds(kind, indices) for kind in (Finish, Reopen, Skip, Boilerplate, Flag, Unflag)],
            st.just(Undo("")),
            st.just(Undo("")),
            st.just(Redo("")),
        ),
        st.integers(0, 5),
    ),
    max_size=25,
)
"""Acts, each with a number: an undo or redo is of the action so many before the last one, and an act with 0
belongs to the last action, one with 1 to one that is older."""


def _events_of(acts: list[tuple[Act, int]]) -> list[Event]:
    """Make events of several to an action, where undo and redo name actions that are there."""
    events: list[Event] = []
    actions: list[str] = []
    for act, number in acts:
        last = events[-1].id if events else ""
        (event_id,) = next_event_ids(last, 1, clock=1_000, tail=0)
        action = event_id
        if isinstance(act, Undo | Redo):
            named = actions[max(len(actions) - 1 - number, 0)] if actions else "none"
            act = type(act)(named)
        elif actions and number < 2:
            action = actions[max(len(actions) - 1 - 2 * number, 0)]
        if action == event_id and not isinstance(act, Undo | Redo):
            actions.append(action)
        events.append(Event(event_id, action, "2026-01-01T00:00:00.000Z", "ana", 1, act))
    return events


@given(acts_strategy, st.randoms())
def test_the_fold_does_not_depend_on_the_order_of_arrival(
    acts: list[tuple[Act, int]], random: Random
) -> None:
    events = _events_of(acts)
    shuffled = list(events)
    random.shuffle(shuffled)
    assert fold(shuffled) == fold(events)


@given(acts_strategy, st.integers(0, 25))
def test_applying_one_by_one_is_the_same_as_folding(acts: list[tuple[Act, int]], begun: int) -> None:
    events = _events_of(acts)
    layer = fold(events[:begun])
    for count, event in enumerate(events[begun:], start=min(begun, len(events)) + 1):
        before = fold(events[: count - 1])
        touched = layer.apply(event)
        folded = fold(events[:count])
        assert layer == folded
        # Also in their order, in which what is newest is looked for.
        assert list(layer.spans) == list(folded.spans)
        assert list(layer.article_labels) == list(folded.article_labels)
        assert _differing(before.spans, layer.spans) <= touched.spans
        assert _differing(before.states, layer.states) <= touched.paragraphs
        assert _differing(before.notes, layer.notes) <= touched.paragraphs
        assert before.flags ^ layer.flags <= touched.paragraphs
        assert before.rejected ^ layer.rejected <= touched.rejected
        assert _differing(before.article_labels, layer.article_labels) <= touched.article_labels
        assert _differing(before.paragraph_labels, layer.paragraph_labels) <= touched.paragraphs
        if _differing(before.relations, layer.relations):
            assert touched.spans or touched.relations
        if _differing(before.entities, layer.entities):
            assert touched.spans or touched.entities
        mentions = [span_id for entity in layer.entities.values() for span_id in entity.spans]
        assert len(mentions) == len(set(mentions))
        assert layer.spans.keys() >= set(mentions)


def _differing(one: Mapping[_Key, object], other: Mapping[_Key, object]) -> set[_Key]:
    return {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)}


def test_the_newest_actions_are_undone_and_redone_without_a_fold(monkeypatch: pytest.MonkeyPatch) -> None:
    acts: list[Act] = [Add((span(str(number), number, number + 1),)) for number in range(20)]
    layer = fold(make_events(*acts, Remove(("3",))))
    monkeypatch.setattr("tui.model.layer.fold", lambda _: pytest.fail("the log was folded anew"))
    steps: list[Act] = [
        Undo(layer.done[-1]),
        Undo(layer.done[-2]),
        Redo(layer.done[-2]),
        Redo(layer.done[-1]),
        Undo(layer.done[-1]),
    ]
    for event in make_events(*acts, Remove(("3",)), *steps)[21:]:
        layer.apply(event)
    assert list(layer.spans) == [str(number) for number in range(20)]


@given(acts_strategy, st.integers(0, 25))
def test_rewinding_forgets_exactly_the_newest(acts: list[tuple[Act, int]], count: int) -> None:
    events = _events_of(acts)
    layer = fold(events)
    layer.rewind(count)
    assert layer == fold(events[:count])


@given(st.lists(st.tuples(st.integers(0, 2**48 - 2), st.integers(0, 2**74 - 1)), min_size=1, max_size=20))
def test_event_ids_always_grow_even_when_the_clock_goes_back(ticks: list[tuple[int, int]]) -> None:
    last = ""
    for clock, tail in ticks:
        for new in next_event_ids(last, 3, clock=clock, tail=tail):
            assert new > last
            assert (len(new), new[14], new[19] in "89ab") == (36, "7", True)
            last = new


def test_two_copies_with_late_clocks_make_different_ids() -> None:
    (last,) = next_event_ids("", 1, clock=2**40, tail=2**74 - 1)
    first, second = [next_event_ids(last, 2, clock=1, tail=tail) for tail in (5, 2**73 + 6)]
    assert last < first[0] < first[1]
    assert last < second[0] < second[1]


def test_a_record_that_came_in_twice_does_not_undo_what_was_done_since() -> None:
    came: list[Act] = [Add((span("a"),), digest="d"), Finish((0,), digest="d")]
    events = make_events(*came, Remove(("a",)), Reopen((0,)), *came)
    layer = fold(events)
    assert (layer.spans, layer.states) == ({}, {0: "unfinished"})
    stepwise = fold(events[:4])
    for event in events[4:]:
        stepwise.apply(event)
    assert stepwise == layer


def test_a_record_that_was_taken_back_and_came_in_again_counts() -> None:
    came = Add((span("a"),), digest="d")
    events = make_events(came)
    events = make_events(came, Undo(events[0].action), came)
    assert fold(events).spans == {"a": span("a")}
    stepwise = fold([])
    for event in events:
        stepwise.apply(event)
    assert stepwise == fold(events)
