"""Equal mentions in all articles: what is found, and what a walk leaves in the database."""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from textual.pilot import Pilot

from tests.at_work import STORY, make_project, spans_of, work_on
from tests.piloted import SIZES, Size, make_app, place_of, press, screen_of, session_of, wait_for
from tui.errors import StoreMovedError
from tui.model.article import Paragraph
from tui.model.events import Act, Add, Event, Redo, Undo
from tui.model.layer import Layer, fold
from tui.model.span import Span
from tui.project.mentions import Mention, Sought, Walk, find_sentence
from tui.project.project import Project
from tui.store import Store
from tui.ui.screens.mentions import MentionsScreen
from tui.ui.widgets.mention_list import MentionList

SECOND = "Moru in winter\n\nMoru was calm. The Moruvian army left Moru. Nobody else did.\n"
THIRD = "Nothing here\n\nA dam broke.\n"
FOURTH = "The road to Moru\n\nIt is closed.\n"
TEXTS = (STORY, SECOND, THIRD, FOURTH)
MORU = Sought("Moru", "location", 1)


def find(project: Project, sought: Sought = MORU) -> list[Mention]:
    return [mention for found in project.find_mentions(sought) for mention in found.mentions]


def begin(project: Project, sought: Sought = MORU) -> Walk:
    walk = project.walk_mentions(sought)
    walk.add(find(project, sought))
    return walk


def tag(project: Project, number: int, phrase: str, label: str) -> None:
    session = work_on(project, number)
    start = session.article.text.index(phrase)
    session.spans.add(start, start + len(phrase), label)


def tagged(project: Project) -> list[list[tuple[str, str]]]:
    return [spans_of(work_on(project, number)) for number in project.list_articles()]


async def test_articles_with_one_title_are_told_apart(tmp_path: Path) -> None:
    twin = STORY.replace("calm", "quiet") + "\nMoru is cold.\n"
    with closing(make_project(tmp_path, STORY, twin)) as project:
        names = [row.told_apart for row in project.read_rows([1, 2])]
        assert len({"", *names}) == 3
        async with make_app(project).run_test(size=(80, 24)) as pilot:
            await press(pilot, "enter pagedown right right right right l @ down end")
            assert isinstance(pilot.app.screen, MentionsScreen)
            assert names[1] in screen_of(pilot)


# Finding


def test_mentions_are_found_in_all_articles_the_one_at_hand_first(tmp_path: Path) -> None:
    with closing(make_project(tmp_path, *TEXTS)) as project:
        found = find(project, Sought("Moru", "location", 2))
        assert [mention.article for mention in found] == [2, 2, 2, 4, 1, 1, 1, 1]
        assert all(
            mention.context[mention.offset : mention.offset + mention.end - mention.start] == "Moru"
            for mention in found
        )
        assert found[2].context == "The Moruvian army left Moru."


def test_the_search_names_a_database_that_was_moved_away(tmp_path: Path) -> None:
    with closing(make_project(tmp_path, *TEXTS)) as project:
        project.place.database.rename(tmp_path / "away.db")
        with pytest.raises(StoreMovedError):
            find(project)


def test_the_search_says_how_far_it_is(tmp_path: Path) -> None:
    with closing(make_project(tmp_path, *TEXTS)) as project:
        parts = list(project.find_mentions(MORU))
        assert (parts[-1].searched, parts[-1].articles) == (4, 4)
        assert [part.searched for part in parts] == sorted(part.searched for part in parts)


def test_what_is_tagged_rejected_or_boilerplate_is_left_out(tmp_path: Path) -> None:
    with closing(make_project(tmp_path, *TEXTS)) as project:
        tag(project, 2, "Moru was", "location")
        tag(project, 4, "Moru", "actor")
        begin(project).reject(0)
        session = work_on(project, 1)
        session.moves.go_to_chunk(1)
        session.paragraphs.toggle_state("boilerplate")
        places = [(mention.article, mention.context) for mention in find(project)]
        assert places == [
            (1, "Residents of Moru heard gunfire until dawn."),
            (1, "An army spokesman in Moru promised an inquiry."),
            (2, "Moru in winter"),
            (2, "The Moruvian army left Moru."),
            (4, "The road to Moru"),
        ]


