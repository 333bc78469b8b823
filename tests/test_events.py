"""Events and their fold."""

from random import Random
from typing import TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from tui.model.events import Event, EventKind, Layer, fold, names, next_event_ids, parse_object, write_spans
from tui.model.span import NO_ATTRIBUTES, Json, Origin, Relation, Span

Acts: TypeAlias = list[tuple[EventKind, dict[str, Json]]]
"""What events do, before they have ids."""


def make_events(acts: Acts) -> list[Event]:
    events: list[Event] = []
    for kind, payload in acts:
        last = events[-1].id if events else ""
        (event_id,) = next_event_ids(last, 1, clock=1_000, tail=0)
        events.append(Event(event_id, event_id, "2026-01-01T00:00:00.000Z", "ana", 1, kind, payload))
    return events


def span(span_id: str, start: int = 0, end: int = 5, label: str = "actor") -> dict[str, Json]:
    return {"id": span_id, "start": start, "end": end, "label": label}


def undo(event: Event) -> tuple[EventKind, dict[str, Json]]:
    return ("undo", {"action": event.action})


def test_an_added_span_is_there_and_a_removed_one_is_not() -> None:
    layer = fold(
        make_events([("add", {"spans": [span("a"), span("b", 6, 9)]}), ("remove", {"spans": ["a"]})])
    )
    assert list(layer.spans) == ["b"]


def test_a_change_replaces_only_what_it_names() -> None:
    layer = fold(make_events([("add", {"spans": [span("a")]}), ("change", {"span": "a", "label": "weapon"})]))
    changed = layer.spans["a"]
    assert (changed.start, changed.end, changed.label) == (0, 5, "weapon")


def test_a_change_that_would_turn_a_span_inside_out_is_ignored() -> None:
    layer = fold(make_events([("add", {"spans": [span("a")]}), ("change", {"span": "a", "end": 0})]))
    assert layer.spans["a"].end == 5


def test_relations_go_with_their_spans_and_come_back_with_undo() -> None:
    acts: Acts = [
        ("add", {"spans": [span("a"), span("b", 6, 9)]}),
        ("relate", {"relations": [{"id": "r", "label": "targets", "head": "a", "tail": "b"}]}),
        ("remove", {"spans": ["b"]}),
    ]
    events = make_events(acts)
    assert fold(events).relations == {}
    events = make_events([*acts, undo(events[2])])
    assert fold(events).relations == {"r": Relation("r", "targets", "a", "b")}


def test_undo_and_redo_walk_the_same_actions() -> None:
    first, second = make_events([("add", {"spans": [span("a")]}), ("finish", {"paragraphs": [0]})])
    acts: Acts = [(first.kind, dict(first.payload)), ("finish", {"paragraphs": [0]})]
    layer = fold(make_events([*acts, undo(second), undo(first)]))
    assert (layer.spans, layer.states, layer.done) == ({}, {}, [])
    assert layer.undone == [second.action, first.action]
    layer = fold(make_events([*acts, undo(second), undo(first), ("redo", {"action": first.action})]))
    assert list(layer.spans) == ["a"]
    assert layer.done == [first.action]


def test_a_new_action_forgets_what_could_be_redone() -> None:
    (first,) = make_events([("add", {"spans": [span("a")]})])
    layer = fold(make_events([("add", {"spans": [span("a")]}), undo(first), ("add", {"spans": [span("b")]})]))
    assert layer.undone == []


def test_an_import_cannot_be_undone() -> None:
    layer = fold(make_events([("add", {"spans": [span("a")], "import": "digest"})]))
    assert layer.done == []


def test_an_empty_note_takes_the_note_away() -> None:
    acts: Acts = [("note", {"paragraph": 2, "text": "sic"})]
    assert fold(make_events(acts)).notes == {2: "sic"}
    assert fold(make_events([*acts, ("note", {"paragraph": 2, "text": ""})])).notes == {}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 60) | st.sampled_from(["a", "b", "r", "actor", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "start", "end", "label", "spans", "span", "paragraphs", "head", "tail"]),
            inner,
        )
    ),
    max_leaves=8,
)
known_payloads = st.one_of(
    st.fixed_dictionaries(
        {"spans": st.lists(st.builds(span, st.sampled_from("abc"), st.integers(0, 3), st.integers(4, 9)))}
    ),
    st.fixed_dictionaries({"spans": st.lists(st.sampled_from("abc"))}),
    st.fixed_dictionaries({"paragraphs": st.lists(st.integers(0, 4))}),
    st.fixed_dictionaries(
        {"span": st.sampled_from("abc"), "end": st.integers(0, 12), "text": st.text(max_size=2)}
    ),
    st.dictionaries(
        st.sampled_from(["spans", "span", "relations", "paragraphs", "text", "action"]), json_values
    ),
)
acts_strategy = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "add",
                "accept",
                "reject",
                "remove",
                "change",
                "note",
                "finish",
                "skip",
                "reopen",
                "undo",
                "redo",
            ]
        ),
        known_payloads,
    ),
    max_size=12,
)


def _events_of(acts: Acts) -> list[Event]:
    """Make undo and redo name an action that exists where there is one."""
    events: list[Event] = []
    for number, (kind, payload) in enumerate(acts):
        if kind in ("undo", "redo") and events:
            payload = {"action": events[(number * 7) % len(events)].action}
        last = events[-1].id if events else ""
        (event_id,) = next_event_ids(last, 1, clock=1_000, tail=0)
        events.append(Event(event_id, event_id, "2026-01-01T00:00:00.000Z", "ana", 1, kind, payload))
    return events


@given(acts_strategy, st.randoms())
def test_the_fold_does_not_depend_on_the_order_of_arrival(acts: Acts, random: Random) -> None:
    events = _events_of(acts)
    shuffled = list(events)
    random.shuffle(shuffled)
    assert fold(shuffled) == fold(events)


@given(acts_strategy)
def test_applying_one_by_one_is_the_same_as_folding(acts: Acts) -> None:
    events = _events_of(acts)
    layer = Layer()
    for count, event in enumerate(events, start=1):
        before = dict(layer.spans)
        states = dict(layer.states)
        touched = layer.apply(event)
        assert layer == fold(events[:count])
        changed = {
            key for key in before.keys() | layer.spans.keys() if before.get(key) != layer.spans.get(key)
        }
        assert changed <= touched.spans
        changed_states = {
            index
            for index in states.keys() | layer.states.keys()
            if states.get(index) != layer.states.get(index)
        }
        assert changed_states <= touched.paragraphs


@given(acts_strategy, st.integers(0, 12))
def test_rewinding_forgets_exactly_the_newest(acts: Acts, count: int) -> None:
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
    (event,) = make_events([("add", dict(parse_object(write_spans(spans))))])
    assert list(fold([event]).spans.values()) == spans


def test_an_event_names_what_it_may_change() -> None:
    (event,) = make_events([("change", {"span": "a", "end": 3})])
    assert names(event).spans == {"a"}
