"""Sync with a server: a real one, with real roles, real faults and writers at the same time."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from random import Random

import psycopg
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.copies import (
    DAY,
    EVERYTHING,
    bring,
    choose_ways,
    open_copy,
    shift_clock,
    state_of,
    sync,
    tag,
    work,
)
from tests.servers import TeamServer, needs_server, open_server
from tests.test_identity import export
from tui.cli import main
from tui.errors import ConfigurationError, ServerError
from tui.model.assignment import AssignmentRule
from tui.model.event_ids import next_event_ids
from tui.model.parcel import SharedEvent
from tui.project.project import Project
from tui.sync.address import hide_password
from tui.sync.report import SyncReport
from tui.sync.server import ServerAddress, sync_with_server
from tui.sync.server.connection import connect
from tui.sync.server.shared_log import SharedLog
from tui.sync.ways import Ways

Opener = Callable[[str, str], Project]

STORY = "Two men fled.\n\nA rocket hit Kharsa.\n"


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Opener]:
    """Open copies by the names of their folders and of who works there."""
    with ExitStack() as stack:
        yield lambda name, annotator: stack.enter_context(closing(open_copy(tmp_path / name, annotator)))


@pytest.fixture
def team() -> Iterator[TeamServer]:
    """Give a server with a shared log."""
    with open_server() as opened:
        yield opened


def meet(project: Project, address: str, ways: Ways = EVERYTHING) -> SyncReport:
    """Sync a project with a server."""
    report = SyncReport()
    sync_with_server(project.store, ServerAddress(address), ways, report)
    return report


def run(project: Project, *words: str) -> Result:
    return CliRunner().invoke(main, ["--project", str(project.place.folder), *words])


def are_equal(*copies: Project) -> bool:
    states = [state_of(each) for each in copies]
    return all(state == states[0] for state in states) and all(not list(each.verify()) for each in copies)


@needs_server
def test_what_two_people_did_meets_on_the_server(copy: Opener, team: TeamServer) -> None:
    ana, bea = copy("a", team.name_of("ana")), copy("b", team.name_of("bea"))
    at_ana, at_bea = team.add_login("ana"), team.add_login("bea")
    bring(ana, {"id": "n1", "text": STORY, "meta": {"place": "Kharsa"}})
    bring(bea, {"id": "n0", "text": "Washington said no."}, {"id": "n1", "text": STORY})
    tag(ana, 1, 0, 7)
    tag(bea, 2, 17, 23)
    first = meet(ana, at_ana)
    assert (first.pushed.articles, first.pushed.events) == (1, {ana.annotator: 1})
    second = meet(bea, at_bea)
    assert (second.pulled.articles, second.pulled.updated, second.pulled.events) == (0, 1, {ana.annotator: 1})
    assert (second.pushed.articles, second.pushed.events) == (1, {bea.annotator: 1})
    meet(ana, at_ana)
    assert are_equal(ana, bea)
    for project, address in ((ana, at_ana), (bea, at_bea)):
        report = meet(project, address)
        assert (report.has_done, report.refused, report.held_back) == (False, {}, "")


@needs_server
def test_who_has_which_articles_goes_over_the_server(copy: Opener, team: TeamServer) -> None:
    lead, ana = copy("a", team.name_of("lead")), copy("b", team.name_of("ana"))
    bring(lead, {"id": "n1", "text": STORY}, {"id": "n2", "text": "Washington said no."})
    lead.assign_by_rule(AssignmentRule({"ana": 1.0, "bea": 2.0}, 2, 7))
    lead.assign_articles([2], [ana.annotator])
    meet(lead, team.add_login("lead", "spantag_lead"))
    meet(ana, team.add_login("ana"), Ways(only=ana.annotator))
    assert ana.read_assignment() == lead.read_assignment()
    assert ana.read_assignment()
    assert [line["id"] for line in export(ana)] == ["n2"]


@needs_server
def test_nobody_sends_the_work_of_others_and_nobody_changes_or_deletes(
    copy: Opener, team: TeamServer
) -> None:
    ana, address = copy("a", "carl"), team.add_login("ana")
    bring(ana, {"id": "n1", "text": STORY})
    tag(ana, 1, 0, 7)
    report = meet(ana, address)
    assert report.held_back.startswith("1 event of 'carl' stays here: this login may send only its own work")
    assert (report.pushed.articles, team.ask("SELECT count(*) FROM spantag.events")) == (1, [(0,)])
    with connect(ServerAddress(address)) as connection:
        forged = SharedEvent("x", "x", "2026", "carl", "id:n1", "finish", "{}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            SharedLog(connection, 1).append_events([forged])
        for statement in (
            "UPDATE spantag.articles SET title = ''",
            "DELETE FROM spantag.articles",
            "TRUNCATE spantag.texts CASCADE",
            "INSERT INTO spantag.steps VALUES (1, 1, 'x', 'x', 'x', 'remove', '{}')",
            "INSERT INTO spantag.members VALUES ('x', 'carl')",
            "SELECT nextval('spantag.log')",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())
    with pytest.raises(psycopg.errors.RaiseException, match="only appended to"):
        team.run("DELETE FROM spantag.articles")
    # A lead may let a login send for others, and then it goes.
    team.run("INSERT INTO spantag.members SELECT rolname, 'carl' FROM pg_roles WHERE rolname LIKE 'ana\\_%'")
    assert meet(ana, address).pushed.events == {"carl": 1}
    assert team.ask("SELECT sent_by FROM spantag.events") == [(team.name_of("ana"),)]


@needs_server
def test_only_a_lead_takes_articles_out(copy: Opener, team: TeamServer) -> None:
    ana, lead = copy("a", team.name_of("ana")), copy("l", "lead")
    at_ana, at_lead = team.add_login("ana"), team.add_login("lead", "spantag_lead")
    bring(ana, {"id": "n1", "text": STORY}, {"id": "n2", "text": "Washington said no."})
    meet(ana, at_ana)
    meet(lead, at_lead)
    ana.remove_articles([1])
    assert "only a lead takes articles out" in meet(ana, at_ana).held_back
    lead.remove_articles([2])
    assert meet(lead, at_lead).pushed.steps == 1
    meet(ana, at_ana, Ways(push=False))
    assert (list(ana.list_articles()), list(lead.list_articles())) == ([], [1])


@needs_server
def test_a_login_without_a_role_and_a_wrong_password_are_told_in_a_sentence(
    copy: Opener, team: TeamServer
) -> None:
    ana, address = copy("a", "ana"), team.add_login("ana", None)
    result = run(ana, "sync", address)
    assert result.exit_code == 1
    assert "the server does not allow this login that (permission denied for schema spantag)" in result.stderr
    wrong = address.replace("se%3Acret", "hunter%322")
    result = run(ana, "sync", wrong)
    assert result.exit_code == 1
    assert "password authentication failed" in result.stderr
    for said in (result.output, result.stderr):
        assert not any(secret in said for secret in ("hunter", "se:cret", "se%3Acret"))
    assert result.stderr.count("\n") == 1


def test_a_password_in_an_address_is_never_shown() -> None:
    address = "postgresql://ana:hunter2@db.example:5432/news?sslmode=require&password=hunter3"
    assert hide_password(address) == "postgresql://ana@db.example:5432/news?sslmode=require"
    assert hide_password("postgresql://db.example/news") == "postgresql://db.example/news"


def test_a_server_that_is_not_there_is_told_in_a_sentence(copy: Opener) -> None:
    ana = copy("a", "ana")
    bring(ana, {"id": "n1", "text": STORY})
    result = run(ana, "sync", "postgresql://ana:hunter2@127.0.0.1:1/news")
    assert result.exit_code == 1
    assert result.stderr.startswith("postgresql://ana@127.0.0.1:1/news: connection ")
    assert (result.stderr.count("\n"), "hunter2" in result.stderr) == (1, False)
    assert "what was exchanged before stays, sync again when that is mended" in result.stderr


def test_without_the_package_for_servers_one_sentence_says_how_to_get_it(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['psycopg'] = None; from tui.cli import main;"
        f" main(['--project', {str(tmp_path)!r}, 'sync', 'postgresql://db.example/news'])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "install it with: pip install 'spantag[postgres]'" in done.stderr
    assert done.stderr.count("\n") == 1


@needs_server
def test_a_shared_log_is_made_once_and_projects_are_named(copy: Opener) -> None:
    with open_server(begins=False) as team:
        ana = copy("news", "ana")
        bring(ana, {"id": "n1", "text": STORY})
        assert "there is no shared log in this database" in run(ana, "sync", team.owner).stderr
        assert "made the project 'news' in it" in run(ana, "sync", "--init", team.owner).stderr
        assert "nothing was changed" in run(ana, "sync", "--init", team.owner).stderr
        assert "nothing was changed" in run(copy("other", "bea"), "sync", "--init", team.owner).stderr
        assert run(ana, "sync", team.owner).exit_code == 0
        assert run(ana, "sync", "--init", "--as", "blogs", team.owner).exit_code == 0
        result = run(ana, "sync", team.owner)
        assert (
            result.exit_code,
            "name a project that is there with --as: 'blogs', 'news'" in result.stderr,
        ) == (
            2,
            True,
        )
        assert run(ana, "sync", "--as", "news", team.owner).exit_code == 0
        team.run("UPDATE spantag.layout SET version = 2")
        assert "a newer spantag made this log (layout 2" in run(ana, "sync", team.owner).stderr


@needs_server
def test_a_log_without_assignments_gets_them_from_what_was_assigned(copy: Opener, team: TeamServer) -> None:
    lead, ana = copy("a", "lea"), copy("b", "ana")
    bring(lead, {"id": "n1", "text": STORY}, {"id": "n2", "text": "Nobody fled."})
    lead.assign_articles([2], ["ana"])
    meet(lead, team.owner)
    assigned = team.ask("SELECT annotator, key FROM spantag.assigned")
    team.run("DROP TABLE spantag.rules, spantag.named, spantag.assigned")
    functions = "spantag.choose, spantag.follow, spantag.is_rule, spantag.assign, spantag.assign_article"
    team.run(f"DROP FUNCTION {functions} CASCADE")
    told = run(ana, "sync", "--only", "assigned", team.owner).stderr
    assert "an older spantag made this log" in told
    assert f"spantag sync --init {hide_password(team.owner)}" in told
    assert "added whose work every article is" in run(ana, "sync", "--init", team.owner).stderr
    assert team.ask("SELECT annotator, key FROM spantag.assigned") == assigned
    meet(ana, team.owner, Ways(only="ana"))
    assert [line["id"] for line in export(ana)] == ["n2"]


def set_count(project: Project, kind: str, more: str = "") -> None:
    labels = f"labels:\n  - {{name: dead, attributes: [{{name: count, type: {kind}}}]}}\n{more}"
    project.place.labels.write_text(labels, encoding="utf-8")


@needs_server
def test_labels_that_do_not_fit_those_of_a_lead_are_refused_until_they_do(
    copy: Opener, team: TeamServer
) -> None:
    lead, ana = copy("a", team.name_of("lea")), copy("b", team.name_of("ana"))
    lea, own = team.add_login("lea", "spantag_lead"), team.add_login("ana")
    bring(lead, {"id": "n1", "text": STORY})
    set_count(ana, "number")
    assert run(ana, "sync", own).exit_code == 0, "no lead has declared anything"
    set_count(lead, "count")
    assert run(lead, "sync", lea).exit_code == 0
    refused = run(ana, "sync", own)
    assert refused.exit_code == 2
    assert "'count' of the label 'dead' is a number here and a count there" in refused.stderr
    assert "--set-labels" not in refused.stderr
    assert ana.count_articles() == 0
    assert run(ana, "sync", "--set-labels", own).exit_code == 2
    set_count(ana, "count", "  - {name: place}\n")
    assert run(ana, "sync", own).exit_code == 0
    assert ana.count_articles() == 1
    set_count(lead, "number")
    assert "a lead lets the one here count with --set-labels" in run(lead, "sync", lea).stderr
    assert run(lead, "sync", "--dry-run", "--set-labels", lea).exit_code == 0
    assert run(lead, "sync", lea).exit_code == 2
    assert run(lead, "sync", "--set-labels", lea).exit_code == 0
    assert run(ana, "sync", own).exit_code == 2


def choose_from(project: Project, values: str) -> None:
    labels = f"labels:\n  - {{name: dead, attributes: [{{name: kind, values: [{values}]}}]}}\n"
    project.place.labels.write_text(labels, encoding="utf-8")


@needs_server
def test_a_lead_who_lacks_choices_of_another_takes_none_of_them_away(copy: Opener, team: TeamServer) -> None:
    ana, lead, other = copy("a", team.name_of("ana")), copy("b", team.name_of("lea")), copy("c", "lou")
    own, lea = team.add_login("ana"), team.add_login("lea", "spantag_lead")
    lou = team.add_login("lou", "spantag_lead")
    for project, values, address in ((lead, "gas, gun", lea), (other, "gas", lou), (lead, "gun, gas", lea)):
        choose_from(project, values)
        assert run(project, "sync", address).exit_code == 0
    assert team.ask("SELECT count(*) FROM spantag.labels") == [(1,)]
    choose_from(ana, "gas, mine")
    assert "a choice with mine here and a choice with gun there" in run(ana, "sync", own).stderr


@needs_server
def test_only_a_lead_sets_labels_for_all_and_only_where_there_is_room_for_them(
    copy: Opener, team: TeamServer
) -> None:
    ana = copy("a", team.name_of("ana"))
    own, lea = team.add_login("ana"), team.add_login("lea", "spantag_lead")
    refused = run(ana, "sync", "--set-labels", own)
    assert (refused.exit_code, "only a lead sets labels for all" in refused.stderr) == (2, True)
    refused = run(ana, "sync", "--set-labels", "--pull", lea)
    assert (refused.exit_code, "--pull gives nothing" in refused.stderr) == (2, True)
    team.run("DROP TABLE spantag.labels")
    refused = run(ana, "sync", "--set-labels", lea)
    assert (refused.exit_code, "spantag sync --init" in refused.stderr) == (1, True)


@needs_server
@pytest.mark.parametrize("shape", ["", "[]", '{"dead": 3}', '{"dead": []}'], ids=str)
def test_labels_on_the_server_that_nobody_can_read_are_set_again_by_a_lead(
    copy: Opener, team: TeamServer, shape: str
) -> None:
    lead = copy("a", team.name_of("lea"))
    lea = team.add_login("lea", "spantag_lead")
    with closing(psycopg.connect(lea, autocommit=True)) as connection:
        connection.execute("INSERT INTO spantag.labels (project, shape) VALUES (1, %s)", [shape])
    refused = run(lead, "sync", lea)
    assert (refused.exit_code, "a lead sets them anew with --set-labels" in refused.stderr) == (1, True)
    assert run(lead, "sync", "--set-labels", lea).exit_code == 0
    assert run(lead, "sync", lea).exit_code == 0


@needs_server
def test_a_log_of_an_older_version_is_synced_with_without_its_labels(copy: Opener, team: TeamServer) -> None:
    ana = copy("a", "ana")
    team.run("DROP TABLE spantag.labels")
    assert run(ana, "sync", team.owner).exit_code == 0
    assert "added what labels.yaml asks for" in run(ana, "sync", "--init", team.owner).stderr
    assert "everything is there already" in run(ana, "sync", "--init", team.owner).stderr
    with closing(psycopg.connect(team.add_login("ana"), autocommit=True)) as connection:
        for statement in (
            "INSERT INTO spantag.labels (project, shape) VALUES (1, '{}')",
            "DELETE FROM spantag.labels",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


@needs_server
def test_another_text_under_one_id_is_refused_and_comes_later(copy: Opener, team: TeamServer) -> None:
    ana, bea = copy("a", "ana"), copy("b", "bea")
    bring(ana, {"id": "n1", "text": STORY}, {"id": "n2", "text": "Washington said no."})
    bring(bea, {"id": "n1", "text": "Nobody was hurt."}, {"id": "n3", "text": "A drone fell."})
    for project in (ana, bea):
        tag(project, 1, 0, 3)
        tag(project, 2, 0, 3)
    meet(ana, team.owner)
    for _ in range(2):
        report = meet(bea, team.owner)
        assert list(report.refused) == ["id:n1"]
    assert sorted(str(line["id"]) for line in export(bea)) == ["n1", "n2", "n3"]
    bea.remove_articles([1])
    bring(bea, {"id": "n4", "text": "Nobody was hurt."})
    assert meet(bea, team.owner).refused == {}
    meet(ana, team.owner)
    assert are_equal(ana, bea)
    texts = {line["id"]: line["text"] for line in export(bea)}
    assert (texts["n1"], texts["n4"]) == (STORY, "Nobody was hurt.")


@needs_server
def test_an_article_that_got_an_id_after_it_was_sent_is_still_known(copy: Opener, team: TeamServer) -> None:
    ana, bea = copy("a", "ana"), copy("b", "bea")
    bring(ana, {"text": STORY})
    for each in (ana, ana, bea):
        meet(each, team.owner)
    tag(bea, 1, 0, 3)
    bring(ana, {"id": "n1", "text": STORY})
    meet(bea, team.owner)
    meet(ana, team.owner)
    meet(bea, team.owner)
    assert are_equal(ana, bea)
    assert [line["id"] for line in export(bea)] == ["n1"]


@needs_server
def test_a_character_that_the_server_cannot_hold_stops_its_article_only(
    copy: Opener, team: TeamServer
) -> None:
    ana = copy("a", "ana")
    bring(ana, {"id": "n1", "text": "Two\0men."}, {"id": "n2", "text": STORY})
    for number in (1, 2):
        tag(ana, number, 0, 3)
    report = meet(ana, team.owner)
    assert "U+0000" in report.refused["id:n1"]
    assert (report.pushed.articles, report.pushed.events) == (1, {"ana": 1})


@needs_server
def test_a_rehearsal_changes_neither_side(copy: Opener, team: TeamServer) -> None:
    ana = copy("a", "ana")
    bring(ana, {"id": "n1", "text": STORY})
    before = state_of(ana)
    said = json.loads(run(ana, "sync", "--dry-run", "--json", team.owner).stdout)
    assert said["pushed"]["articles"] == 1
    assert team.ask("SELECT count(*) FROM spantag.articles") == [(0,)]
    assert state_of(ana) == before


@needs_server
def test_a_server_that_was_put_back_to_an_earlier_day_gets_what_it_lost(
    copy: Opener, team: TeamServer
) -> None:
    ana, bea = copy("a", "ana"), copy("b", "bea")
    bring(ana, {"id": "n1", "text": STORY})
    tag(ana, 1, 0, 3)
    meet(ana, team.owner)
    team.run("ALTER TABLE spantag.events DISABLE TRIGGER refuse")
    team.run("DELETE FROM spantag.events")
    team.run("SELECT setval('spantag.log', 1)")
    meet(ana, team.owner)
    meet(bea, team.owner)
    assert are_equal(ana, bea)


@needs_server
@settings(max_examples=6)
@given(seed=st.integers(0, 2**32))
def test_copies_that_meet_over_a_server_and_files_end_up_equal(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    chance = Random(seed)
    folder = tmp_path_factory.mktemp("copies")
    with pytest.MonkeyPatch.context() as monkeypatch, ExitStack() as stack:
        team = stack.enter_context(open_server())
        copies = [
            stack.enter_context(closing(open_copy(folder / name, annotator)))
            for name, annotator in (("a", "ana"), ("b", "bea"), ("c", "ana"))
        ]
        for _ in range(30):
            project = chance.choice(copies)
            shift_clock(monkeypatch, (copies.index(project) * 3 - 3) * DAY)
            if chance.random() < 0.7:
                work(project, chance)
            elif chance.random() < 0.7:
                meet(project, team.owner, choose_ways(project, chance))
            else:
                sync(project, chance.choice([c for c in copies if c is not project]).place.database)
        for _ in range(2):
            for project in copies:
                meet(project, team.owner)
        assert are_equal(*copies)
        assert not any(meet(project, team.owner).has_done for project in copies)


@needs_server
def test_nothing_is_passed_over_while_many_write_at_once(copy: Opener, team: TeamServer) -> None:
    reader = copy("r", "reader")
    bring(reader, {"id": "n1", "text": STORY})
    meet(reader, team.owner)
    writers, batches = 6, 25

    def write(number: int) -> None:
        chance = Random(number)
        with connect(ServerAddress(team.owner)) as connection:
            log = SharedLog(connection, 1)
            for _ in range(batches):
                # Rows get their numbers long before they can be read: the transaction stays open.
                with connection.transaction():
                    ids = next_event_ids("", 3, clock=time.time_ns() // 10**6, tail=chance.randrange(2**74))
                    payload = '{"paragraphs":[0]}'
                    who = f"w{number}"
                    log.append_events(
                        [SharedEvent(each, each, "2026", who, "id:n1", "finish", payload) for each in ids]
                    )
                    time.sleep(chance.random() / 50)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        meet(reader, team.owner)
    meet(reader, team.owner)
    ids = reader.store.exchange.list_event_ids(after="", most=100_000)
    assert len(ids) == writers * batches * 3
    assert list(reader.verify()) == []


@needs_server
def test_a_sync_that_is_killed_or_cut_off_is_gone_on_with(copy: Opener, team: TeamServer) -> None:
    ana, bea = copy("a", "ana"), copy("b", "bea")
    spans = [{"start": 0, "end": 3, "label": "actor"}]
    for project, name in ((ana, "a"), (bea, "b")):
        records = [{"id": f"{name}{n}", "text": f"{n} men fled {name}.", "spans": spans} for n in range(800)]
        bring(project, *records)
    meet(bea, team.owner)
    command = [sys.executable, "-m", "tui", "--project", str(ana.place.folder), "sync", team.owner]
    chance = Random()
    for round_number in range(6):
        sent = chance.randrange(1, 8) * 100
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        while process.poll() is None:
            ((there,),) = team.ask("SELECT count(*) FROM spantag.articles")
            if isinstance(there, int) and (there - 800 >= sent or ana.count_articles() - 800 >= sent):
                break
        if round_number % 2:
            process.kill()
        else:
            team.ask(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        _, said = process.communicate()
        if process.returncode == 1:
            assert "sync again when that is mended" in said
        assert list(ana.verify()) == []
    meet(ana, team.owner)
    meet(bea, team.owner)
    assert ana.count_articles() == 1600
    assert are_equal(ana, bea)


@needs_server
def test_a_server_that_goes_away_in_the_middle_loses_nothing(
    copy: Opener, team: TeamServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, bea = copy("a", "ana"), copy("b", "bea")
    bring(ana, {"id": "n1", "text": STORY})
    tag(ana, 1, 0, 3)
    append = SharedLog.append_events

    def append_and_cut(log: SharedLog, events: list[SharedEvent]) -> None:
        append(log, events)
        team.ask(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    with monkeypatch.context() as cut:
        cut.setattr(SharedLog, "append_events", append_and_cut)
        with pytest.raises(ServerError, match="sync again when that is mended"):
            meet(ana, team.owner)
    assert not meet(ana, team.owner).pushed.events
    meet(bea, team.owner)
    assert are_equal(ana, bea)


@needs_server
def test_no_project_is_guessed(copy: Opener, team: TeamServer) -> None:
    with pytest.raises(ConfigurationError, match="name a project that is there with --as: 'news'"):
        sync_with_server(copy("a", "ana").store, ServerAddress(team.owner, "blogs"), Ways(), SyncReport())