@pytest.mark.parametrize(
    ("text", "count"),
    [("can", 1), ("a.c", 1), ("can't", 1), ("سلام", 0), ("(", 1), ("%", 0), ("東", 2)],
    ids=["part of words", "no pattern", "apostrophe", "absent", "bracket", "percent", "no blanks"],
)
def test_a_text_is_found_as_it_is_and_as_whole_tokens(tmp_path: Path, text: str, count: int) -> None:
    with closing(make_project(tmp_path, "One can, canal, a.c abc can't (\x00) 東東京")) as project:
        found = find(project, Sought(text, "actor", 1))
        assert len(found) == count + (text == "can")


def test_a_sentence_ends_where_its_paragraph_does() -> None:
    text = "First one. Second “one.” Third\nFourth."
    paragraph = Paragraph(0, 0, 30)
    for word, sentence in (("First", "First one."), ("Second", "Second “one.”"), ("Third", "Third")):
        start = text.index(word)
        assert text[slice(*find_sentence(text, paragraph, start, start + len(word)))] == sentence


@given(st.text(alphabet="ab .!?。\n", max_size=700), st.data())
def test_a_sentence_holds_its_mention_and_is_not_long(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first, last = find_sentence(text, Paragraph(0, 0, len(text)), start, end)
    assert 0 <= start - first <= 150
    assert 0 <= last - end <= 150


# Walking


def test_every_decision_is_on_disk_at_once(tmp_path: Path) -> None:
    with closing(make_project(tmp_path, *TEXTS)) as project:
        walk = begin(project)
        walk.accept(0)
        walk.reject(1)
        walk.skip(2)
        walk.accept(4)
        with closing(Store.open(project.store.path)) as other:
            first, second = other.log.load_layer(1, "ana"), other.log.load_layer(2, "ana")
        assert [(span.label, span.origin.source) for span in first.spans.values()] == [
            ("location", "mention")
        ]
        assert len(first.rejected) == 1
        assert len(second.spans) == 1
        assert {event.action for layer in (first, second) for event in layer.events} == {first.events[0].id}
        assert list(project.verify()) == []


def test_one_undo_in_any_article_takes_the_whole_walk_back(tmp_path: Path) -> None:
    with closing(make_project(tmp_path, *TEXTS)) as project:
        walk = begin(project)
        for index in range(len(walk.mentions)):
            walk.accept(index)
        whole = tagged(project)
        assert [len(spans) for spans in whole] == [4, 3, 0, 1]
        session = work_on(project, 4)
        assert session.history.undo() == 3
        assert tagged(project) == [[], [], [], []]
        assert session.history.redo() == 3
        assert tagged(project) == whole
        assert work_on(project, 2).history.undo() == 3
        assert tagged(project) == [[], [], [], []]
        assert list(project.verify()) == []


def test_what_was_done_after_the_walk_is_taken_back_before_it(tmp_path: Path) -> None:
    with closing(make_project(tmp_path, *TEXTS)) as project:
        begin(project).accept(0)
        walk = begin(project)
        walk.accept(3)
        tag(project, 2, "army", "actor")
        assert work_on(project, 2).history.undo() == 1
        assert tagged(project)[1] == [("Moru", "location")]


def test_redo_brings_a_walk_back_also_where_something_else_was_done_meanwhile(tmp_path: Path) -> None:
    with closing(make_project(tmp_path, *TEXTS)) as project:
        walk = begin(project)
        walk.accept(0)
        walk.accept(4)
        assert work_on(project, 1).history.undo() == 2
        tag(project, 2, "army", "actor")
        assert work_on(project, 1).history.redo() == 2
        assert tagged(project)[1] == [("Moru", "location"), ("army", "actor")]
        session = work_on(project, 2)
        assert session.history.undo() == 2
        assert tagged(project) == [[], [("army", "actor")], [], []]
        assert list(project.verify()) == []


def test_the_walk_can_be_taken_back_and_begun_again(tmp_path: Path) -> None:
    with closing(make_project(tmp_path, *TEXTS)) as project:
        walk = begin(project)
        walk.accept(0)
        walk.reject(5)
        assert walk.undo_all()
        assert set(walk.decisions) == {"open"}
        assert not walk.undo_all()
        walk.accept(0)
        assert [len(spans) for spans in tagged(project)] == [1, 0, 0, 0]
        assert len(find(project)) == len(walk.mentions) - 1


def test_one_decision_is_taken_back_at_a_time(tmp_path: Path) -> None:
    with closing(make_project(tmp_path, *TEXTS)) as project:
        walk = begin(project)
        walk.accept(0)
        walk.skip(1)
        walk.reject(4)
        walk.reject(0)
        assert walk.undo() == 0
        assert (walk.decisions[:2], tagged(project)[0]) == (["accepted", "skipped"], [("Moru", "location")])
        assert walk.undo() == 4
        assert project.store.log.load_layer(2, "ana").rejected == set()
        assert [walk.undo() for _ in range(3)] == [1, 0, None]
        assert set(walk.decisions) == {"open"}
        assert tagged(project) == [[], [], [], []]
        assert [mention.start for mention in find(project)] == [mention.start for mention in walk.mentions]
        assert list(project.verify()) == []


def test_a_decision_that_was_taken_back_elsewhere_is_taken_back_without_a_word(tmp_path: Path) -> None:
    with closing(make_project(tmp_path, *TEXTS)) as project:
        walk = begin(project)
        walk.accept(0)
        walk.reject(1)
        work_on(project, 1).history.undo()
        count = len(work_on(project, 1).layer.events)
        assert [walk.undo(), walk.undo()] == [1, 0]
        assert len(work_on(project, 1).layer.events) == count


@given(
    st.lists(st.tuples(st.sampled_from(["accept", "reject", "skip", "undo"]), st.integers(0, 6)), max_size=9)
)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_as_many_undos_as_decisions_lead_back_to_the_beginning(
    tmp_path: Path, acts: Sequence[tuple[str, int]]
) -> None:
    with TemporaryDirectory(dir=tmp_path) as folder, closing(make_project(Path(folder), *TEXTS)) as project:
        walk = begin(project)
        states: list[tuple[list[str], object]] = []

        def read() -> tuple[list[str], object]:
            layers = [project.store.log.load_layer(number, "ana") for number in project.list_articles()]
            return list(walk.decisions), [(sorted(each.spans), each.rejected) for each in layers]

        for what, index in acts:
            if what == "undo":
                assert (walk.undo() is None) == (not states)
                if states:
                    assert read() == states.pop()
                continue
            before = read()
            getattr(walk, what)(index)
            if walk.decisions != before[0]:
                states.append(before)
        while states:
            walk.undo()
            assert read() == states.pop()
        assert walk.undo() is None
        assert list(project.verify()) == []


def test_a_decision_can_be_changed(tmp_path: Path) -> None:
    with closing(make_project(tmp_path, *TEXTS)) as project:
        walk = begin(project)
        walk.accept(0)
        walk.reject(0)
        assert tagged(project)[0] == []
        walk.accept(0)
        assert tagged(project)[0] == [("Moru", "location")]
        assert walk.undo_all()
        assert tagged(project)[0] == []


def test_a_walk_that_was_taken_back_elsewhere_goes_on_as_another_action(tmp_path: Path) -> None:
    with closing(make_project(tmp_path, *TEXTS)) as project:
        walk = begin(project)
        walk.accept(0)
        assert work_on(project, 1).history.undo() == 1
        walk.accept(1)
        assert tagged(project)[0] == [("Moru", "location")]
        assert list(project.verify()) == []


def test_a_mention_that_was_tagged_meanwhile_is_not_tagged_twice(tmp_path: Path) -> None:
    with closing(make_project(tmp_path, *TEXTS)) as project:
        walk = begin(project)
        tag(project, 1, "Moru", "location")
        walk.accept(0)
        assert walk.decisions[0] == "accepted"
        assert tagged(project)[0] == [("Moru", "location")]


def test_the_next_open_mention_is_looked_for_round_the_list(tmp_path: Path) -> None:
    with closing(make_project(tmp_path, *TEXTS)) as project:
        walk = begin(project)
        last = len(walk.mentions) - 1
        walk.skip(last)
        assert walk.next_open(last) == 0
        for index in range(last):
            walk.skip(index)
        assert walk.next_open(0) is None


# The fold

steps = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 2]), st.sampled_from(["walk", "own", "undo", "redo"]), st.integers(0, 5)
    ),
    max_size=14,
)


