"""A project: the labels, the database and the annotator of one folder; what the commands and screens call."""

import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence, Set
from contextlib import closing, suppress
from importlib.resources import files
from pathlib import Path
from shutil import copyfile
from typing import TYPE_CHECKING, Final, Literal

from msgspec import structs

from tui.errors import ConfigurationError, InputError, Refusal, StoreError
from tui.folders import write_whole
from tui.model.article import Article
from tui.model.article_query import KEYS, TEXT_KEY, explain_unknown, read_query, split_last, write_term
from tui.model.events import Act, Event
from tui.model.labels import LabelSet
from tui.model.layer import Layer, paragraph_state
from tui.model.span import Json, Span
from tui.project.place import Place
from tui.store import ArticleFilter, ArticleOrder, ArticleRow, Store
from tui.text.encoding import is_text
from tui.text.folding import fold_wanted
from tui.text.messages import MOST_LISTED, count_noun, list_some

if TYPE_CHECKING:
    from tui.formats.shared.limits import Limits
    from tui.formats.shared.source import ReadOptions
    from tui.formats.shared.writing import WriteOptions
    from tui.model.assignment import Assignment, AssignmentRule
    from tui.model.span_history import SpanStep
    from tui.project.adjudication import Adjudication
    from tui.project.agreement.comparison import Agreement
    from tui.project.assigning import AssignedCounts
    from tui.project.comparing import Wanted
    from tui.project.datasets import Job
    from tui.project.exporting import ExportOptions, ExportReport
    from tui.project.importing import Importer, ImportReport, StoppedError
    from tui.project.logbook import LogEntry
    from tui.project.mentions import FoundMentions, Sought, Walk
    from tui.project.overview import Overview, Status
    from tui.project.relabelling import LabelChange
    from tui.project.reviews import Reviews
    from tui.store.chronicle import LogQuery
    from tui.store.history import ImportRow, TakenBack
    from tui.suggest.assistant import Assistant
    from tui.suggest.order import Doubt
    from tui.suggest.sources.external import Answer
    from tui.suggest.suggestion import Suggestion

_RECALLED_ARTICLES: Final = 300
"""How many of the newest articles the assistant learns from when it begins."""


_WEIGHED_AT_ONCE: Final = 80
_WEIGHED_TOKENS: Final = 2_000
_WEIGHED_LENGTH: Final = 10_000
"""How many tokens are weighed at once, of one article, and about how many code points of one paragraph."""


_MOST_COMPLETIONS: Final = 20
"""Values that a line can go on with, at a time."""

_MOST_REASONS: Final = 3
"""Reasons of before that are shown."""

_MOST_FOUND: Final = 5
_LONGEST_NUMBER: Final = 15
"""The most articles of one name that are listed, and the digits that no article's number has."""


class _UndoneError(Exception):
    """A rehearsal is over; nothing of it stays."""


