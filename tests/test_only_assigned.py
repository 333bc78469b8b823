"""A copy that has no more than the work of one annotator: from a file, and from a server."""

import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.copies import EVERYTHING, bring, open_copy, state_of, sync, tag
from tests.servers import TeamServer, needs_server, open_server
from tests.test_identity import export
from tui.cli import main
from tui.model.article import article_key
from tui.model.assignment import AssignmentRule, fold_assignment
from tui.model.event_ids import next_event_ids
from tui.model.parcel import SharedArticle, SharedStep, SharedText
from tui.model.span import Json
from tui.project.project import Project
from tui.sync.address import is_address
from tui.sync.report import SyncReport
from tui.sync.server import ServerAddress, sync_with_server
from tui.sync.server.connection import connect
from tui.sync.server.shared_log import SharedLog
from tui.sync.ways import Ways

Opener = Callable[[str, str], Project]
Meet = Callable[..., SyncReport]

ONLY_ANA = Ways(only="ana")


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Opener]:
    """Open copies by the names of their folders and of who works there."""
    with ExitStack() as stack:
        yield lambda name, annotator: stack.enter_context(closing(open_copy(tmp_path / name, annotator)))


@pytest.fixture(params=["file", pytest.param("server", marks=needs_server)])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Name what all share: a database file, or a server."""
    if request.param == "file":
        yield str(tmp_path / "team.db")
        return
    with open_server() as team:
        yield team.owner


@pytest.fixture
def meet(shared: str) -> Meet:
    """Sync a project with what all share."""

    def sync_with(project: Project, ways: Ways = EVERYTHING) -> SyncReport:
        if not is_address(shared):
            return sync(project, Path(shared), ways)
        report = SyncReport()
        sync_with_server(project.store, ServerAddress(shared), ways, report)
        return report

    return sync_with


def lead_project(copy: Opener, articles: int = 40) -> Project:
    """Give the lead's copy, in which everybody has said something of every article."""
    lead = copy("lead", "lead")
    bring(lead, *({"id": f"n{n}", "text": f"{n} men fled.\n\nA rocket hit {n}.\n"} for n in range(articles)))
    for number in range(1, articles + 1):
        tag(lead, number, 0, 3)
    return lead


def own_ids(project: Project, annotator: str) -> set[str]:
    """Give the ids of the articles that an annotator has by the project's own assignment."""
    assignment = project.read_assignment()
    return {
        str(line["id"])
        for line in export(project)
        if annotator in assignment.choose(article_key(str(line["text"])))
    }


def ids_of(project: Project) -> set[str]:
    """Give the ids of the articles that are in a copy."""
    listed = project.store.exchange.list_articles(after=0, most=10_000)
    return {str(each.about.id) for each in listed}


def event_count(project: Project) -> int:
    return len(project.store.exchange.list_event_ids(after="", most=100_000))


def test_a_copy_gets_what_is_assigned_and_nothing_else(copy: Opener, meet: Meet) -> None:
    lead, ana = lead_project(copy), copy("ana", "ana")
    lead.assign_by_rule(AssignmentRule({"ana": 1.0, "bea": 3.0}), calibration=3)
    meet(lead)
    report = meet(ana, ONLY_ANA)
    own = own_ids(lead, "ana")
    assert 0 < len(own) < 30
    assert (report.pulled.articles, report.pulled.events) == (len(own), {"lead": len(own)})
    assert (ids_of(ana), event_count(ana)) == (own, len(own))
    assert ana.read_assignment() == lead.read_assignment()
    assert list(ana.verify()) == []
    assert not meet(ana, ONLY_ANA).has_done


def test_what_was_done_in_a_part_goes_up_and_what_others_say_of_it_comes(copy: Opener, meet: Meet) -> None:
    lead, ana = lead_project(copy), copy("ana", "ana")
    lead.assign_articles([2, 3], ["ana"])
    meet(lead)
    meet(ana, ONLY_ANA)
    tag(ana, 1, 4, 7)
    bring(ana, {"id": "own", "text": "Nobody assigned this."})
    report = meet(ana, ONLY_ANA)
    assert (report.pushed.articles, report.pushed.events) == (1, {"ana": 1})
    meet(lead)
    assert {"own", "n1"} <= ids_of(lead)
    for number in (2, 20):
        tag(lead, number, 4, 7)
    meet(lead)
    assert meet(ana, ONLY_ANA).pulled.events == {"lead": 1}
    assert not meet(ana, ONLY_ANA).has_done
    # All of it comes when all of it is asked for.
    meet(ana)
    assert state_of(ana) == state_of(lead)
    assert not meet(ana).has_done
    assert not meet(ana, ONLY_ANA).has_done