@given(steps, st.randoms())
def test_an_action_of_several_articles_folds_the_same_in_any_order(
    acts: Sequence[tuple[int, str, int]], random: Random
) -> None:
    logs: list[list[Event]] = [[], [], []]
    actions: list[str] = []
    walk = ""
    for clock, (article, what, pick) in enumerate(acts):
        event_id = f"{clock:04}"
        act: Act = Add((Span(event_id, 0, 1, "x"),))
        action = event_id
        if what == "walk":
            walk = action = walk or event_id
        elif what in ("undo", "redo"):
            if not actions:
                continue
            undone = actions[pick % len(actions)]
            act = Undo(undone) if what == "undo" else Redo(undone)
        actions.append(action)
        logs[article].append(Event(event_id, action, "", "ana", article, act))
    for log in logs:
        layer = Layer()
        for count, event in enumerate(log, start=1):
            layer.apply(event)
            assert layer == fold(log[:count])
        shuffled = list(log)
        random.shuffle(shuffled)
        assert fold(shuffled) == layer
        assert len(set(layer.done)) == len(layer.done)
        assert not set(layer.done) & set(layer.undone)


def test_a_step_that_the_database_refuses_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(make_project(tmp_path, *TEXTS)) as project:
        walk = begin(project)
        walk.accept(0)
        walk.accept(4)
        session = work_on(project, 1)
        before = fold(session.layer.events)
        real = project.store.log.append

        def refuse_second(article: object, *rest: object, **more: object) -> list[Event]:
            if getattr(article, "number", 0) == 2:
                raise OSError("refused")
            return real(article, *rest, **more)  # type: ignore[arg-type]  # passes on what it was given

        monkeypatch.setattr(project.store.log, "append", refuse_second)
        with pytest.raises(OSError, match="refused"):
            session.history.undo()
        monkeypatch.undo()
        assert session.layer == before
        assert [len(spans) for spans in tagged(project)] == [1, 1, 0, 0]
        assert list(project.verify()) == []


