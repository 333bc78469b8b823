"""What was learnt of a finished paragraph is unlearnt when it is finished no more."""

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.at_work import STORY, enter, make_project, work_on
from tui.model.labels import Label, LabelSet, Pattern
from tui.model.span import Span
from tui.session import Session
from tui.suggest.assistant import Assistant
from tui.suggest.journal import MOST_LESSONS
from tui.text.tokens import tokenize

LABELS = LabelSet(
    labels=(Label("actor"), Label("location"), Label("weapon", patterns=(Pattern("car bomb"),)))
)

_TEXT = (
    "Rebels fled Aleppo. A car bomb hit Aleppo police near Moru on Friday. "
    "Aleppo and Moru are calm. The Aleppo police said that rebels left Moru."
)
"""An article of four paragraphs of one sentence; so are others."""

_PLACES = [(article, paragraph) for article in (1, 2) for paragraph in range(4)]


def _edges_of(place: tuple[int, int]) -> tuple[str, int, int]:
    sentences = _TEXT.split(". ")
    start = _TEXT.index(sentences[place[1]])
    text = _TEXT if place[0] == 1 else _TEXT.replace("Moru", "Tiva")
    return text, start, start + len(sentences[place[1]])


def _tag(place: tuple[int, int], times: int) -> list[Span]:
    """Tag some words of a paragraph, others every time."""
    text, start, end = _edges_of(place)
    words = [edges for edges in tokenize(text, start, end) if text[edges[0]].isupper()]
    labels = LABELS.names
    return [
        Span(str(first), first, last, labels[(first + times) % 2])
        for index, (first, last) in enumerate(words)
        if (index + times) % 3
    ]


def _learn(assistant: Assistant, place: tuple[int, int], times: int) -> None:
    """Finish a paragraph of the first article, or recall one of the second."""
    text, start, end = _edges_of(place)
    if place[0] == 1:
        assistant.observe_paragraph(text, start, end, _tag(place, times), place=place)
    else:
        assistant.recall_paragraph(text, start, end, _tag(place, times), place=place)


def _tell_all(assistant: Assistant) -> list[object]:
    """List all that an assistant says of new paragraphs."""
    said: list[object] = []
    text = "Aleppo, Moru, Rebels: the Aleppo police found a car bomb on Friday."
    tokens = tokenize(text)
    said.append(assistant.suggest(text, 0, len(text)))
    said.append(assistant.rank_starts(text, tokens))
    said += [assistant.predict_extent(text, tokens, first) for first in range(len(tokens))]
    said += [assistant.predict_label(text, tokens, first) for first in range(len(tokens))]
    said += [
        assistant.count_right(source, label) for source in ("repeat", "pattern") for label in LABELS.names
    ]
    return said


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(_PLACES), max_size=12))
def test_what_is_unlearnt_leaves_no_trace(steps: list[tuple[int, int]]) -> None:
    """Finishing and undoing in any order comes to the same as what stands at last, finished in its order."""
    with closing(Assistant(LABELS, "ana")) as tried, closing(Assistant(LABELS, "ana")) as plain:
        for assistant in (tried, plain):
            assistant.suggest(_TEXT, 0, 1)
        standing: dict[tuple[int, int], int] = {}
        for times, place in enumerate(steps):
            if place in standing:
                del standing[place]
                tried.unlearn([place])
            else:
                standing[place] = times
                _learn(tried, place, times)
            assert tried.has_learnt(place) == (place in standing)
        for place, times in standing.items():
            _learn(plain, place, times)
        assert _tell_all(tried) == _tell_all(plain)


def test_several_lessons_are_unlearnt_at_once() -> None:
    with closing(Assistant(LABELS, "ana")) as tried, closing(Assistant(LABELS, "ana")) as plain:
        for place in _PLACES:
            _learn(tried, place, 1)
            # Both are in the same article all the time.
            plain.suggest(_TEXT, 0, 1)
        tried.unlearn(_PLACES[:3])
        for place in _PLACES[3:]:
            _learn(plain, place, 1)
        assert _tell_all(tried) == _tell_all(plain)


def test_what_was_shown_counts_as_shown_again_after_an_undo() -> None:
    """The keys that were really saved are entered again when the paragraph is finished again."""
    with closing(Assistant(LABELS, "ana")) as assistant:
        for _ in range(4):
            assistant.observe_paragraph("They fled Moru.", 0, 15, [Span("s", 10, 14, "location")])
        text = "Near Moru."
        found = assistant.suggest(text, 0, len(text))
        spans = [Span("s", each.start, each.end, each.label) for each in found]
        assert spans
        before = assistant.budget.dump()
        assistant.observe_paragraph(text, 0, len(text), spans, place=(1, 0))
        after = assistant.budget.dump()
        assistant.unlearn([(1, 0)])
        assert assistant.budget.dump() == before != after
        assistant.observe_paragraph(text, 0, len(text), spans, place=(1, 0))
        assert assistant.budget.dump() == after