def test_what_is_assigned_later_comes_later_with_all_that_was_said_before(copy: Opener, meet: Meet) -> None:
    lead, ana = lead_project(copy), copy("ana", "ana")
    lead.assign_articles([1], ["ana"])
    meet(lead)
    meet(ana, ONLY_ANA)
    lead.assign_articles([7, 8], ["ana", "bea"])
    meet(lead)
    report = meet(ana, ONLY_ANA)
    assert (report.pulled.articles, report.pulled.events) == (2, {"lead": 2})
    bring(lead, {"id": "late", "text": "A late story."})
    lead.assign_by_rule(AssignmentRule({"ana": 1.0}))
    meet(lead)
    meet(ana, ONLY_ANA)
    assert ids_of(ana) == ids_of(lead)
    bring(lead, {"id": "later", "text": "A later story."})
    meet(lead)
    assert meet(ana, ONLY_ANA).pulled.articles == 1


def test_an_article_that_is_assigned_away_stays_and_gets_nothing_new_until_it_comes_back(
    copy: Opener, meet: Meet
) -> None:
    lead, ana = lead_project(copy, 5), copy("ana", "ana")
    lead.assign_articles([1, 2], ["ana"])
    meet(lead)
    meet(ana, ONLY_ANA)
    tag(ana, 1, 4, 7)
    lead.assign_articles([1], ["bea"])
    meet(lead)
    tag(lead, 1, 4, 7)
    meet(lead)
    report = meet(ana, ONLY_ANA)
    assert (report.pulled.events, report.pushed.events) == ({}, {"ana": 1})
    assert ids_of(ana) == {"n0", "n1"}
    tag(ana, 1, 0, 3)
    assert meet(ana, ONLY_ANA).pushed.events == {"ana": 1}
    lead.assign_articles([1], ["ana"])
    meet(lead)
    assert meet(ana, ONLY_ANA).pulled.events == {"lead": 1}
    meet(lead)
    meet(ana)
    assert state_of(ana) == state_of(lead)


def test_what_was_decided_about_articles_that_are_not_here_counts_when_they_come(
    copy: Opener, meet: Meet
) -> None:
    lead, ana = lead_project(copy, 6), copy("ana", "ana")
    third = copy("third", "cem")
    lead.assign_articles([1, 2], ["ana"])
    lead.remove_articles([2, 3])
    meet(lead)
    meet(ana, ONLY_ANA)
    assert (list(ana.verify()), len(export(ana))) == ([], 1)
    # A copy passes on what it has only heard of.
    sync(third, ana.place.database)
    meet(third)
    assert sorted(str(line["id"]) for line in export(third)) == ["n0", "n3", "n4", "n5"]
    assert list(third.verify()) == []
    meet(ana)
    assert state_of(ana) == state_of(third) == state_of(lead)
    assert len(third.restore_removed()) == 2
    assert len(export(third)) == 6


def test_another_text_under_the_id_of_an_article_that_was_taken_out_stays(copy: Opener, meet: Meet) -> None:
    lead, ana = lead_project(copy, 6), copy("ana", "ana")
    bring(ana, {"id": "n3", "text": "Another text."})
    lead.assign_articles([1], ["ana"])
    lead.remove_articles([4])
    meet(lead)
    report = meet(ana, ONLY_ANA)
    assert list(report.refused) == ["id:n3"]
    assert sorted(str(line["id"]) for line in export(ana)) == ["n0", "n3"]


def run(project: Project, *words: str) -> tuple[int, str]:
    words = ("--project", str(project.place.folder), *words)
    done = CliRunner().invoke(main, list(words))
    return done.exit_code, done.stderr


def test_the_annotator_of_the_run_is_whose_work_counts(copy: Opener) -> None:
    lead, ana = lead_project(copy, 6), copy("ana", "ana")
    lead.assign_articles([1, 2], ["ana"])
    lead.assign_articles([3], ["bea"])
    other = str(lead.place.database)
    code, said = run(ana, "--annotator", "bea", "sync", "--only", "assigned", other)
    assert (code, ids_of(ana)) == (0, {"n2"}), said
    code, said = run(ana, "--annotator", "dan", "sync", "--only", "assigned", other)
    assert (code, ids_of(ana)) == (0, {"n2"})
    assert "nothing is assigned to 'dan' there, so no article was taken: --annotator says who you are" in said
    code, said = run(ana, "sync", "--only", "assigned", "--push", other)
    assert (code, "--only has nothing to choose from" in said) == (2, True)