# The screen


async def open_walk(pilot: Pilot[None]) -> MentionsScreen:
    await press(pilot, "@")
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    screen = pilot.app.screen
    assert isinstance(screen, MentionsScreen)
    return screen


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_walk_through_the_articles_and_back(tmp_path: Path, size: Size) -> None:
    project = make_project(tmp_path, *TEXTS)
    tag(project, 1, "Moru", "location")
    app = make_app(project, article=1)
    async with app.run_test(size=size) as pilot:
        await press(pilot, "tab")
        screen = await open_walk(pilot)
        assert "“Moru” as location" in screen_of(pilot)
        assert "7 left" in screen_of(pilot)
        await press(pilot, "enter backspace space")
        assert screen.walk.decisions[:4] == ["accepted", "rejected", "skipped", "open"]
        assert "1 tagged  1 rejected  1 skipped" in screen_of(pilot)
        await press(pilot, "*")
        await wait_for(pilot, "0 left")
        assert [len(spans) for spans in tagged(project)] == [2, 3, 0, 1]
        await press(pilot, "escape")
        assert len(session_of(app).layer.spans) == 2
        assert len(session_of(app).annotations.spans_in(0, 10_000)) == 2
        await press(pilot, ",")
        assert "Taken back in 3 articles: " in screen_of(pilot)
        assert [len(spans) for spans in tagged(project)] == [1, 0, 0, 0]
    project.close()


