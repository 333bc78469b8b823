"""An audit of one label: its spans in all articles, kept, relabelled, widened and removed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.at_work import STORY, make_project, spans_of, work_on
from tests.piloted import SIZES, Size, browsing, press, screen_of
from tui.errors import SpantagError
from tui.model.events import Add
from tui.model.span import Span
from tui.project.project import Project
from tui.session.audit import Audit
from tui.ui.screens.audit import AuditScreen

SECOND = "Moru in winter\n\nMoru was calm. The Moruvian army left Moru.\n"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Give a project with spans of one label in two articles."""
    project = make_project(tmp_path, STORY, SECOND)
    for number, phrases in ((1, ("Moru", "Lake Tiva", "Friday")), (2, ("winter", "Moru"))):
        session = work_on(project, number)
        for phrase in phrases:
            start = session.article.text.index(phrase)
            session.spans.add(start, start + len(phrase), "location")
        session.spans.add(0, 6, "actor")
    yield project
    project.close()


def collect(project: Project) -> Audit:
    audit = Audit(project, "location")
    list(audit.collect(None))
    return audit


def words_of(audit: Audit) -> list[str]:
    return [each.context[each.span.start - each.offset : each.span.end - each.offset] for each in audit.spans]


def test_all_spans_of_the_label_are_found_in_their_sentences(project: Project) -> None:
    audit = collect(project)
    assert words_of(audit) == ["Moru", "Friday", "Lake Tiva", "Moru", "winter"]
    assert audit.spans[2].context == "The rebels fled towards Lake Tiva."


def test_each_decision_is_stored_and_taken_back_by_itself(project: Project) -> None:
    audit = collect(project)
    audit.keep(0)
    audit.relabel(1, "weapon")
    audit.remove(2)
    audit.move_edge(3, "end", 1)
    assert [each.verdict for each in audit.spans] == ["kept", "changed", "removed", "changed", "open"]
    assert [each for each in spans_of(work_on(project, 1)) if each[1] != "actor"] == [
        ("Moru", "location"),
        ("Friday", "weapon"),
    ]
    assert audit.next_open(0) == 4
    assert [audit.undo() for _ in range(5)] == [3, 2, 1, 0, None]
    assert {each.verdict for each in audit.spans} == {"open"}
    assert ("Lake Tiva", "location") in spans_of(work_on(project, 1))
    assert list(project.verify()) == []


def test_a_span_that_was_removed_is_neither_kept_nor_changed(project: Project) -> None:
    audit = collect(project)
    audit.remove(0)
    for decide in (
        audit.keep,
        lambda place: audit.relabel(place, "weapon"),
        lambda place: audit.move_edge(place, "end", 1),
    ):
        with pytest.raises(SpantagError, match="was removed"):
            decide(0)
    assert audit.spans[0].verdict == "removed"
    audit.undo()
    audit.keep(0)


def test_no_second_span_of_the_same_words_and_label_is_made(project: Project) -> None:
    article, layer = project.open_article(1)
    moru = next(span for span in layer.spans.values() if span.label == "location")
    project.act(article, layer, [Add((Span("w", moru.start, moru.end, "weapon"),))])
    audit = collect(project)
    with pytest.raises(SpantagError, match="equal span"):
        audit.relabel(0, "weapon")
    assert (audit.spans[0].verdict, audit.undo()) == ("open", None)


def test_what_the_assistant_finds_least_likely_comes_first(project: Project) -> None:
    for number in (1, 2):
        session = work_on(project, number, suggests=True)
        for _ in range(6):
            session.paragraphs.finish()
    audit = Audit(project, "location")
    list(audit.collect(project.open_assistant()))
    rates = [each.agreement for each in audit.spans]
    assert rates == sorted(rates)
    assert rates[0] < 1


@pytest.mark.parametrize("size", SIZES)
async def test_the_audit_is_walked_by_single_keys(project: Project, size: Size) -> None:
    async with browsing(project, size=size) as pilot:
        await press(pilot, "a l o c enter")
        assert isinstance(pilot.app.screen, AuditScreen)
        await pilot.pause(0.3)
        assert "5 of 5 open" in screen_of(pilot)
        await press(pilot, "enter w backspace right")
        verdicts = [each.verdict for each in pilot.app.screen.audit.spans]
        assert sorted(verdicts) == ["changed", "changed", "kept", "open", "removed"]
        await press(pilot, ", , escape")
        assert spans_of(work_on(project, 1))