class Project:
    """A project that is open.

    It has more methods than a class should, because it is the one door for screens and commands: each asks a
    part of the store, or of the room that does the work, and does nothing itself.
    """

    def __init__(self, place: Place, labels: LabelSet, store: Store, *, person: str = "") -> None:
        """`person` is who works in the layer of the place's annotator, where that is another."""
        self.place = place
        """Where its files are."""
        self.labels = labels
        """Its labels."""
        self.store = store
        """Its database."""
        self._person = person or place.annotator
        self._assistant: Assistant | None = None
        self._reviews: Reviews | None = None

    @classmethod
    def open(
        cls,
        place: Place,
        *,
        create: bool = True,
        is_without_labels: bool = False,
        cache: Path | None = None,
    ) -> "Project":
        """Open a project; raises `ConfigurationError` where its folder, labels or database are not usable.

        With `is_without_labels` there need not be any labels yet. With a `cache`, labels.yaml is only read
        where it has changed since it was read last.
        """
        if not place.folder.is_dir():
            raise ConfigurationError(
                f"{place.folder}: there is no such folder; make it, or name another with --project"
            )
        if place.labels.exists():
            labels = _read_labels(place.labels, cache)
        elif is_without_labels:
            labels = LabelSet()
        else:
            raise ConfigurationError(
                f"{place.labels}: there are no labels yet; write a starter file with: spantag init,"
                " or take those of annotated files with: spantag import --add-labels"
            )
        return cls(place, labels, Store.open(place.database, create=create))

    def open_again(self) -> "Project":
        """Open the same project for another thread; raises `StoreMovedError` where its database is gone."""
        self.check_place()
        return Project(self.place, self.labels, Store.open(self.place.database, create=False))

    def close(self) -> None:
        """Close the database, and end a training under way."""
        self.end_training()
        self.store.close()

    def end_training(self) -> None:
        """End a training under way."""
        if self._assistant is not None:
            self._assistant.close()

    def work_as(self, annotator: str) -> "Project":
        """Give the same project over the same connection, with somebody else at work; only this is closed."""
        place = structs.replace(self.place, annotator=annotator)
        return Project(place, self.labels, self.store, person=self._person)

    def check_place(self) -> None:
        """Raise `StoreMovedError` where the database is no longer where it was, or whole; in any thread."""
        self.store.connection.check_place()

    def read_version(self) -> int:
        """Read a number that changes when another window or process writes to the database."""
        return self.store.connection.read_version()

    def sync(self) -> None:
        """Put all that was written on the disk itself; in any thread, with a connection of its own."""
        self.check_place()
        with closing(Store.open(self.store.path, create=False)) as own:
            own.connection.checkpoint()

    @property
    def annotator(self) -> str:
        """Who is at work."""
        return self.place.annotator

    def import_files(
        self,
        paths: Sequence[Path],
        *,
        format_name: str | None = None,
        add_labels: bool = False,
        as_suggestions: bool = False,
        limits: "Limits | None" = None,
        options: "ReadOptions | None" = None,
        dry_run: bool = False,
        tell: Callable[[Refusal], None],
        progress: Callable[[int], None] | None = None,
    ) -> "ImportReport":
        """Import files; `tell` hears of all that was refused, `progress` of the bytes that were read.

        `limits` say how much is read of a text, a record and an archive, `options` how. With `dry_run` all is
        done and undone again: the report says what would happen.
        """
        from tui.project.importing import Importer
        from tui.project.outputs import stage_for_stream

        importer = Importer(
            self.store,
            self.labels,
            annotator=self.annotator,
            labels_path=self.place.labels,
            files=paths,
            add_labels=add_labels,
            as_suggestions=as_suggestions,
            limits=limits,
            options=options,
            tell=tell,
            progress=progress,
        )
        if not dry_run:
            self._import_files(importer, paths, format_name, tell)
            self.labels = importer.labels
            return importer.report
        with stage_for_stream() as files:
            importer.labels_path = files.folder / self.place.labels.name
            if self.place.labels.exists():
                copyfile(self.place.labels, importer.labels_path)
            with suppress(_UndoneError), self.store.transaction():
                self._import_files(importer, paths, format_name, tell, is_rehearsal=True)
                raise _UndoneError
        return importer.report

    def find_articles(self, names: Sequence[str]) -> tuple[list[int], list[str]]:
        """Find the articles that are named by id, number or file; give a sentence for each other name."""
        numbers: dict[int, None] = {}
        refused: list[str] = []
        for name in names:
            found = self._find_named(name)
            if len(found) == 1:
                numbers[found[0]] = None
            elif found:
                listed = ", ".join(map(str, found[:_MOST_FOUND])) + (
                    ", …" if len(found) > _MOST_FOUND else ""
                )
                refused.append(
                    f"{name}: {len(found)} articles came from there; name one by its number: {listed}"
                )
            else:
                refused.append(f"{name}: no article has this id or number, or came from a file of this name")
        return list(numbers), refused

    def _find_named(self, name: str) -> list[int]:
        if not is_text(name):
            return []
        known = self.store.imports.find_known(article_id=name) or self.store.imports.find_known(key=name)
        if known is not None:
            return [] if known.is_removed else [known.number]
        number = int(name) if is_number(name) else 0
        if 0 < number <= self.store.articles.last_number() and not self.store.articles.is_removed(number):
            return [number]
        return self.store.articles.find_by_source(name)

    def remove_articles(self, numbers: Sequence[int], *, dry_run: bool = False) -> "TakenBack":
        """Take articles out of the project; with `dry_run` only count what that would be."""
        return self._rehearse(lambda: self.store.history.remove_articles(self.annotator, numbers), dry_run)

    def restore_removed(self, *, dry_run: bool = False) -> list[int]:
        """Put back what the last removal took out; give the articles' numbers."""
        numbers = self.store.history.find_last_removed()
        if numbers and not dry_run:
            self.store.history.restore_articles(self.annotator, numbers)
        return numbers

    def list_imports(self) -> "list[ImportRow]":
        """List the imports, the first first."""
        return self.store.history.list_imports()

    def count_import(self, number: int) -> "TakenBack":
        """Count the articles that an import brought, with all that was said of them."""
        return self.store.history.count_import(number)

    def find_import(self, number: int | None = None) -> "ImportRow":
        """Find an import that can be taken back, the last one unless told; raises `InputError` for none."""
        there = {each.number: each for each in self.list_imports() if not each.is_undone}
        if not there:
            raise InputError("there is no import to take back; spantag imports lists them all")
        if number is not None and number not in there:
            raise InputError(
                f"{number}: no import has this number, or it was taken back; see spantag imports"
            )
        return there[max(there) if number is None else number]

    def undo_import(
        self, number: int | None = None, *, dry_run: bool = False
    ) -> "tuple[ImportRow, TakenBack]":
        """Take back what an import brought, the last one unless told; raises `InputError` for none."""
        chosen = self.find_import(number)
        return chosen, self._rehearse(
            lambda: self.store.history.undo_import(self.annotator, chosen.number), dry_run
        )

    def _rehearse(self, act: "Callable[[], TakenBack]", dry_run: bool) -> "TakenBack":
        """Do something, and undo it again where it is only a rehearsal."""
        taken: list[TakenBack] = []
        with suppress(_UndoneError), self.store.transaction():
            taken.append(act())
            if dry_run:
                raise _UndoneError
        return taken[0]

    def _import_files(
        self,
        importer: "Importer",
        paths: Sequence[Path],
        format_name: str | None,
        tell: Callable[[Refusal], None],
        *,
        is_rehearsal: bool = False,
    ) -> None:
        from tui.project.importing import StoppedError

        paths = importer.put_lists_first(paths, format_name)
        for index, path in enumerate(paths):
            try:
                importer.import_file(path, format_name=format_name)
            except StoppedError as error:
                if is_rehearsal or not importer.report.has_brought:
                    raise
                tell(Refusal(error.file, _explain_stop(error, importer.report, paths[index:])))
                importer.report.refused += 1
                return
            except InputError as error:
                importer.report.refused += 1
                name, _, reason = str(error).partition(": ")
                tell(Refusal(name, reason))

    def export_file(
        self,
        path: Path,
        options: "ExportOptions",
        *,
        progress: Callable[[int], None] | None = None,
    ) -> "ExportReport":
        """Export spantag's own JSONL into a file that appears only when it is whole.

        What it cannot carry, relations that reach out of a record, is left out and counted.
        """
        from tui.formats.shared.writing import WriteOptions
        from tui.project.datasets import export_files

        job = self.plan_export(options, "jsonl", WriteOptions(on_loss="drop"), progress=progress)
        export_files(job, path)
        job.report.lost = job.losses.total
        return job.report

    def plan_export(
        self,
        options: "ExportOptions",
        format_name: str,
        told: "WriteOptions",
        *,
        progress: Callable[[int], None] | None = None,
    ) -> "Job":
        """Prepare an export in any format, as a writer is `told`; its labels are the project's."""
        from tui.formats import FORMATS, list_writable
        from tui.project.datasets import Job

        writing = FORMATS[format_name].writing
        if writing is None:
            raise ConfigurationError(f"{format_name} is only read; take one of {', '.join(list_writable())}")
        if told.max_tokens is not None and not writing.is_for_models:
            named = ", ".join(name for name, each in list_writable().items() if each.is_for_models)
            raise ConfigurationError(
                f"{format_name} keeps texts whole; --max-tokens goes with --format {named}"
            )
        writing.check(told)
        if options.everything and not writing.carries_all:
            named = ", ".join(name for name, each in list_writable().items() if each.carries_all)
            raise ConfigurationError(
                f"{format_name} cannot say that a paragraph is unfinished, so it would teach that nothing is"
                f" there; --all goes with --format {named}"
            )
        if options.consensus is not None:
            options = self._complete_vote(options)
        used = tuple(name for name in self.store.progress.used_labels() if self.labels.label(name) is None)
        has_relations = self.store.progress.has_relations()
        told = structs.replace(told, labels=self.labels, used_labels=used, has_relations=has_relations)
        return Job(self.store, options, told, format_name, writing, progress=progress)

    def _complete_vote(self, options: "ExportOptions") -> "ExportOptions":
        """Say which relations are symmetric.

        Raises `ConfigurationError` for a voter who is not there, or a rule whose package is not.
        """
        if options.consensus in ("dawid-skene", "mace"):
            from tui.project.crowd import check_crowd

            check_crowd()
        known = [each.annotator for each in self.store.progress.count_states()]
        for name in options.voters:
            if name not in known:
                raise ConfigurationError(
                    f"there is nothing by {name!r}; annotators so far: {', '.join(known) or 'nobody'}"
                )
        return structs.replace(options, symmetric=self.labels.symmetric)

    def read_status(self) -> "Status":
        """Count what there is."""
        from tui.project.overview import read_status

        return read_status(self.store, self.labels)

    def read_overview(
        self, *, as_of: str | None = None, progress: Callable[[int], None] | None = None
    ) -> "Overview":
        """Say how far a project is, or was at the UTC time `as_of`: counts, effort, days and agreement.

        `progress` hears of each article.
        """
        symmetric = self.labels.symmetric
        if as_of is None:
            from tui.project.overview import read_overview

            return read_overview(self.store, self.labels, symmetric=symmetric, progress=progress)
        from tui.project.past import read_past_overview

        return read_past_overview(self.store, as_of, symmetric=symmetric, progress=progress)

    def read_log(self, sought: "LogQuery") -> "Iterator[LogEntry]":
        """Read who did what when, the newest last; raises `StoreError` for what cannot be read."""
        from tui.project.logbook import read_entries

        return read_entries(self.store, sought)

    def read_span_history(self, number: int, span_id: str) -> "list[SpanStep]":
        """Read what became of a span of the annotator, the newest first; raises `StoreError`."""
        from tui.project.logbook import read_span_steps

        return read_span_steps(self.store, number, self.annotator, span_id)

    def measure_agreement(
        self, wanted: "Wanted", *, progress: Callable[[int], None] | None = None
    ) -> "Agreement":
        """Measure how far annotators agree; raises `NothingSharedError` where there is nothing to compare."""
        from tui.project.comparing import measure_agreement

        optional = {
            label.name: frozenset([each.name for each in label.attributes if not each.required])
            for label in self.labels.labels
        }
        terms = structs.replace(wanted.terms, symmetric=self.labels.symmetric, optional=optional)
        wanted = structs.replace(wanted, terms=terms)
        return measure_agreement(self.store, wanted, progress=progress)

    def verify(self) -> Iterator[str]:
        """Check that offsets, derived tables and log agree; yield a sentence for each disagreement."""
        return self.store.verify.check()

    def rebuild(self) -> int:
        """Make anew what is derived from the log, and what looks like boilerplate; count the layers."""
        return self.store.verify.rebuild()

    def count_articles(self) -> int:
        """Count the articles."""
        return self.store.articles.count_articles()

    def read_time_span(self, *, as_of: str | None = None) -> tuple[str | None, str | None]:
        """Read when the first and the last event happened, up to the UTC time `as_of`."""
        return self.store.log.read_time_span(as_of=as_of)

    # At work on an article

    def last_touched(self) -> int | None:
        """Find the article the annotator was last at."""
        return self.store.articles.last_touched(self.annotator)

    def load_position(self, number: int) -> int | None:
        """Find the code point of an article the annotator's cursor was last at."""
        return self.store.articles.load_position(self.annotator, number)

    def save_position(self, number: int, offset: int) -> None:
        """Remember the code point of the annotator's cursor in an article."""
        self.store.articles.save_position(self.annotator, number, offset)

    def list_articles(
        self,
        *,
        text: str = "",
        state: ArticleFilter = "all",
        order: ArticleOrder = "arrival",
        own: bool = False,
    ) -> Sequence[int]:
        """List the numbers of the articles that fit the line `text`, where told only the annotator's own.

        What is looked for in their texts counts for nothing: see `search_texts`.
        """
        numbers = self.store.finding.find(
            self.annotator,
            read_query(text),
            state=state,
            order=order,
            reopened=self._list_reopened() if state == "review" else (),
        )
        if not own:
            return numbers
        assigned = set(self.list_own_articles() or ())
        return [number for number in numbers if number in assigned]

    def _list_reopened(self) -> list[int]:
        from tui.project.reviews import Reviews

        self._reviews = self._reviews or Reviews(self.store, symmetric=self.labels.symmetric)
        return self._reviews.list_reopened()

    def search_texts(
        self, numbers: Sequence[int], wanted: Sequence[str]
    ) -> Generator[tuple[Sequence[int], list[int]]]:
        """Look through texts, some at a time, in a thread of its own: give which, and which have it all."""
        with closing(self.open_again()) as project:
            yield from project.store.finding.search_texts(numbers, wanted)

    def explain_text(self, text: str) -> str:
        """Say which key of a line there is none of; nothing where all are known."""
        return explain_unknown(read_query(text), self._list_keys())

    def complete_query(self, text: str) -> tuple[str, list[str]]:
        """List what a line can go on with, keys or values of the key typed last, and what stands before."""
        before, key, begun = split_last(text)
        if not key:
            folded = fold_wanted(begun)
            return before, [f"{each}:" for each in self._list_keys() if each.startswith(folded)]
        name = fold_wanted(key[:-1])
        if name == TEXT_KEY:
            return before, []
        values = self.store.finding.list_values(name, fold_wanted(begun.strip('"')), most=_MOST_COMPLETIONS)
        return before, [write_term(name, each) for each in values]

    def read_dates(self) -> dict[int, str]:
        """Read the dates that articles have in their metadata, by number, the newest first."""
        return self.store.finding.read_dates()

    def find_annotator(self, text: str) -> str:
        """Give the one annotator whom a line names; else who is at work."""
        named = self.store.finding.find_annotators(read_query(text))
        return named[0] if len(named) == 1 else self.annotator

    def _list_keys(self) -> list[str]:
        """List the keys of a line, those of every project first."""
        labels = [fold_wanted(label.name) for label in self.labels.article_labels]
        return list(dict.fromkeys([*KEYS, *labels, *self.store.finding.list_keys()]))

    def read_assignment(self) -> "Assignment":
        """Read which articles are whose work."""
        return self.store.history.read_assignment()

    def list_own_articles(self) -> list[int] | None:
        """List the articles that are the annotator's work; None where nothing was assigned to them."""
        from tui.project.assigning import list_assigned

        assignment = self.read_assignment()
        if self.annotator not in assignment.names():
            return None
        return list_assigned(self.store, assignment, self.annotator)

    def assign_by_rule(
        self, rule: "AssignmentRule", *, calibration: int | None = None, dry_run: bool = False
    ) -> "Assignment":
        """Give all articles to annotators by a rule, in place of what was assigned, some of them to all.

        Those are so many that are drawn anew; with None those that were everybody's before.
        """
        from tui.project.assigning import plan_rule

        return self._assign(plan_rule(self.store, rule, calibration), dry_run=dry_run)

    def assign_articles(
        self, numbers: Sequence[int], names: Sequence[str], *, dry_run: bool = False
    ) -> "Assignment":
        """Give some articles to some annotators, whatever was said of them before."""
        from tui.project.assigning import plan_named

        return self._assign(plan_named(self.store, numbers, names), dry_run=dry_run)

    def clear_assignment(self, *, dry_run: bool = False) -> "Assignment":
        """Let no article be anybody's in particular."""
        return self._assign({"clear": True}, dry_run=dry_run)

    def _assign(self, payload: Mapping[str, Json], *, dry_run: bool) -> "Assignment":
        found: list[Assignment] = []
        with suppress(_UndoneError), self.store.transaction():
            self.store.history.assign(self.annotator, payload)
            found.append(self.read_assignment())
            if dry_run:
                raise _UndoneError
        return found[0]

    def count_assigned(self, assignment: "Assignment") -> "dict[str, AssignedCounts]":
        """Count the articles that each annotator has by an assignment."""
        from tui.project.assigning import count_assigned

        return count_assigned(self.store, assignment)

    def read_rows(self, numbers: Sequence[int], annotator: str = "") -> list[ArticleRow]:
        """Read what the library shows of these articles: what one annotator did, or who is at work."""
        return self.store.articles.read_rows(numbers, annotator or self.annotator)

    def open_article(self, number: int) -> tuple[Article, Layer]:
        """Read an article and what the annotator has said of it; `StoreError` where that cannot be right."""
        if self.store.articles.is_removed(number):
            raise StoreError(
                f"article {number} was taken out of the project meanwhile; spantag remove --undo"
            )
        article = self.store.articles.load_article(number)
        layer = self.store.log.load_layer(number, self.annotator)
        for span in layer.spans.values():
            if span.end > len(article.text):
                raise StoreError(
                    f"article {number} has {len(article.text):,} characters, but the span {span.id} ends at"
                    f" {span.end:,}; spantag verify says more"
                )
        return article, layer

    def adjudicate(self, annotators: Sequence[str] = (), *, gold: str = "gold") -> "Adjudication":
        """Begin to decide between annotators, all of them unless some are named, in the layer of `gold`.

        Raises `InputError` where there are not at least two.
        """
        from tui.project.adjudication import Adjudication

        there = self.list_annotators()
        chosen = list(annotators) or [name for name in there if name != gold]
        unknown = [name for name in chosen if name not in there]
        if unknown or len(chosen) < 2:
            what = f"{list_some(unknown)} said nothing here" if unknown else "two annotators are needed"
            did = f"those who said anything are {list_some(there)}" if there else "nobody said anything yet"
            raise InputError(f"{what}; {did}")
        symmetric = self.labels.symmetric
        return Adjudication(self.store, chosen, gold, person=self._person, symmetric=symmetric)

    def count_labels_of(self, words: str) -> dict[str, dict[str, int]]:
        """Count which labels just these words have, by label and annotator, the commonest label first."""
        return self.store.progress.count_labels_of(words)

    def list_reasons(self, annotator: str, label: str) -> list[tuple[str, str]]:
        """List spans of a label on which an annotator wrote a note, as text and note, the newest first."""
        return self.store.progress.list_noted(annotator, label, most=_MOST_REASONS)

    def change_labels(self) -> "LabelChange":
        """Begin to change the set of labels with all that has them."""
        from tui.project.relabelling import LabelChange

        return LabelChange(self.store, self.labels, self.place.labels)

    def count_unknown_labels(self) -> dict[str, int]:
        """Count the spans whose label labels.yaml does not have, by label."""
        return self.store.progress.count_unknown(self.labels.names)

    def list_annotators(self) -> list[str]:
        """List who has said anything in the project."""
        return [each.annotator for each in self.store.progress.count_states()]

    def list_others(self, number: int) -> list[str]:
        """List who else has said anything of an article."""
        return [each for each in self.store.log.list_annotators(number) if each != self.annotator]

    def read_layer(self, number: int, annotator: str) -> tuple[Article, Layer]:
        """Read what an annotator says of an article, which is not to be changed."""
        return self.store.articles.load_article(number), self.store.log.load_layer(number, annotator)

    def list_articles_with(self, label: str) -> list[int]:
        """List the numbers of the articles in which the annotator has spans of a label."""
        layers = self.store.progress.list_layers_with([label])
        return [number for number, annotator in layers if annotator == self.annotator]

    def find_unfinished(self, number: int) -> int | None:
        """Find the next article with something left to do behind one, of one's own where some are."""
        articles, assignment = self.store.articles, self.read_assignment()
        has_own = self.annotator in assignment.names()
        found = articles.find_unfinished(self.annotator, after=number)
        passed = {number}
        while has_own and found is not None and found not in passed:
            if self.annotator in assignment.choose(articles.read_key(found)):
                break
            passed.add(found)
            found = articles.find_unfinished(self.annotator, after=found)
        return None if found in passed else found

    def act(self, article: Article, layer: Layer, acts: Sequence[Act]) -> list[Event]:
        """Do one action: it is on disk and in `layer` on return; or raise `StoreError`, nothing changed."""
        return self.store.log.append(article, self.annotator, layer, acts, by=self._person)

    def act_together(self, works: Sequence[tuple[Article, Layer, Sequence[Act]]]) -> list[Event]:
        """Do one action that is about several articles, as `act` does."""
        return self.store.log.append_together(self.annotator, works, by=self._person)

    def step(self, article: Article, layer: Layer, kind: Literal["undo", "redo"], action: str) -> list[Event]:
        """Undo or redo an action in all articles it touched, as `act` does; this article's event is first."""
        events = self.store.log.step(article, self.annotator, layer, kind, action, by=self._person)
        self._unlearn({event.article for event in events} - {article.number})
        return events

    def begin_counting_keys(self) -> None:
        """Write how many keys were pressed with all that is done from here on."""
        self.store.log.begin_counting_keys()

    def count_key(self) -> None:
        """Count a key for the action that it leads to."""
        self.store.log.count_key()

    def reload(self, article: Article, layer: Layer) -> bool:
        """Bring a layer up to date where something else wrote to it; say whether it had."""
        return self.store.log.reload(article.number, self.annotator, layer)

    def find_article_of(self, action: str) -> int:
        """Find the first article that an action touched."""
        return self.store.log.articles_of_action(action)[0]

    def walk_mentions(self, sought: "Sought") -> "Walk":
        """Begin to decide on the mentions that are sought."""
        from tui.project.mentions import Walk

        return Walk(self.store, self.annotator, sought, new_id=self.new_id)

    def find_mentions(self, sought: "Sought") -> "Iterator[FoundMentions]":
        """Find equal mentions in all articles, some articles at a time, from a thread of its own."""
        from tui.project.mentions import find_mentions

        with closing(self.open_again()) as project:
            yield from find_mentions(project.store, self.annotator, sought)

    def suggest_with(self, command: Sequence[str], *, source: str, seconds: float) -> "Answer":
        """Let a program suggest spans for every article, and keep what it got right."""
        from tui.suggest.sources.external import run_program

        texts = (
            (str(article.number), article.text)
            for articles in self.store.articles.read_articles()
            for article in articles
        )
        outcome = run_program(command, texts, labels=self.labels.names, seconds=seconds, source=source)
        with self.store.transaction():
            for number, found in outcome.suggestions.items():
                spans = [Span("", each.start, each.end, each.label, origin=each.origin) for each in found]
                self.store.suggestions.save(int(number), source, spans)
        return outcome

    def load_suggestions(self, number: int) -> "list[Suggestion]":
        """Read what sources outside suggest for an article."""
        from tui.suggest.suggestion import Suggestion

        return [
            Suggestion(
                span.start,
                span.end,
                span.label,
                span.origin.source,
                span.origin.confidence,
                span.origin.model,
                "from outside",
            )
            for span in self.store.suggestions.load(number)
        ]

    def open_assistant(self, *, cache: Path | None = None) -> "Assistant":
        """Give the annotator's assistant, which knows nothing yet when it is asked for first; see `recall`.

        What is learnt slowly is kept in the folder `cache`, where it may be thrown away; each database has a
        place of its own there, so that no project suggests what was tagged, or passed over, in another.
        """
        from hashlib import blake2b

        from tui.suggest.assistant import Assistant

        if self._assistant is None:
            database = str(self.place.database.resolve()).encode("utf-8", "surrogateescape")
            own = cache and cache / blake2b(database, digest_size=16).hexdigest()
            self._assistant = Assistant(self.labels, self.annotator, cache=own)
        return self._assistant

    def recall(self) -> Iterator[None]:
        """Let the assistant learn from what the annotator finished before, in steps of a paragraph.

        What it learnt of articles that were taken out meanwhile it unlearns at once.
        """
        learnt = {number for number, _ in self.open_assistant().list_learnt()}
        self._unlearn({number for number in learnt if self.store.articles.is_removed(number)})
        return self._recall()

    def _recall(self) -> Iterator[None]:
        assistant = self.open_assistant()
        for number in self.store.articles.list_recent(self.annotator, count=_RECALLED_ARTICLES):
            try:
                article, layer = self.open_article(number)
            except StoreError:
                # It is said when the article is opened; until then the others are learnt from.
                continue
            spans = list(layer.spans.values())
            for paragraph in article.paragraphs:
                is_finished = layer.states.get(paragraph.index) == "finished"
                place = number, paragraph.index
                if is_finished and not assistant.has_learnt(place):
                    start, end = paragraph.start, paragraph.end
                    inside = [span for span in spans if span.overlaps(start, end)]
                    assistant.recall_paragraph(article.text, start, end, inside, place=place)
                    yield
            yield

    def _unlearn(self, numbers: Set[int]) -> None:
        """Let the assistant unlearn what is finished no more in some articles that are not at work."""
        if self._assistant is None:
            return
        gone: list[tuple[int, int]] = []
        for number in numbers:
            is_removed = self.store.articles.is_removed(number)
            states = {} if is_removed else self.store.log.load_layer(number, self.annotator).states
            gone += [
                place
                for place in self._assistant.list_learnt()
                if place[0] == number and states.get(place[1]) != "finished"
            ]
        self._assistant.unlearn(gone)

    def list_undecided(self, *, text: str = "", state: ArticleFilter = "all") -> list[int]:
        """List the articles that fit and are not finished: those that were begun, then the others."""
        if state == "finished":
            return []
        states: tuple[ArticleFilter, ...] = ("started", "new") if state == "all" else (state,)
        return [number for each in states for number in self.list_articles(text=text, state=each)]

    def has_learnt(self) -> bool:
        """Tell whether the annotator has finished anything the assistant can learn from."""
        return bool(self.store.articles.list_recent(self.annotator, count=1))

    def weigh_articles(self, numbers: Sequence[int]) -> "Iterator[tuple[int, Doubt]]":
        """Say how unsure the assistant is of some articles: after every few tokens, what is known so far."""
        from tui.suggest.order import Doubt
        from tui.text.tokens import tokenize

        assistant = self.open_assistant()
        for number in numbers:
            article, layer = self.open_article(number)
            doubt = Doubt()
            yield number, doubt
            for paragraph in article.paragraphs:
                if paragraph_state(article, layer, paragraph.index) != "unfinished":
                    continue
                last = min(paragraph.end, paragraph.start + _WEIGHED_LENGTH)
                tokens = tokenize(article.text, paragraph.start, last)
                for start in range(0, len(tokens), _WEIGHED_AT_ONCE):
                    some = tokens[start : start + _WEIGHED_AT_ONCE]
                    doubt = doubt.add(assistant.rank_starts(article.text, some))
                    yield number, doubt
                if doubt.tokens > _WEIGHED_TOKENS:
                    break

    def new_id(self) -> str:
        """Make an id for a span or relation: 12 random hexadecimal digits."""
        return os.urandom(6).hex()