def test_a_rehearsal_counts_what_is_assigned_and_takes_nothing(copy: Opener, meet: Meet) -> None:
    lead, ana = lead_project(copy, 6), copy("ana", "ana")
    lead.assign_articles([1, 2], ["ana"])
    meet(lead)
    assert meet(ana, Ways(only="ana", dry_run=True)).pulled.articles == 2
    assert ids_of(ana) == set()


def test_a_part_that_is_killed_at_any_moment_is_gone_on_with(copy: Opener, meet: Meet, shared: str) -> None:
    lead, ana = copy("lead", "lead"), copy("ana", "ana")
    spans = [{"start": 0, "end": 3, "label": "actor"}]
    bring(lead, *({"id": f"k{n}", "text": f"{n} were killed.", "spans": spans} for n in range(2_000)))
    lead.assign_by_rule(AssignmentRule({"ana": 1.0, "bea": 1.0}))
    lead.remove_articles(range(5, 50))
    meet(lead)
    command = [sys.executable, "-m", "tui", "--project", str(ana.place.folder), "--annotator", "ana"]
    command += ["sync", "--only", "assigned", shared]
    chance = Random()
    for _ in range(4):
        # Killed when the copy has grown so often.
        changes, versions = chance.randrange(2, 7), {ana.read_version()}
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        while process.poll() is None and len(versions) < changes:
            versions.add(ana.read_version())
            time.sleep(chance.random() / 100)
        process.kill()
        process.wait()
        assert list(ana.verify()) == []
    meet(ana, ONLY_ANA)
    assert not meet(ana, ONLY_ANA).has_done
    listed = lead.store.exchange.list_articles(after=0, most=10_000)
    assignment = lead.read_assignment()
    assert ids_of(ana) == {each.about.id for each in listed if "ana" in assignment.choose(each.about.key)}
    meet(ana)
    assert state_of(ana) == state_of(lead)


names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=3)
shares = st.dictionaries(names, st.floats(0.1, 5), min_size=1, max_size=4)
KEYS = [article_key(str(number)) for number in range(12)]


@st.composite
def payloads(draw: st.DrawFn) -> dict[str, Json]:
    """Make what may stand in the log of an assignment, also what nobody writes."""
    payload: dict[str, Json] = {}
    if draw(st.booleans()):
        payload["clear"] = True
    if draw(st.booleans()):
        rule = AssignmentRule(draw(shares), draw(st.integers(0, 3)), draw(st.integers()))
        payload["rule"] = rule.as_json()
    if draw(st.booleans()):
        payload["keys"] = [*draw(st.sets(st.sampled_from(KEYS), max_size=3)), 7]
        payload["to"] = [*draw(st.sets(st.sampled_from(["ana", "bea", "ç"])))]
    return draw(st.sampled_from([payload, payload, payload, {"rule": 3, "keys": [KEYS[0]], "to": ["x"]}]))


@needs_server
@settings(max_examples=40)
@given(said=st.lists(payloads(), min_size=1, max_size=5), seed=st.integers(0, 2**32))
def test_a_server_assigns_as_a_copy_does_in_whatever_order_it_hears(
    server: TeamServer, said: list[dict[str, Json]], seed: int
) -> None:
    chance = Random(seed)
    name = secrets.token_hex(8)
    ids = next_event_ids("", len(said), clock=time.time_ns() // 10**6, tail=chance.getrandbits(70))
    named = zip(ids, said, strict=True)
    steps = [SharedStep(each, "2026", "lead", "assign", (), more) for each, more in named]
    articles = [
        (SharedArticle((f"key:{key}",), key, "", {}, "2026"), SharedText("t", ((0, 1),))) for key in KEYS
    ]
    with connect(ServerAddress(server.owner)) as connection:
        rows = connection.execute(
            "INSERT INTO spantag.projects (name) VALUES (%s) RETURNING number", [name]
        ).fetchall()
        log = SharedLog(connection, rows[0][0])
        log.append_articles(articles[:8])
        for step in chance.sample(steps, len(steps)):
            log.append_steps([step])
        log.append_articles(articles[8:])
        found = {
            (key, annotator)
            for key, annotator in connection.execute(
                "SELECT key, annotator FROM spantag.assigned WHERE project = %s", rows[0]
            )
        }
    assignment = fold_assignment(said)
    assert found == {(key, annotator) for key in KEYS for annotator in assignment.choose(key)}


@pytest.fixture(scope="module")
def server() -> Iterator[TeamServer]:
    """Give a server for many projects."""
    with open_server() as team:
        yield team
