"""Which rows stand on the screen: true boxes, and a text that does not move while it is worked on."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.at_work import STORY, at_work, make_project, work_on
from tests.steps import SUGGESTIVE
from tui.session import MODES, Mode
from tui.suggest.suggestion import is_suggestion
from tui.ui.layout import stack_spans
from tui.ui.presenter import Presenter
from tui.ui.viewport import Frame, ViewSize, arrange, list_marks


def show(presenter: Presenter, *, cells: int = 60, height: int = 30) -> Frame:
    """Show a session, and give what stands on the screen."""
    return presenter.present(ViewSize(cells, height)).frame


def places_of(frame: Frame) -> list[tuple[int, int]]:
    """Give the row of every line of text on the screen, by its first code point."""
    return [(at, row.line.start) for at, row in enumerate(frame.rows) if row.kind == "text" and row.line]


@pytest.mark.parametrize("mode", MODES)
def test_the_text_does_not_move_while_spans_are_made(tmp_path: Path, mode: Mode) -> None:
    with at_work(tmp_path) as session:
        session.set_mode(mode)
        session.moves.go_to_chunk(1)
        presenter = Presenter(session)
        before = places_of(show(presenter))
        for start, end, label in ((34, 47, "actor"), (57, 69, "actor"), (75, 79, "location")):
            session.spans.add(start, end, label)
            assert places_of(show(presenter)) == before
        while session.history.undo():
            assert places_of(show(presenter)) == before


def test_a_line_gets_as_many_rows_as_its_spans_overlap_and_keeps_them(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        presenter = Presenter(session)
        session.spans.add(0, 32, "actor")
        session.spans.add(0, 6, "actor")
        frame = show(presenter)
        assert [row.depth for row in frame.rows if row.chunk == 0 and row.kind == "labels"] == [0, 1]
        before = places_of(frame)
        session.history.undo()
        assert places_of(show(presenter)) == before
        # From now on there is room for two in every paragraph that is opened.
        session.moves.go_to_chunk(1)
        opened = places_of(show(presenter))
        session.spans.add(34, 54, "actor")
        session.spans.add(34, 40, "actor")
        assert places_of(show(presenter)) == opened


def test_paragraphs_around_have_boxes_only_under_lines_with_spans(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        presenter = Presenter(session)
        session.spans.add(0, 6, "actor")
        session.moves.go_to_chunk(2)
        rows = show(presenter).rows
        assert [row.kind for row in rows if row.chunk == 0 and row.line] == ["text", "labels"]
        assert [row.kind for row in rows if row.chunk == 1 and row.line] == ["text"] * 2


def test_reviewing_unfolds_everything_and_puts_only_one_paragraph_to_work(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        session.set_mode("screen")
        session.moves.go_to_chunk(3)
        session.paragraphs.toggle_state("boilerplate")
        session.moves.go_to_chunk(0)
        presenter = Presenter(session)
        assert "folded" in [row.kind for row in show(presenter).rows]
        presenter.toggle_review()
        frame = show(presenter)
        assert "folded" not in [row.kind for row in frame.rows]
        assert frame.seen.at_work == (0,)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(st.integers(0, 260), st.integers(1, 60)), max_size=7),
    st.sampled_from(MODES),
    st.integers(1, 90),
    st.integers(1, 40),
    st.integers(-30, 30),
)
def test_every_span_at_work_has_one_box_under_each_of_its_lines(
    tmp_path_factory: pytest.TempPathFactory,
    spans: Sequence[tuple[int, int]],
    mode: Mode,
    cells: int,
    height: int,
    scroll: int,
) -> None:
    with closing(make_project(tmp_path_factory.mktemp("project"), STORY, labels=SUGGESTIVE)) as project:
        session = work_on(project, suggests=True)
        session.set_mode(mode)
        presenter = Presenter(session)
        show(presenter, cells=cells, height=height)
        for start, length in spans:
            here = min(start, len(session.article.text) - 1)
            session.spans.add(here, min(here + length, len(session.article.text)), "actor")
        show(presenter, cells=cells, height=height)
        frame = presenter.scroll(scroll).frame
        assert len(frame.rows) <= height
        assert set(frame.seen.at_work) <= {*session.reading.at_work, session.reading.current}
        for chunk in frame.seen.at_work:
            marks = list_marks(session, chunk)
            assert [mark.id for mark in marks if not is_suggestion(mark)] == [
                span.id for span in session.annotations.spans_in_chunk(chunk)
            ]
            lines = frame.layout.lines_of(chunk)
            for line, count in zip(lines, frame.reserved[chunk], strict=True):
                rows = [row.box_row for row in frame.rows if row.kind == "labels" and row.line == line]
                assert len(set(rows)) == len(rows)
                assert set(rows) <= set(range(count))
                assert all(box.row < count for box in stack_spans(marks, line, frame.layout.cells))


@pytest.mark.parametrize("mode", MODES)
def test_to_arrange_changes_nothing_and_gives_the_same_again(tmp_path: Path, mode: Mode) -> None:
    with at_work(tmp_path) as session:
        session.set_mode(mode)
        before = session.reading.at_work, session.reading.read_to(0), session.offset
        first = arrange(session, ViewSize(60, 20))
        assert arrange(session, ViewSize(60, 20)).rows == first.rows
        assert arrange(session, ViewSize(60, 20), before=first).rows == first.rows
        assert (session.reading.at_work, session.reading.read_to(0), session.offset) == before