def test_what_was_learnt_long_ago_is_taken_out_of_the_counts() -> None:
    with closing(Assistant(LABELS, "ana")) as assistant:
        for paragraph in range(3 * MOST_LESSONS):
            text = f"They fled {'Moru' if paragraph < 2 else 'Tiva'}."
            assistant.observe_paragraph(text, 0, 15, [Span("s", 10, 14, "location")], place=(paragraph, 0))
        near = "Near Moru and Tiva."
        assert [each.why for each in assistant.suggest(near, 0, len(near))] == [
            "tagged location 2 of 2 times",
            f"tagged location {3 * MOST_LESSONS - 2} of {3 * MOST_LESSONS - 2} times",
        ]
        assistant.unlearn([(0, 0)])
        assert assistant.suggest(near, 0, len(near))[0].why == "tagged location 1 of 1 times"
        assistant.unlearn([(1, 0)])
        whys = {near[each.start : each.end]: each.why for each in assistant.suggest(near, 0, len(near))}
        assert not whys.get("Moru", "").startswith("tagged")


_NEAR = "Near Moru and Lake Tiva, rebels met an army."


def _said_of(assistant: Assistant) -> list[tuple[str, str]]:
    """List what is suggested for a new text, and why."""
    return [(_NEAR[each.start : each.end], each.why) for each in assistant.suggest(_NEAR, 0, len(_NEAR))]


def _count_of(assistant: Assistant) -> list[tuple[str, str, int, int]]:
    """List how often the words of a new text were tagged, and stood in finished paragraphs."""
    found = assistant.analyst.look_at(_NEAR, 0, len(_NEAR))
    return [
        (found.passage.phrase(each.first, each.last), each.label, each.tagged, each.seen)
        for each in found.repeats
    ]


def _tag_word(session: Session, word: str, label: str) -> None:
    start = session.article.text.index(word)
    session.spans.add(start, start + len(word), label)


def test_after_undo_nothing_says_that_it_was_tagged(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    with closing(project):
        session = work_on(project, suggests=True)
        _tag_word(session, "Moru", "location")
        enter(session)
        assert ("Moru", "tagged location 1 of 1 times") in _said_of(project.open_assistant())
        session.history.undo()
        assert "Moru" not in dict(_said_of(project.open_assistant()))
        session.history.redo()
        assert ("Moru", "tagged location 1 of 1 times") in _said_of(project.open_assistant())


def test_a_paragraph_that_is_opened_again_is_unlearnt(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    with closing(project):
        session = work_on(project, suggests=True)
        _tag_word(session, "Moru", "location")
        enter(session)
        session.moves.go_to_chunk(0)
        session.paragraphs.toggle_state("finished")
        assert "Moru" not in dict(_said_of(project.open_assistant()))


def test_an_article_that_was_taken_out_is_unlearnt(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY, "Another one")
    with closing(project):
        session = work_on(project, suggests=True)
        _tag_word(session, "Moru", "location")
        enter(session)
        project.remove_articles([1])
        recall = project.recall()
        assert "Moru" not in dict(_said_of(project.open_assistant()))
        list(recall)
        assert "Moru" not in dict(_said_of(project.open_assistant()))
        project.restore_removed()
        list(project.recall())
        assert ("Moru", "tagged location 1 of 1 times") in _said_of(project.open_assistant())


def test_what_another_window_opened_again_is_unlearnt(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    with closing(project), closing(project.open_again()) as other:
        session = work_on(project, suggests=True)
        _tag_word(session, "Moru", "location")
        enter(session)
        work_on(other).history.undo()
        assert session.catch_up()
        assert "Moru" not in dict(_said_of(project.open_assistant()))


def test_what_is_changed_after_it_was_finished_is_learnt_anew(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    with closing(project):
        session = work_on(project, suggests=True)
        _tag_word(session, "Moru", "location")
        enter(session)
        assert not session.suggestions.learn_edits()
        session.moves.go_to_chunk(0)
        assert session.moves.walk_spans(1)
        assert session.spans.remove() is not None
        assert session.suggestions.learn_edits()
        assert "Moru" not in dict(_said_of(project.open_assistant()))
        session.history.undo()
        assert session.suggestions.learn_edits()
        assert ("Moru", "tagged location 1 of 1 times") in _said_of(project.open_assistant())
        assert not session.suggestions.learn_edits()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(["finish", "finish", "undo", "redo", "open again"]), max_size=12))
def test_what_is_said_after_undo_and_redo_is_what_opening_anew_says(steps: list[str]) -> None:
    with TemporaryDirectory() as folder:
        project = make_project(Path(folder), STORY)
        with closing(project):
            session = work_on(project, suggests=True)
            for word, label in (("Masked", "actor"), ("Tiva", "location"), ("Moru", "location")):
                _tag_word(session, word, label)
            for step in steps:
                if step == "undo":
                    if len(session.layer.done) > 3:
                        session.history.undo()
                elif step == "redo":
                    session.history.redo()
                elif step == "open again":
                    if session.annotations.state_of(session.paragraph) == "finished":
                        session.paragraphs.toggle_state("finished")
                else:
                    session.moves.go_to_unfinished()
                    enter(session)
            with closing(project.open_again()) as anew:
                list(anew.recall())
                assert _count_of(project.open_assistant()) == _count_of(anew.open_assistant())
