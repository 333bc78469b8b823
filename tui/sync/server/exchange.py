"""Bringing a copy of a project and the log on a server together.

What is missing here is known by the server's own numbers, which grow in the order of its transactions: a copy
keeps the last one that it has read. What is missing there is known by the rows of the log here, which only
grows, too. Where something was refused, both stop before it, so that it is looked at again the next time.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Final

from msgspec import structs

from tui.errors import ConfigurationError, ServerError
from tui.model.labels.shape import LabelShape, join_shapes
from tui.model.parcel import SharedArticle, SharedText, quote_article
from tui.store import Store
from tui.store.exchange import Exchange, Listed, Server
from tui.sync.carry import batch, count_articles
from tui.sync.own_labels import OwnLabels
from tui.sync.report import SyncReport
from tui.sync.server.connection import ServerAddress, check_layout, connect, find_project
from tui.sync.server.shared_log import SharedLog
from tui.sync.ways import UndoneError, Ways
from tui.text.messages import count_noun, list_some

_ENTRIES: Final = 5_000
"""How many entries of a log are looked at, and events taken over, at once."""

_KEYS: Final = 1_000
"""Of how many assigned articles what is new is asked for at once."""

_LISTED_ARTICLES: Final = 500
_ARTICLES: Final = 100
"""How many articles are looked at, and taken over, at once."""


def sync_with_server(
    here: Store, target: ServerAddress, ways: Ways, report: SyncReport, labels: OwnLabels | None = None
) -> None:
    """Bring the project's database and a project on a server together, both ways unless told.

    `report` hears as it goes. Raises `ConfigurationError` where there is no such project, or its labels do
    not fit `labels`; `ServerError` where the server refuses or goes away: what was exchanged before stays.
    """
    with connect(target) as connection:
        log_id = check_layout(connection, target)
        number, name = find_project(connection, target)
        there = SharedLog(connection, number)
        if labels is not None and (labels.is_set or there.has_labels()):
            _meet_labels(there, labels, target.shown, declares=ways.push and not ways.dry_run)
        meeting = _Meeting(here.exchange, there, f"{log_id}/{name}", report)
        if not ways.dry_run:
            meeting.exchange(ways)
            return
        with suppress(UndoneError), here.transaction(), connection.transaction(force_rollback=True):
            meeting.exchange(ways)
            raise UndoneError


def _meet_labels(there: SharedLog, labels: OwnLabels, shown: str, *, declares: bool) -> None:
    """Check that labels fit those on the server; what those of a lead say more is declared there."""
    is_lead = there.may_remove()
    if labels.is_set and not is_lead:
        raise ConfigurationError(
            f"{shown}: only a lead sets labels for all; leave out --set-labels, or ask a lead to set them"
        )
    wanted, declared = labels.shape, None
    if not labels.is_set:
        declared = _read_declared(there, shown)
        advice = "; a lead lets the one here count with --set-labels" if is_lead else ""
        labels.check(declared, f"the labels.yaml of a lead, as it stands on {shown}", advice=advice)
        wanted = join_shapes(declared, labels.shape)
    if declares and is_lead and wanted != declared:
        there.append_shape(wanted)


def _read_declared(there: SharedLog, shown: str) -> LabelShape:
    try:
        return there.read_shape()
    except ValueError as error:
        raise ServerError(
            f"{shown}: the newest row of spantag.labels says nothing that can be read ({error}); a lead sets"
            " them anew with --set-labels, or a newer spantag wrote it: upgrade this one"
        ) from error


class _Meeting:
    """One sync of a copy with a log."""

    def __init__(self, here: Exchange, there: SharedLog, name: str, report: SyncReport) -> None:
        self._here = here
        self._there = there
        self._name = name
        self._report = report
        self._refused: set[str] = set()
        """Names of articles that are not exchanged."""

    def exchange(self, ways: Ways) -> None:
        """Take what is missing here, and give what is missing there."""
        self._here.tidy()
        state = self._read_state()
        if not self._has(state):
            # The server was put back to an earlier day: what it lost is given to it again.
            self._here.forget_server(self._name)
            state = Server()
        self._here.write_server(self._name, state)
        if ways.pull and ways.only is None:
            self._pull()
        elif ways.pull and ways.only is not None:
            self._pull_assigned(ways.only)
        if ways.push:
            self._push_articles()
            self._push_events()
            self._push_steps()

    def _read_state(self) -> Server:
        return self._here.read_server(self._name)

    def _has(self, state: Server) -> bool:
        """Tell whether the server still has what it had when this copy met it last."""
        if not self._has_entry(state.pulled, state.pulled_id):
            return False
        pushed = [name for _, name in self._here.list_rows(after=state.pushed - 1, most=1)]
        return not state.pushed or self._there.list_known_events(pushed) == set(pushed)

    def _has_entry(self, seq: int, entry_id: str) -> bool:
        """Tell whether an entry is there that was read once; 0 is none."""
        found = self._there.list_entries(after=seq - 1, most=1) if seq else []
        return not seq or [(each.seq, each.id) for each in found] == [(seq, entry_id)]

    # What comes here

    def _pull(self) -> None:
        seq, is_whole = self._read_state().pulled, True
        while entries := self._there.list_entries(after=seq, most=_ENTRIES):
            by_kind: dict[str, list[str]] = {"article": [], "event": [], "step": []}
            for each in entries:
                by_kind[each.kind].append(each.id)
            for digests in batch(by_kind["article"], _ARTICLES):
                self._take_articles(digests)
            is_whole &= not self._refused
            is_whole &= self._take_events(by_kind["event"])
            is_whole &= self._take_steps(by_kind["step"])
            seq = entries[-1].seq
            if is_whole:
                state = structs.replace(self._read_state(), pulled=seq, pulled_id=entries[-1].id)
                self._here.write_server(self._name, state)

    def _pull_assigned(self, annotator: str) -> None:
        """Take what is said of an annotator's articles, and what was done to the project."""
        last = self._there.find_last()
        if last is None:
            return
        after, is_whole = self._find_assigned_pull(annotator), True
        key = ""
        while keys := self._there.list_assigned(annotator, until=last.seq, after=key, most=_KEYS):
            key = keys[-1]
            entries = self._there.list_entries_of(annotator, keys[0], key, after=after, until=last.seq)
            for digests in batch([each.id for each in entries if each.kind == "article"], _ARTICLES):
                self._take_articles(digests)
            for ids in batch([each.id for each in entries if each.kind == "event"], _ENTRIES):
                is_whole &= self._take_events(ids)
        is_whole &= self._take_decisions(self._there.list_steps(after=after, until=last.seq))
        if is_whole and not self._refused:
            self._here.write_assigned_pull(self._name, annotator, last.seq, last.id)

    def _find_assigned_pull(self, annotator: str) -> int:
        """Give the server's number up to which all that is an annotator's work was read."""
        pulled, pulled_id = self._here.read_assigned_pull(self._name, annotator)
        return max(pulled if self._has_entry(pulled, pulled_id) else 0, self._read_state().pulled)

    def _take_decisions(self, ids: Sequence[str]) -> bool:
        """Take in steps; those of another text than the one that has its name here are refused with it."""
        steps = self._there.read_steps(ids)
        here = self._here.find_articles({name for step in steps for name in step.articles})
        for digests in batch(self._there.list_digests(here.keys()), _ARTICLES):
            self._take_articles(digests)
        return self._take_steps(ids)

    def _take_articles(self, digests: Sequence[str]) -> None:
        abouts = self._there.read_articles(digests)
        names = {name for about in abouts for name in about.names}
        before = self._here.find_articles(names)
        lacking = [about for about in abouts if _lacks(before, about)]
        texts = self._there.read_texts({about.key for about in lacking})
        said = self._here.take_articles([(about, texts[about.key]) for about in lacking])
        self._report.refuse(said)
        self._refused.update([name for name, _ in said])
        self._here.meet_awaited(names - self._refused)
        after = self._here.find_articles(names)
        changed = [about for about in lacking if _has_changed(before, after, about)]
        count_articles(changed, before, self._refused, self._report.pulled)
        known = {about.digest for about in abouts}
        there = {each.number: each for each in after.values() if each.about.digest in known}
        self._here.note_sent(self._name, there.values())

    def _take_events(self, ids: Sequence[str]) -> bool:
        """Take in what is missing; tell whether all of it could be."""
        known = self._here.list_known(ids)
        events = self._there.read_events([each for each in ids if each not in known])
        wanted = [event for event in events if event.article not in self._refused]
        before = self._here.last_row()
        fresh = self._here.take_events(wanted)
        self._report.pulled.add_events(fresh)
        state, last = self._read_state(), self._here.last_row()
        if state.pushed == before and last - before == len(fresh):
            # The server has these rows, and all before them.
            self._here.write_server(self._name, structs.replace(state, pushed=last))
        return len(wanted) == len(events)

    def _take_steps(self, ids: Sequence[str]) -> bool:
        steps = self._there.read_steps(ids)
        wanted = [step for step in steps if self._refused.isdisjoint(step.articles)]
        self._report.pulled.steps += self._here.take_steps(wanted)
        return len(wanted) == len(steps)

    # What goes there

    def _push_articles(self) -> None:
        """Send what the server does not know: articles that came, and those that changed since."""
        after, is_whole = self._read_state().sent_article, True
        while listed := self._here.list_articles(after=after, most=_LISTED_ARTICLES):
            after = listed[-1].number
            is_whole &= self._send_unsent(listed)
            if is_whole:
                self._here.write_server(self._name, structs.replace(self._read_state(), sent_article=after))
        change, is_whole = self._read_state().sent_change, True
        while True:
            listed, last = self._here.list_changed(after=change, most=_LISTED_ARTICLES)
            if last == change:
                return
            change = last
            is_whole &= self._send_unsent(listed)
            if is_whole:
                self._here.write_server(self._name, structs.replace(self._read_state(), sent_change=change))

    def _send_unsent(self, listed: Sequence[Listed]) -> bool:
        """Send those of some articles that the server does not know; tell whether it knows all now."""
        for some in batch(self._here.list_unsent(self._name, listed), _ARTICLES):
            self._send_articles([each for each in some if self._refused.isdisjoint(each.about.names)])
        return all(self._refused.isdisjoint(each.about.names) for each in listed)

    def _send_articles(self, listed: Sequence[Listed]) -> None:
        """Send articles of which the server knows less, but for those it cannot take."""
        keys = self._there.find_keys({name for each in listed for name in each.about.names})
        sent: list[tuple[SharedArticle, SharedText]] = []
        for each in listed:
            shared = self._here.load_text(each.number)
            reason = _explain_unfit(each, shared, keys)
            if reason is None:
                sent.append((each.about, shared))
            else:
                self._report.refuse([(each.about.name, reason)])
                self._refused.add(each.about.name)
        self._there.append_articles(sent)
        self._here.note_sent(
            self._name, [each for each in listed if self._refused.isdisjoint(each.about.names)]
        )
        for about, _ in sent:
            is_known = any(name in keys for name in about.names)
            self._report.pushed.updated += is_known
            self._report.pushed.articles += not is_known

    def _push_events(self) -> None:
        row, is_whole = self._read_state().pushed, True
        allowed: dict[str, bool] = {}
        held: Counter[str] = Counter()
        while rows := self._here.list_rows(after=row, most=_ENTRIES):
            known = self._there.list_known_events([event_id for _, event_id in rows])
            missing = self._here.read_events([event_id for _, event_id in rows if event_id not in known])
            for annotator in {event.annotator for event in missing} - allowed.keys():
                allowed[annotator] = self._there.may_send(annotator)
            sent = [e for e in missing if allowed[e.annotator] and e.article not in self._refused]
            held.update([event.annotator for event in missing if not allowed[event.annotator]])
            self._there.append_events(sent)
            self._report.pushed.add_events(sent)
            is_whole &= len(sent) == len(missing)
            row = rows[-1][0]
            if is_whole:
                self._here.write_server(self._name, structs.replace(self._read_state(), pushed=row))
        if held:
            events = count_noun(held.total(), "event")
            self._report.hold_back(
                f"{events} of {list_some(sorted(held))} {_stay(held.total())} here: this login may send only"
                " its own work; they or a lead send it, or a lead names them in spantag.members"
            )

    def _push_steps(self) -> None:
        known = self._there.list_known_steps()
        missing = [
            step
            for step in self._here.list_steps()
            if step.id not in known and self._refused.isdisjoint(step.articles)
        ]
        if not missing:
            return
        if not self._there.may_remove():
            decisions = count_noun(len(missing), "decision")
            self._report.hold_back(
                f"{decisions} about articles {_stay(len(missing))} here: on the server only a lead takes"
                " articles out, puts them back and assigns them"
            )
            return
        self._there.append_steps(missing)
        self._report.pushed.steps += len(missing)