def _read_labels(path: Path, cache: Path | None) -> LabelSet:
    """Read labels.yaml, or with a cache what it said last; raises `LabelsError`."""
    if cache is not None:
        from tui.project.labels_cache import recall_labels

        return recall_labels(path, cache)
    from tui.model.labels.read import read_labels

    return read_labels(path)


def _explain_stop(error: "StoppedError", report: "ImportReport", paths: Sequence[Path]) -> str:
    """Say that an import stopped in a file of the first of some paths, what is in, and how it goes on."""
    rest = "the rest of this file"
    if error.file != str(paths[0]):
        rest += f", and of {paths[0]},"
    others = "".join([f", nor {path}" for path in paths[1:][:MOST_LISTED]])
    if len(paths) - 1 > MOST_LISTED:
        others += f", nor {count_noun(len(paths) - 1 - MOST_LISTED, 'other')}"
    return (
        f"the import stopped in this file: {error.what}; {report.describe()}: that is in, {rest} is not"
        f"{others}; {error.first}import the same again: what is in stays as it is"
    )


def write_starter(place: Place) -> list[Path]:
    """Write a commented labels.yaml and the annotations folder where they are missing; return what is new."""
    written: list[Path] = []
    starter = files("tui") / "starter"
    for path, name in (
        (place.labels, "labels.yaml"),
        (place.database.parent / "README.md", "annotations.md"),
        (place.database.parent / ".gitignore", "annotations.gitignore"),
    ):
        try:
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                write_whole(path, (starter / name).read_bytes())
                written.append(path)
        except OSError as error:
            raise ConfigurationError(f"{path}: the file cannot be written: {error.strerror}") from error
    return written


def is_number(name: str) -> bool:
    """Tell whether a text is a whole number that is not too long for anything that is counted here."""
    return name.isascii() and name.isdecimal() and len(name) < _LONGEST_NUMBER