async def test_undo_on_the_screen_is_one_step_and_all_of_them_are_a_question(tmp_path: Path) -> None:
    project = make_project(tmp_path, *TEXTS)
    tag(project, 1, "Moru", "location")
    async with make_app(project, article=1).run_test(size=(80, 24)) as pilot:
        await press(pilot, "tab")
        screen = await open_walk(pilot)
        await press(pilot, "u")
        assert pilot.app.screen is screen
        await press(pilot, "enter end backspace ,")
        assert screen.walk.decisions == ["accepted", *["open"] * 6]
        assert screen.query_one(MentionList).cursor == 6
        await press(pilot, "*")
        await wait_for(pilot, "7 tagged")
        await press(pilot, ",")
        assert Counter(screen.walk.decisions) == {"accepted": 6, "open": 1}
        await press(pilot, "u")
        await wait_for(pilot, "6 tagged in 2 articles")
        await press(pilot, "escape")
        assert Counter(screen.walk.decisions) == {"accepted": 6, "open": 1}
        await press(pilot, "u enter")
        assert set(screen.walk.decisions) == {"open"}
        assert [len(spans) for spans in tagged(project)] == [1, 0, 0, 0]
    project.close()


async def test_the_mouse_looks_and_tags(tmp_path: Path) -> None:
    project = make_project(tmp_path, *TEXTS)
    tag(project, 1, "Moru", "location")
    async with make_app(project, article=1).run_test(size=(80, 24)) as pilot:
        await press(pilot, "tab")
        screen = await open_walk(pilot)
        await pilot.click(offset=place_of(pilot, "Moruvian"))
        await pilot.pause()
        assert "The Moruvian army left Moru." in screen_of(pilot)
        await pilot.click(offset=place_of(pilot, "The road to"), times=2)
        await pilot.pause()
        assert screen.walk.decisions[-1] == "accepted"
    project.close()


async def test_without_a_span_in_focus_there_is_no_walk(tmp_path: Path) -> None:
    project = make_project(tmp_path, *TEXTS)
    async with make_app(project, article=1).run_test(size=(80, 24)) as pilot:
        await press(pilot, "@")
        assert "Nothing is selected or in focus." in screen_of(pilot)
    project.close()


async def test_where_nothing_is_left_the_screen_says_so(tmp_path: Path) -> None:
    project = make_project(tmp_path, THIRD)
    tag(project, 1, "dam", "weapon")
    async with make_app(project, article=1).run_test(size=(80, 24)) as pilot:
        await press(pilot, "tab")
        await open_walk(pilot)
        await press(pilot, "enter backspace space * , u up down")
        assert "There is no other place to decide on" in screen_of(pilot)
        await press(pilot, "escape")
        assert "A dam broke." in screen_of(pilot)
    project.close()


def test_the_acts_of_a_walk_are_those_of_the_log(tmp_path: Path) -> None:
    with closing(make_project(tmp_path, STORY)) as project:
        walk = begin(project)
        walk.accept(0)
        walk.reject(0)
        kinds = [event.act.kind for event in work_on(project, 1).layer.events]
        assert kinds == ["accept", "remove", "reject"]