def _lacks(there: Mapping[str, Listed], about: SharedArticle) -> bool:
    """Tell whether articles that are there, by name, may be without something that is known of one."""
    return any(name not in there or there[name].about.digest != about.digest for name in about.names)


def _stay(count: int) -> str:
    return "stays" if count == 1 else "stay"


def _has_changed(before: Mapping[str, Listed], after: Mapping[str, Listed], about: SharedArticle) -> bool:
    now = after.get(about.name)
    return now is not None and now.about.digest not in _digests(before, about.names)


def _digests(there: Mapping[str, Listed], names: Iterable[str]) -> set[str]:
    return {there[name].about.digest for name in names if name in there}


def _explain_unfit(listed: Listed, shared: SharedText, keys: Mapping[str, str]) -> str | None:
    """Say why an article cannot be sent; None where it can."""
    about = listed.about
    other = next((name for name in about.names if keys.get(name, about.key) != about.key), None)
    if other is not None:
        called = quote_article(other)
        return (
            f"{called}: this id is that of another text on the server (here it is article {listed.number}),"
            f" so nothing of it was exchanged; take it out here (spantag remove {called}), import it anew"
            " under another id, and sync again"
        )
    if any("\0" in value for value in (*about.names, about.title, shared.text)):
        return (
            f"{quote_article(about.name)}: it has the character U+0000, which PostgreSQL cannot hold, so"
            " nothing of it was exchanged; import it anew without that"
        )
    return None
