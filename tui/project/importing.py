"""Bringing records into the store: idempotent, whole or not at all, nothing dropped unsaid."""

import gc
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

from msgspec import Struct, field, structs

from tui.errors import InputError, LabelsError, Refusal, StoreError
from tui.formats import FORMATS, explain_unknown, open_sources, recognise
from tui.formats.format import Format, Reading
from tui.formats.shared import label_lists
from tui.formats.shared.limits import Allowance, Limits
from tui.formats.shared.reading import Tally, as_literal
from tui.formats.shared.source import STDIN, ReadOptions, Source, check_there
from tui.model.article import KEY_LENGTH, Article, ParagraphState, article_key, is_key_of
from tui.model.events import MARKS, Act, Add, Flag, JoinMentions, Mark, Note, Relate, Tag, write_act
from tui.model.json_text import to_json
from tui.model.labels import LabelSet
from tui.model.layer import Layer, paragraph_state
from tui.model.links import find_wrong
from tui.model.record import Record, fit_values, keep_votes
from tui.model.span import NO_ATTRIBUTES, Entity, Json, Relation, Span, SpanPlace
from tui.project.declaring import Declarations
from tui.project.identity import WHOLE, AbsentArticleError, Match, Matcher, UnplacedError
from tui.store import Store
from tui.store.imports import About, FirstLayer, NewArticle
from tui.text.encoding import as_text
from tui.text.messages import MOST_LISTED, count_noun, list_some, quote, quote_name, title_of
from tui.text.paragraphs import find_paragraphs

_CHUNK_RECORDS: Final = 100
_CHUNK_LENGTH: Final = 1_000_000
"""The most records, and about the most code points of text, that come in with one transaction."""


_MOST_ARTICLES: Final = 3
"""The most articles of one file that are not there and are named."""

_MOST_EQUAL: Final = 3
"""The most of many equal messages that are said one by one."""

_QUOTED: Final = 40
"""The most code points of a span that are quoted."""

_LISTS: Final = frozenset((".conf", ".xml", ".json", ".jsonl"))
"""The endings of files that may be lists of labels."""

_MOST_NAMED: Final = 10
"""The most values of one record that disagree and are named."""

_Wrong: TypeAlias = tuple[str, str, int | None, str]
"""What cannot be so: its kind, what it is called, its line, and why."""


class StoppedError(StoreError):
    """An import stopped in the middle; what was brought before is in."""

    def __init__(self, file: str, what: str, *, advice: str = "", first: str = "mend that and ") -> None:
        super().__init__(what, advice)
        self.file = file
        """The file that is in only in part."""
        self.first = first
        """What is to be done before the same can be imported again."""


class ImportReport(Struct):
    """What an import did."""

    articles: int = 0
    """Articles that are new."""
    known: int = 0
    """Records that changed nothing: their text, and what they say of it, were there already."""
    updated: int = 0
    """Records that added annotation, an id, a title or metadata to an article that was there already."""
    restored: int = 0
    """Articles that had been taken out, and are back."""
    disagreements: int = 0
    """Values that were left out, because the article that was there has others, or what was said of it."""
    spans: int = 0
    """Spans that came in."""
    suggestions: int = 0
    """Suggestions that came in."""
    refused: int = 0
    """Records and files that were refused."""
    new_labels: list[str] = field(default_factory=list)
    """Labels that were added to labels.yaml."""
    numbers: list[int] = field(default_factory=list)
    """The numbers of the first article of each file."""

    @property
    def has_brought(self) -> bool:
        """Tell whether anything is in that was not before."""
        return any((self.articles, self.updated, self.restored, self.suggestions, self.new_labels))

    def count_taken(self) -> int:
        """Count the records that came in, or were there already."""
        return self.articles + self.known + self.updated + self.restored + self.suggestions

    def as_json(self) -> dict[str, Json]:
        """Give the counts, and the labels that were added."""
        return {
            "articles": self.articles,
            "updated": self.updated,
            "known": self.known,
            "brought_back": self.restored,
            "spans": self.spans,
            "suggestions": self.suggestions,
            "other_values": self.disagreements,
            "refused": self.refused,
            "new_labels": list[Json](self.new_labels),
        }

    def describe(self) -> str:
        """Say it in one line: what came in, what was there, what was left out."""
        parts = [count_noun(self.articles, "new article"), count_noun(self.spans, "span")]
        if self.suggestions:
            parts.append(count_noun(self.suggestions, "suggestion"))
        if self.updated:
            parts.append(f"{self.updated:,} updated")
        if self.restored:
            parts.append(f"{self.restored:,} brought back")
        if self.known:
            parts.append(f"{self.known:,} already there")
        if self.disagreements:
            parts.append(f"{count_noun(self.disagreements, 'other value')} left out")
        if self.refused:
            parts.append(f"{self.refused:,} refused")
        return ", ".join(parts)


class _Before(Struct, frozen=True):
    """Where an import stood before it read a folder or archive."""

    taken: int
    """Records that were in."""
    refused: int
    """Records that were refused."""
    labels: int
    """Labels that were added."""
    text: str | None
    """The text of labels.yaml; None where there was no such file."""

    @classmethod
    def of(cls, report: ImportReport, labels_path: Path) -> "_Before":
        """Take note of it."""
        text = labels_path.read_bytes().decode("utf-8") if labels_path.exists() else None
        return cls(report.count_taken(), report.refused, len(report.new_labels), text)


class Importer:
    """One run of imports into one project.

    It has more methods than a class should: they are the steps of one import, and share its counts.
    """

    def __init__(
        self,
        store: Store,
        labels: LabelSet,
        *,
        annotator: str,
        labels_path: Path,
        files: Sequence[Path] = (),
        add_labels: bool = False,
        as_suggestions: bool = False,
        limits: Limits | None = None,
        options: ReadOptions | None = None,
        tell: Callable[[Refusal], None],
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self._store = store
        self.labels_path = labels_path
        """Where labels are added."""
        self._add_labels = add_labels
        self._as_suggestions = as_suggestions
        self._limits = limits or Limits()
        self._options = options or ReadOptions()
        self._annotator = annotator
        self._tell = tell
        self._progress = progress
        self.labels = labels
        """The labels of the project, with those that were added."""
        self.report = ImportReport()
        """What was done so far, and is in."""
        self._matcher = Matcher(store, annotator)
        self._is_at_first = True
        self._files = tuple([as_text(path.name) if path != STDIN else "standard input" for path in files])
        self._number: int | None = None
        """The number of this import in the log; None until it brings something."""
        self._given = Path()
        """The path that is imported, as it was named."""
        self._file_name = ""
        """What the file is called, where its articles have no other name; empty where they may have."""
        self._suggested: set[tuple[int, str]] = set()
        self._left_out: Counter[str] = Counter()
        self._lacking: list[tuple[int | None, list[str]]] = []
        """Records that were refused for labels that are not there: their lines and these labels."""
        self._absent: list[tuple[int | None, str]] = []
        """Pieces that were refused because their articles are not there: their lines and these articles."""
        self._met: list[tuple[str, str]] = []
        """Files whose texts were there already, and where these came from."""
        self._differing: list[int] = []
        """Articles that have other values than a record of this file, beyond those said one by one."""
        self._differing_said = 0
        self._claims: list[tuple[Record, str]] = []
        """Records whose articles come in next, and the keys of these."""

    def import_file(self, path: Path, *, format_name: str | None = None) -> None:
        """Import a file, or those of a folder or archive; raises `InputError` where none can be read."""
        sources = open_sources(path, self._limits)
        self._is_at_first = True
        self._given = path
        is_alone = len(sources) == 1
        before = None if is_alone or not self._add_labels else _Before.of(self.report, self.labels_path)
        is_declared = not self._add_labels
        try:
            for source in sources:
                try:
                    if not is_declared and not self._is_label_list(source, format_name):
                        is_declared = True
                        self._declare(sources, format_name)
                    self._import_source(source, format_name, is_named=is_alone)
                except InputError as error:
                    if is_alone:
                        raise
                    name, _, reason = str(error).partition(": ")
                    self._refuse(Refusal(name, reason))
        finally:
            self._tell_met()
        if before is not None:
            self._take_labels_back(before)
        self._begin_labels()

    def put_lists_first(self, paths: Sequence[Path], format_name: str | None) -> Sequence[Path]:
        """Give files with those first that are lists of labels: they say more of a label than who uses it."""
        if not self._add_labels or format_name is not None:
            return paths
        return sorted(paths, key=lambda path: not _is_list_of_its_own(path))

    @staticmethod
    def _is_label_list(source: Source, format_name: str | None) -> bool:
        return format_name is None and label_lists.recognises(source.read_head(), source.inner_path)

    def _declare(self, sources: Sequence[Source], format_name: str | None) -> None:
        """Add to labels.yaml what the tool of the files asks of labels and relations that it lacks."""
        declared = Declarations()
        given = next((each.allowance for each in sources if each.allowance is not None), None)
        # What is read twice counts once against what an archive may unfold to.
        allowance = None if given is None else Allowance(given.limit)
        for each in sources:
            source = structs.replace(each, options=self._options, allowance=allowance)
            if source.path == STDIN or self._is_label_list(source, format_name):
                continue
            known = FORMATS[format_name] if format_name else recognise(source, head=source.read_head())
            if known is None or known.reading is None or not known.reading.asks:
                continue
            # What cannot be read is said when it is imported.
            with suppress(InputError):
                for record in known.reading.records(source):
                    if isinstance(record, Record):
                        declared.take(record)
        wanted = declared.as_labels()
        if wanted.labels or wanted.relations:
            self._merge(wanted, str(self._given))

    def _take_labels_back(self, before: "_Before") -> None:
        """Take back the labels of a list that stood beside records, where all of these were refused."""
        report = self.report
        if report.refused == before.refused or report.count_taken() != before.taken:
            return
        if len(report.new_labels) > before.labels:
            from tui.model.labels.edit import put_labels_back

            try:
                put_labels_back(self.labels_path, before.text)
            except LabelsError as error:
                self._refuse(Refusal(str(self.labels_path), str(error)))
                return
            self._read_labels()
            del report.new_labels[before.labels :]

    def _begin_labels(self) -> None:
        """Make labels.yaml, where labels may be added and what came in has none: a project needs one."""
        if not self._add_labels or self.labels_path.exists() or not self.report.has_brought:
            return
        from tui.model.labels.edit import merge_labels

        try:
            merge_labels(self.labels_path, LabelSet())
        except LabelsError as error:
            self._refuse(Refusal(str(self.labels_path), str(error)))

    def _tell_met(self) -> None:
        """Say which texts were there already, and from which other files; of many the first ones."""
        if len(self._met) == 1:
            name, came = self._met[0]
            self._tell(Refusal(name, f"this text is there already: it came from {came}"))
        elif self._met:
            listed = ", ".join(f"{Path(name).name} from {came}" for name, came in self._met[:_MOST_EQUAL])
            dots = ", …" if len(self._met) > _MOST_EQUAL else ""
            texts = count_noun(len(self._met), "text")
            reason = f"{texts} are there already, from other files: {listed}{dots}"
            self._tell(Refusal(str(self._given), reason))
        self._met.clear()

    def _import_source(self, source: Source, format_name: str | None, *, is_named: bool) -> None:
        head = b"" if format_name is not None else source.read_head()
        if format_name is None and label_lists.recognises(head, source.inner_path):
            self._take_labels(source)
            return
        reading = self._find_reading(source, head, format_name, is_named=is_named)
        if reading is None:
            return
        options = structs.replace(self._options, is_of_many=not is_named)
        found = reading.records(structs.replace(source, progress=self._progress, options=options))
        unfit = Tally()
        if not reading.is_own:
            found = (fit_values(each, self.labels) if isinstance(each, Record) else each for each in found)
        found = (keep_votes(each) if isinstance(each, Record) and each.votes else each for each in found)
        found = (self._fit(each, unfit) if isinstance(each, Record) else each for each in found)
        self._file_name = self._name_file(source) if reading.is_one_text else ""
        self._matcher.begin_file()
        try:
            with _collecting_between() as collect:
                for number, records in enumerate(_in_chunks(found)):
                    if number:
                        collect()
                    self._take_together(records, source)
        except StoreError as error:
            raise StoppedError(source.name, error.what, advice=error.advice) from error
        except KeyboardInterrupt as error:
            raise StoppedError(
                source.name, "it was interrupted", advice="nothing was changed", first=""
            ) from error
        finally:
            self._tell_lacking(source)
            self._tell_absent(source)
            self._tell_differing(source)
            self._tell_remarks(unfit, source)
        self._tell_left_out(source)

    def _find_reading(
        self, source: Source, head: bytes, format_name: str | None, *, is_named: bool
    ) -> Reading | None:
        """Find how a file is read, by the format that is named or by its first bytes; else refuse it."""
        if format_name is not None:
            known: Format | None = FORMATS[format_name]
        else:
            known = recognise(source, head=head, is_named=is_named)
        reading = known.reading if known is not None else None
        if reading is None:
            self._refuse(Refusal(source.name, explain_unknown(source, head)))
        elif self._options.columns and not reading.has_columns:
            reason = f"this is {reading.title}; --column is for CoNLL and Hugging Face files"
            self._refuse(Refusal(source.name, reason))
            return None
        return reading

    def _take_together(self, records: Sequence[Record | Refusal], source: Source) -> None:
        """Take records in with one transaction; where it fails, none of them is in or counted."""
        before = structs.replace(
            self.report, new_labels=[*self.report.new_labels], numbers=[*self.report.numbers]
        )
        try:
            with self._store.transaction():
                if self._as_suggestions:
                    self._take_suggestions(records, source)
                else:
                    self._take(records, source)
        except BaseException:
            # Labels that were added stay.
            self.report = structs.replace(before, new_labels=self.report.new_labels)
            raise

    def _tell_left_out(self, source: Source) -> None:
        """Say what a suggestion cannot have."""
        if self._left_out:
            named = ", ".join(count_noun(count, what) for what, count in self._left_out.items())
            are = "is" if self._left_out.total() == 1 else "are"
            self._tell(Refusal(source.name, f"a suggestion is a stretch and a label: {named} {are} left out"))
            self._left_out.clear()

    def _tell_remarks(self, tally: Tally, source: Source) -> None:
        """Say what was counted in a file."""
        for remark in tally.remarks():
            self._tell(Refusal(source.name, remark.sentence, remark.line))

    def _name_file(self, source: Source) -> str:
        """Give a file's name, from the folder or archive on that was named."""
        if source.path == STDIN:
            return ""
        try:
            return as_text(source.path.relative_to(self._given.parent).as_posix())
        except ValueError:
            return as_text(source.path.name)

    def _tell_lacking(self, source: Source) -> None:
        """Say once of a file, however many of its records it is, which labels were not there."""
        if not self._lacking:
            return
        lines = [line for line, _ in self._lacking]
        counts = Counter(name for _, names in self._lacking for name in names)
        if len(lines) == 1:
            named = list_some(counts)
        else:
            listed = ", ".join(
                f"{quote_name(name)!r} ({count:,})" for name, count in sorted(counts.items())[:MOST_LISTED]
            )
            if len(counts) > MOST_LISTED:
                listed += f" and {len(counts) - MOST_LISTED:,} more"
            named = f"{count_noun(len(lines), 'record')} refused, from here on: {listed}"
        them = "it" if len(counts) == 1 else "them"
        reason = f"{named} not in {self.labels_path.name}; add {them} there, or import with --add-labels"
        self._tell(Refusal(source.name, reason, lines[0]))
        self._lacking.clear()

    def _tell_absent(self, source: Source) -> None:
        """Say once of a file which articles are not there that its records are pieces of."""
        if not self._absent:
            return
        line, name = self._absent[0]
        reason = str(AbsentArticleError(name))
        if len(self._absent) > 1:
            names = list(dict.fromkeys(name for _, name in self._absent))
            more = ", …" if len(names) > _MOST_ARTICLES else ""
            listed = ", ".join(map(repr, names[:_MOST_ARTICLES])) + more
            reason = (
                f"{count_noun(len(self._absent), 'record')} refused, from here on: they are pieces of"
                f" {count_noun(len(names), 'article')} not here ({listed}); {WHOLE}"
            )
        self._tell(Refusal(source.name, reason, line))
        self._absent.clear()

    def _take_labels(self, source: Source) -> None:
        """Add the labels of another tool's list to labels.yaml, where it lacks any."""
        wanted, refusals = label_lists.read_label_list(source)
        if not self._add_labels and not self.labels.has_all(wanted):
            reason = f"this is a list of labels; add them to {self.labels_path.name} with --add-labels"
            self._refuse(Refusal(source.name, reason))
            return
        for refusal in refusals:
            self._refuse(refusal)
        if not (refusals or wanted.names or wanted.relations):
            self._refuse(Refusal(source.name, "no label was found in this list of labels"))
        if self._add_labels:
            self._merge(wanted, source.name)

    def _merge(self, wanted: LabelSet, name: str) -> None:
        """Add to labels.yaml what it lacks of what stands in a file of this name."""
        from tui.model.labels.edit import merge_labels

        try:
            added = merge_labels(self.labels_path, wanted)
        except LabelsError as error:
            self._refuse(Refusal(name, str(error)))
            return
        self._read_labels()
        self.report.new_labels.extend(added.names)

    def _read_labels(self) -> None:
        """Read labels.yaml again; where there is none, there are no labels."""
        from tui.model.labels.read import read_labels

        self.labels = read_labels(self.labels_path) if self.labels_path.exists() else LabelSet()

    def _take(self, records: Sequence[Record | Refusal], source: Source) -> None:
        """Take records in, or refuse them, in their order; the new ones together, which is much faster."""
        keys = [article_key(record.text) if isinstance(record, Record) else "" for record in records]
        names = [
            set(self._matcher.list_names(record)) if isinstance(record, Record) else set()
            for record in records
        ]
        taken = self._store.imports.find_taken(keys, list(set[str]().union(*names)))
        new: list[NewArticle] = []
        suggesting: list[Match] = []
        for record, key, own in zip(records, keys, names, strict=True):
            if isinstance(record, Refusal):
                self._refuse(record)
                continue
            if not self._is_welcome(record, source):
                continue
            match: Match | None = Match(record, key)
            if not taken.isdisjoint({key, *own}) or self._matcher.needs_care(record):
                # Its article may be among the new ones.
                self._add(new)
                new = []
                match = self._match(record, key, source)
            else:
                self._claims.append((record, key))
            if match is None or not self._add_missing_labels(record, source):
                continue
            if match.number is None:
                new.append(self._prepare(match))
            elif not self._take_known(match, match.number, source):
                continue
            taken.update({key, *own})
            if record.suggestions:
                suggesting.append(match)
        self._add(new)
        for match in suggesting:
            self._suggest(match, source)

    def _match(self, record: Record, key: str, source: Source) -> Match | None:
        """Find the article of a record, or refuse it."""
        try:
            return self._matcher.match(record, key, was_there=lambda: self._was_there(record, key))
        except AbsentArticleError as error:
            self.report.refused += 1
            self._absent.append((record.line, error.name))
        except UnplacedError as error:
            self._refuse(Refusal(source.name, str(error), record.line))
        return None

    def _was_there(self, record: Record, key: str) -> bool:
        """Tell whether a version before took this record into the article with this key."""
        said = _layer_of(record, range(len(find_paragraphs(record.text))))
        annotator = record.annotator or self._annotator
        return self._store.imports.has_import(_digest_before(key, annotator, said))

    def _take_suggestions(self, records: Sequence[Record | Refusal], source: Source) -> None:
        """Take the records' spans in as suggestions for their articles, which come in where they are new."""
        suggested: list[Record | Refusal] = []
        for record in records:
            if isinstance(record, Record) and not any(self._objections(record)):
                self._left_out.update(_beside_spans(record))
                suggested.append(_as_suggestions(record, as_text(source.path.stem)))
            else:
                suggested.append(record)
        self._take(suggested, source)

    def _suggest(self, match: Match, source: Source) -> None:
        """Keep what programs suggest in the text of a record that came in."""
        there, record = self._store.imports.find_known(key=match.key), match.record
        if there is None:
            return
        number = there.number
        by_source: dict[str, list[Span]] = {}
        unknown: Counter[str] = Counter()
        for each in record.suggestions:
            if self.labels.label(each.label) is None:
                unknown[each.label] += 1
            else:
                by_source.setdefault(each.origin.source, []).append(each)
        if unknown:
            reason = (
                f"{count_noun(unknown.total(), 'suggestion')} refused: {list_some(sorted(unknown))} not in"
                f" {self.labels_path.name}; add {'it' if len(unknown) == 1 else 'them'} there,"
                " or import with --add-labels"
            )
            self._refuse(Refusal(source.name, reason, record.line))
        suggested = self._store.suggestions.load(number)
        for name, spans in by_source.items():
            before = [each for each in suggested if each.origin.source == name]
            # What another record of the same import suggested stays.
            if (number, name) in self._suggested:
                spans += before
            self._suggested.add((number, name))
            if _kept_of(spans) != _kept_of(before):
                self._store.suggestions.save(number, name, spans, brought=self._brought())
            known = {(each.start, each.end, each.label) for each in before}
            self.report.suggestions += len({(each.start, each.end, each.label) for each in spans} - known)

    def _is_welcome(self, record: Record, source: Source) -> bool:
        """Say what is odd about a record, or wrong; tell whether it may come in."""
        # The last record's remarks are on the whole file: they are said whatever becomes of it.
        for remark in record.remarks:
            self._tell(Refusal(source.name, remark.sentence, remark.line, remark.column))
        reason = next(self._objections(record), None)
        if reason is not None:
            self._refuse(Refusal(source.name, reason, record.line))
        elif not self._add_labels and (missing := self._missing_labels(record)):
            self.report.refused += 1
            self._lacking.append((record.line, missing))
            return False
        return reason is None

    def _add(self, new: Sequence[NewArticle]) -> None:
        self._matcher.claim_new(self._claims)
        self._claims.clear()
        if new:
            self._note_number(self._store.imports.add_articles(new, brought=self._brought())[0])

    def _brought(self) -> int:
        """Give the number of this import, which stands in the log from the first thing that it brings."""
        if self._number is None:
            self._number = self._store.history.begin_import(self._annotator, self._files)
        return self._number

    def _prepare(self, match: Match) -> NewArticle:
        """Make a new article of a record, with what the record says of it."""
        record, key = match.record, match.key
        paragraphs = find_paragraphs(record.text)
        said: FirstLayer | None = None
        if record.spans is not None:
            annotator = record.annotator or self._annotator
            layer = _layer_of(record, range(len(paragraphs)))
            acts = _write_acts(_list_acts(layer))
            digest = _digest(key, annotator, acts)
            said = FirstLayer(annotator, layer, _sign_acts(acts, digest), digest)
            self.report.spans += len(layer.spans)
        self.report.articles += 1
        title = record.title or title_of(record.text)
        # A key that stands for a missing id never becomes one.
        own_id = None if record.id is not None and is_key_of(key[:KEY_LENGTH], record.id) else record.id
        meta = {"source": self._file_name, **record.meta} if self._file_name else record.meta
        return NewArticle(record.text, title, paragraphs, key, own_id, meta, said)

    def _take_known(self, match: Match, number: int, source: Source) -> bool:
        """Take in what a record says of an article that is there already; tell whether it may."""
        record = match.record
        if match.paragraphs is not None:
            unfit = Tally()
            record = _fit_to_paragraphs(record, len(match.paragraphs), unfit)
            match = structs.replace(match, record=record)
            self._tell_remarks(unfit, source)
        self._note_number(number)
        if match.is_removed:
            self._store.history.restore_articles(self._annotator, [number], brought=self._brought())
        is_more, others = self._complete(number, record) if match.completes else (False, [])
        if record.spans is not None:
            is_annotated, others_said = self._annotate(number, match)
            is_more = is_more or is_annotated
            others += others_said
        if match.is_removed:
            self.report.restored += 1
        elif is_more:
            self.report.updated += 1
        else:
            self.report.known += 1
            self._tell_source(number, source)
        if others:
            self._tell_others(number, others, record, source)
        return True

    def _complete(self, number: int, record: Record) -> tuple[bool, list[str]]:
        """Fill in what an article lacks; tell whether it was anything, and where the two disagree."""
        about = self._store.imports.read_about(number)
        completed, others = _complete(about, record)
        if completed == about:
            return False, others
        self._store.imports.complete_about(number, about, completed, self._brought())
        return True, others

    def _tell_source(self, number: int, source: Source) -> None:
        """Say where a text came from that is there already, where that was another file."""
        there = self._store.imports.read_about(number).meta.get("source") if self._file_name else None
        if isinstance(there, str) and there != self._file_name:
            self._met.append((source.name, f"{there}, as article {number}"))

    def _tell_others(self, number: int, others: Sequence[str], record: Record, source: Source) -> None:
        """Say where a record and its article disagree."""
        self.report.disagreements += len(others)
        if self._differing_said == _MOST_EQUAL:
            self._differing.append(number)
            return
        self._differing_said += 1
        named = [*others[:_MOST_NAMED]]
        if len(others) > _MOST_NAMED:
            named.append(f"and {len(others) - _MOST_NAMED:,} more")
        reason = f"article {number} has this text, but other values: {'; '.join(named)}; kept as they were"
        self._tell(Refusal(source.name, reason, record.line))

    def _tell_differing(self, source: Source) -> None:
        """Say how many more records of a file and their articles disagree."""
        if self._differing:
            listed = ", ".join(map(str, self._differing[:_MOST_EQUAL]))
            dots = ", …" if len(self._differing) > _MOST_EQUAL else ""
            have = "record has" if len(self._differing) == 1 else "records have"
            articles = "article" if len(self._differing) == 1 else "articles"
            reason = f"{len(self._differing):,} more {have} other values than the {articles} {listed}{dots}"
            self._tell(Refusal(source.name, f"{reason}; kept as they were"))
        self._differing.clear()
        self._differing_said = 0

    def _note_number(self, number: int) -> None:
        if self._is_at_first:
            self.report.numbers.append(number)
            self._is_at_first = False

    def _refuse(self, refusal: Refusal) -> None:
        self.report.refused += 1
        self._tell(refusal)

    def _objections(self, record: Record) -> Iterator[str]:
        """Say why the record cannot come in, where it cannot."""
        if not record.text.strip():
            yield "the text is empty; there is nothing to annotate"

    def _fit(self, record: Record, unfit: Tally) -> Record:
        """Leave out what is said of labels or paragraphs that are not there."""
        # Of a piece it is known later which paragraphs it has.
        said = record.states or record.notes or record.flags or record.paragraph_labels
        if record.article is None and said:
            record = _fit_to_paragraphs(record, len(find_paragraphs(record.text)), unfit)
        return self._fit_to_labels(record, unfit)

    def _fit_to_labels(self, record: Record, unfit: Tally) -> Record:
        """Leave out what is said of spans and the article in a way that labels.yaml does not allow."""
        wrong: list[_Wrong] = []
        spans, relations = record.spans, record.relations
        if spans is not None and any(span.attributes for span in spans):
            spans = tuple(
                [self._fit_span(span, record, wrong) if span.attributes else span for span in spans]
            )
        if relations:
            relations = self._fit_relations(record, wrong)
        reasons = self.labels.check_article_labels(record.article_labels)
        wrong += [("article label", "", record.line, reason) for reason in reasons.values()]
        paragraph_labels = {
            index: self._fit_paragraph_labels(own, index, record, wrong)
            for index, own in record.paragraph_labels.items()
        }
        if not wrong:
            return record
        for noun, name, line, reason in wrong:
            where = ", ".join(filter(None, [f"line {line}" if line else "", name]))
            unfit.add(f"{{}} {{are}} left out: {as_literal(reason)}", noun, line=line, name=where)
        article_labels = {name: each for name, each in record.article_labels.items() if name not in reasons}
        return structs.replace(
            record,
            spans=spans,
            relations=relations,
            article_labels=article_labels,
            paragraph_labels={index: own for index, own in paragraph_labels.items() if own},
        )

    def _fit_span(self, span: Span, record: Record, wrong: list[_Wrong]) -> Span:
        """Leave out the attributes of a span that cannot be so, and say of each why."""
        reasons = self.labels.check_attributes(span.label, span.attributes)
        if not reasons:
            return span
        line = record.lines.get(span.id, record.line)
        wrong += [("attribute", f"span {span.id}", line, reason) for reason in reasons.values()]
        kept = {name: value for name, value in span.attributes.items() if name not in reasons}
        return structs.replace(span, attributes=kept)

    def _fit_paragraph_labels(
        self, own: Mapping[str, Json], index: int, record: Record, wrong: list[_Wrong]
    ) -> Mapping[str, Json]:
        """Leave out the labels of a paragraph that cannot be so, and say of each why."""
        reasons = self.labels.check_paragraph_labels(own)
        where = f"paragraph {index + 1}"
        wrong += [("paragraph label", where, record.line, reason) for reason in reasons.values()]
        return {name: value for name, value in own.items() if name not in reasons}

    def _fit_relations(self, record: Record, wrong: list[_Wrong]) -> tuple[Relation, ...]:
        """Leave out the relations that cannot be so, and say of each why."""
        label_of = {span.id: span.label for span in record.spans or ()}
        relations = [
            self._fit_relation(each, label_of[each.head], record, wrong) for each in record.relations
        ]
        reasons = find_wrong(relations, label_of, self.labels)
        wrong += [
            ("relation", name, record.lines.get(name, record.line), reason)
            for name, reason in reasons.items()
        ]
        return tuple([link for link in relations if link.id not in reasons])

    def _fit_relation(
        self, relation: Relation, head_label: str, record: Record, wrong: list[_Wrong]
    ) -> Relation:
        """Leave out the attributes of a relation that cannot be so, and say of each why."""
        if not relation.attributes:
            return relation
        reasons = self.labels.check_relation_attributes(relation.label, head_label, relation.attributes)
        line = record.lines.get(relation.id, record.line)
        wrong += [("attribute", f"relation {relation.id}", line, reason) for reason in reasons.values()]
        kept = {name: value for name, value in relation.attributes.items() if name not in reasons}
        return structs.replace(relation, attributes=kept or NO_ATTRIBUTES)

    def _missing_labels(self, record: Record) -> list[str]:
        used = {span.label for span in record.spans or ()}
        if self._add_labels:
            used.update([each.label for each in record.suggestions])
        return sorted([name for name in used if self.labels.label(name) is None])

    def _add_missing_labels(self, record: Record, source: Source) -> bool:
        """Add to labels.yaml what the record needs; where that cannot be, refuse it and return false."""
        # Without labels to be added, a record that lacks any was refused before.
        missing = self._missing_labels(record) if self._add_labels else []
        if missing:
            from tui.model.labels.edit import add_labels

            try:
                add_labels(self.labels_path, missing)
            except LabelsError as error:
                self._refuse(Refusal(source.name, str(error), record.line))
                return False
            self._read_labels()
            self.report.new_labels.extend(missing)
        return True

    def _annotate(self, number: int, match: Match) -> tuple[bool, list[str]]:
        """Add what the record says more than the annotator has said.

        Tells whether it was anything, and where the two disagree.
        """
        article, record = self._store.articles.load_article(number), match.record
        annotator = record.annotator or self._annotator
        said = _layer_of(record, match.paragraphs or range(len(article.paragraphs)))
        if match.is_merged and self._store.imports.has_import(_digest_before(article.key, annotator, said)):
            return False, []
        digest = _digest(article.key, annotator, _write_acts(_list_acts(said)))
        if self._store.imports.has_import(digest):
            return False, []
        layer = self._store.log.load_layer(number, annotator)
        new, others = _compare(said, layer, article, self.labels.symmetric)
        if record.states or record.state is not None:
            others += _oppose_states(said, layer, is_told=match.completes)
        new_acts = [structs.replace(act, digest=digest) for act in _list_acts(new)]
        self._store.imports.claim_import(digest, brought=self._brought() if new_acts else None)
        if new_acts:
            self._store.log.append(article, annotator, layer, new_acts)
        self.report.spans += len(new.spans)
        return bool(new_acts), others


def _is_list_of_its_own(path: Path) -> bool:
    """Tell whether a file that was named by itself is a list of labels; one that cannot be read is none."""
    if path == STDIN or path.is_dir() or path.suffix not in _LISTS:
        return False
    try:
        (source,) = open_sources(path)
        return label_lists.recognises(source.read_head(), source.inner_path)
    except InputError:
        return False


def _kept_of(spans: Iterable[Span]) -> set[tuple[object, ...]]:
    """Give what is kept of suggestions."""
    return {(each.start, each.end, each.label, each.origin) for each in spans}


def _as_suggestions(record: Record, source: str) -> Record:
    """Give a record that suggests its spans, and says nothing else of its text."""
    suggested = [
        structs.replace(span, origin=structs.replace(span.origin, source=source), attributes=NO_ATTRIBUTES)
        for span in record.spans or ()
    ]
    return structs.replace(
        record,
        spans=None,
        relations=(),
        entities=(),
        article_labels=NO_ATTRIBUTES,
        paragraph_labels={},
        state=None,
        states=(),
        notes={},
        suggestions=(*record.suggestions, *suggested),
    )


def _beside_spans(record: Record) -> dict[str, int]:
    """Count what a record says beside its spans."""
    spans = record.spans or ()
    said = {
        "attribute": sum(len(span.attributes) for span in spans),
        "relation": len(record.relations),
        "entity": len(record.entities),
        "article label": len(record.article_labels),
        "paragraph label": sum(map(len, record.paragraph_labels.values())),
        "note": len(record.notes) + sum(bool(span.note) for span in spans),
    }
    return {what: count for what, count in said.items() if count}


def refuse_missing(paths: Iterable[Path]) -> list[Refusal]:
    """Refuse those of some paths where there is nothing to import."""
    refusals: list[Refusal] = []
    for path in paths:
        try:
            check_there(path)
        except InputError as error:
            name, _, reason = str(error).partition(": ")
            refusals.append(Refusal(name, reason))
    return refusals


def size_of(path: Path) -> int:
    """Add up the bytes of a file, or of those in a folder."""
    try:
        return sum(each.stat().st_size for each in (path, *path.rglob("*")) if each.is_file())
    except OSError:
        # The import itself says what is wrong with it.
        return 0


@contextmanager
def _collecting_between() -> Iterator[Callable[[], object]]:
    """Look for garbage only where it is asked for: what is made of a record is none before it is in.

    Looking for it at any time takes a tenth of an import.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield partial(gc.collect, 1)
    finally:
        if was_on:
            gc.enable()


def _in_chunks(records: Iterable[Record | Refusal]) -> Iterator[list[Record | Refusal]]:
    """Gather records, so that reading and parsing happen between the transactions and not inside them.

    Where reading ends in an error, what was read before comes first.
    """
    chunk: list[Record | Refusal] = []
    length = 0
    try:
        for record in records:
            chunk.append(record)
            length += len(record.text) if isinstance(record, Record) else 0
            if len(chunk) == _CHUNK_RECORDS or length > _CHUNK_LENGTH:
                yield chunk
                chunk, length = [], 0
    except InputError:
        yield chunk
        raise
    yield chunk


def _complete(about: About, record: Record) -> tuple[About, list[str]]:
    """Fill in what an article lacks and a record of its text has; say where the two disagree."""
    others: list[str] = []
    article_id = about.id
    # An article without an id is exported under its key.
    if record.id not in (None, about.id) and not is_key_of(article_key(record.text), record.id):
        if about.id is None:
            article_id = record.id
        else:
            others.append(_oppose("id", about.id, record.id))
    title = about.title
    if record.title not in ("", about.title, title_of(record.text)):
        if about.title == title_of(record.text):
            title = record.title
        else:
            others.append(_oppose("title", about.title, record.title))
    meta = {**about.meta, **{key: record.meta[key] for key in record.meta if key not in about.meta}}
    others += [
        _oppose(f"meta.{key}", about.meta[key], value)
        for key, value in record.meta.items()
        if key in about.meta and _in_any_order(about.meta[key]) != _in_any_order(value)
    ]
    return About(article_id, title, meta), others


def _oppose(name: str, kept: Json, other: Json) -> str:
    """Say what an article has, and what a record has instead: `id "a1", here "a2"`."""
    shown = [quote(written, 0, len(written)) for written in (to_json(kept), to_json(other))]
    return f"{name} {shown[0]}, here {shown[1]}"


def _in_any_order(value: Json) -> str:
    """Write a value so that two are equal where only the order of their keys differs."""
    return json.dumps(value, sort_keys=True)


def _fit_to_paragraphs(record: Record, count: int, unfit: Tally) -> Record:
    """Leave out what a record says of other paragraphs than the `count` that its text has."""
    there = f"the text has {count_noun(count, 'paragraph')}"
    if record.states and len(record.states) != count:
        said = f"meta.states has {count_noun(len(record.states), 'state')}; {there}, give each one"
        unfit.leave_out(said, "state list", line=record.line)
        record = structs.replace(record, states=(), state="unfinished")
    places = (
        ("flag", "meta.flags", record.flags),
        ("note", "meta.notes", record.notes),
        ("paragraph label", "paragraph_labels", record.paragraph_labels),
    )
    for noun, key, index in [(noun, key, index) for noun, key, some in places for index in sorted(some)]:
        if not 0 <= index < count:
            unfit.leave_out(f"{key} names paragraph {index + 1}; {there}", noun, line=record.line)
    return structs.replace(
        record,
        flags=frozenset([index for index in record.flags if 0 <= index < count]),
        notes={index: note for index, note in record.notes.items() if 0 <= index < count},
        paragraph_labels={index: own for index, own in record.paragraph_labels.items() if 0 <= index < count},
    )


def _layer_of(record: Record, paragraphs: range) -> Layer:
    """Give what the record says of these paragraphs, as if nobody had said anything before."""
    states = record.states or (record.state or "finished",) * len(paragraphs)
    return Layer(
        spans={span.id: span for span in record.spans or ()},
        relations={relation.id: relation for relation in record.relations},
        states=dict(zip(paragraphs, states, strict=True)),
        flags={paragraphs.start + index for index in record.flags},
        notes={paragraphs.start + index: text for index, text in record.notes.items() if text},
        article_labels={name: value for name, value in record.article_labels.items() if value is not None},
        paragraph_labels={
            paragraphs.start + index: {name: value for name, value in own.items() if value is not None}
            for index, own in record.paragraph_labels.items()
        },
        entities={entity.id: entity for entity in record.entities},
    )


def _compare(said: Layer, layer: Layer, article: Article, symmetric: Set[str]) -> tuple[Layer, list[str]]:
    """Give what is said more than the layer has, and where the two disagree: there the layer stays.

    `symmetric` relations mean the same from either end.
    """
    new = Layer(
        states={
            index: state
            for index, state in said.states.items()
            if index not in layer.states and not _goes_without_saying(state, index, layer, article)
        },
        notes={index: note for index, note in said.notes.items() if index not in layer.notes},
        article_labels={
            name: value for name, value in said.article_labels.items() if name not in layer.article_labels
        },
    )
    # A paragraph that is reopened loses its flag.
    new.flags = {
        index
        for index in said.flags | layer.flags
        if index not in layer.flags or new.states.get(index) == "unfinished"
    }
    others, id_of = _compare_spans(said, layer, new, article.text)
    others += _compare_relations(said, layer, new, id_of, symmetric)
    others += _compare_entities(said, layer, new, id_of)
    others += _compare_paragraph_labels(said, layer, new)
    others += [
        _oppose(f"article label {name}", layer.article_labels[name], value)
        for name, value in said.article_labels.items()
        if _in_any_order(layer.article_labels.get(name, value)) != _in_any_order(value)
    ]
    others += [
        _oppose(f"note of paragraph {index + 1}", layer.notes[index], note)
        for index, note in said.notes.items()
        if layer.notes.get(index, note) != note
    ]
    return new, others


def _compare_relations(
    said: Layer, layer: Layer, new: Layer, id_of: Mapping[str, str], symmetric: Set[str]
) -> Iterator[str]:
    """Put into `new` the relations that are more than the layer has; say where the two disagree.

    One of which the record says less than the layer does is the same, unless the record has that one, too.
    """

    def link_of(relation: Relation) -> tuple[str, ...]:
        ends = relation.head, relation.tail
        return relation.label, *(sorted(ends) if relation.label in symmetric else ends)

    there: dict[tuple[str, ...], list[Relation]] = {}
    for known in layer.relations.values():
        there.setdefault(link_of(known), []).append(known)
    # A relation of a span that was left out goes with that.
    told = [
        structs.replace(each, head=id_of[each.head], tail=id_of[each.tail])
        for each in said.relations.values()
        if each.head in id_of and each.tail in id_of
    ]
    said_too = {(*link_of(each), each.answers) for each in told}
    taken = set(layer.relations)
    for each in told:
        link = link_of(each)
        equal = there.get(link, [])
        alone = [known for known in equal if (*link, known.answers) not in said_too]
        if any(known.answers == each.answers for known in equal):
            continue
        if any(_says_no_more(each, known) for known in alone):
            continue
        same = next((known for known in equal if known.id == each.id), None)
        if same is None:
            relation_id = _free_id(each.id, taken)
            new.relations[relation_id] = structs.replace(each, id=relation_id)
        else:
            yield _oppose(f"attributes of relation {each.id}", dict(same.attributes), dict(each.attributes))


def _says_no_more(relation: Relation, other: Relation) -> bool:
    """Tell whether a relation has no attribute that another one has not just so."""
    return all(
        name in other.attributes and _in_any_order(value) == _in_any_order(other.attributes[name])
        for name, value in relation.attributes.items()
    )


def _compare_entities(said: Layer, layer: Layer, new: Layer, id_of: Mapping[str, str]) -> Iterator[str]:
    """Put into `new` the entities that are more than the layer has; say where the two disagree."""
    home = {span_id: entity for entity in layer.entities.values() for span_id in entity.spans}
    taken = set(layer.entities)
    for entity in said.entities.values():
        spans = tuple([id_of[each] for each in entity.spans if each in id_of])
        known = {each.id: each for span_id in spans if (each := home.get(span_id)) is not None}
        if len(known) > 1:
            names = " and ".join(sorted(each.name or each.id for each in known.values()))
            yield _oppose(f"entity {entity.name or entity.id}", names, entity.name or entity.id)
            continue
        there = next(iter(known.values()), None)
        if there is None:
            if spans:
                entity_id = _free_id(entity.id, taken)
                new.entities[entity_id] = Entity(entity_id, entity.name, spans)
            continue
        if entity.name not in ("", there.name) and there.name:
            yield _oppose(f"name of entity {there.id}", there.name, entity.name)
        joined = Entity(there.id, there.name or entity.name, tuple(dict.fromkeys((*there.spans, *spans))))
        if joined != there:
            new.entities[there.id] = joined


def _compare_paragraph_labels(said: Layer, layer: Layer, new: Layer) -> Iterator[str]:
    """Put into `new` the labels of paragraphs that the layer has not; say where the two disagree."""
    for index, own in said.paragraph_labels.items():
        there = layer.paragraph_labels.get(index, {})
        fresh = {name: value for name, value in own.items() if name not in there}
        if fresh:
            new.paragraph_labels[index] = fresh
        for name, value in own.items():
            if _in_any_order(there.get(name, value)) != _in_any_order(value):
                yield _oppose(f"paragraph {index + 1}: label {name}", there[name], value)


def _goes_without_saying(state: ParagraphState, index: int, layer: Layer, article: Article) -> bool:
    """Tell whether a paragraph of an article that the annotator has begun is in this state already."""
    return bool(layer.events) and paragraph_state(article, layer, index) == state


def _compare_spans(said: Layer, layer: Layer, new: Layer, text: str) -> tuple[list[str], dict[str, str]]:
    """Put into `new` the spans that the layer has not; say where the two disagree, and which span is which.

    A span that says something else of the same words than one of the layer does, is left out.
    """
    there: dict[SpanPlace, list[Span]] = {}
    for span in layer.spans.values():
        there.setdefault(span.place, []).append(span)
    said_too = {span.place for span in said.spans.values()}
    alone = [spans[0] for place, spans in there.items() if place not in said_too]
    others: list[str] = []
    id_of: dict[str, str] = {}
    taken = set(layer.spans)
    for span in said.spans.values():
        known = _find_equal(span, there.get(span.place, ()))
        if known is None:
            opposed = next((each for each in alone if _contradict(each, span)), None)
            if opposed is not None:
                others.append(_oppose("span", _describe(opposed, text), _describe(span, text)))
                continue
            known = structs.replace(span, id=_free_id(span.id, taken))
            new.spans[known.id] = known
        else:
            others += _oppose_spans(known, span)
        id_of[span.id] = known.id
    return others, id_of


def _find_equal(span: Span, there: Sequence[Span]) -> Span | None:
    """Find the span that is meant among those that are the same but for what stands beside the label."""
    likely = sorted(there, key=lambda each: (any(_oppose_spans(each, span)), each.id != span.id))
    return likely[0] if likely else None


def _contradict(kept: Span, other: Span) -> bool:
    """Tell whether two spans cannot both be meant: the same words by two labels, or two edges of one."""
    is_same_place = (kept.start, kept.end) == (other.start, other.end)
    return is_same_place or (kept.label == other.label and kept.overlaps(other.start, other.end))


def _describe(span: Span, text: str) -> str:
    return f"{span.label} {span.start}–{span.end} {quote(text, span.start, span.end, limit=_QUOTED)}"


def _oppose_states(said: Layer, layer: Layer, *, is_told: bool) -> list[str]:
    """Say of which paragraphs the states disagree; another tool's file cannot tell what is unfinished."""
    return [
        _oppose(f"state of paragraph {index + 1}", layer.states[index], state)
        for index, state in said.states.items()
        if layer.states.get(index, state) != state and (is_told or state != "unfinished")
    ]


def _oppose_spans(kept: Span, other: Span) -> Iterator[str]:
    """Say what two equal spans have beside their label that is not equal, as far as the other one has it."""
    for name, value in other.attributes.items():
        if _in_any_order(kept.attributes.get(name)) != _in_any_order(value):
            yield _oppose(f"span {kept.id}: attributes.{name}", kept.attributes.get(name), value)
    if other.note not in ("", kept.note):
        yield _oppose(f"span {kept.id}: note", kept.note, other.note)


def _free_id(wanted: str, taken: set[str]) -> str:
    """Make an id that is not taken yet, and take it."""
    while wanted in taken:
        wanted += "+"
    taken.add(wanted)
    return wanted


def _list_acts(layer: Layer, *, as_before: bool = False) -> list[Act]:
    """List the acts that lead from nothing to a layer.

    With `as_before` they are those of version 0.1, for which a flag was a state.
    """
    acts: list[Act] = []
    if layer.spans:
        acts.append(Add(tuple(layer.spans.values())))
    if layer.relations:
        acts.append(Relate(tuple(layer.relations.values())))
    acts += [JoinMentions(entity.id, entity.spans, entity.name) for entity in layer.entities.values()]
    acts += [Tag(name, value) for name, value in layer.article_labels.items()]
    acts += [
        Tag(name, value, index)
        for index, own in layer.paragraph_labels.items()
        for name, value in own.items()
    ]
    by_kind: dict[type[Mark | Flag], list[int]] = {}
    for index, state in layer.states.items():
        was_flagged = as_before and state == "unfinished" and index in layer.flags
        by_kind.setdefault(Flag if was_flagged else MARKS[state], []).append(index)
    acts += [kind(tuple(indices)) for kind, indices in by_kind.items()]
    if layer.flags and not as_before:
        acts.append(Flag(tuple(sorted(layer.flags))))
    acts += [Note(paragraph=index, text=text) for index, text in layer.notes.items()]
    return acts


def _write_acts(acts: Iterable[Act]) -> list[tuple[str, str]]:
    """Write acts as their kinds and payloads, which are JSON objects that are not empty."""
    return [(act.kind, write_act(act)) for act in acts]


def _sign_acts(acts: Sequence[tuple[str, str]], digest: str) -> list[tuple[str, str]]:
    """Write into each payload which import it came with."""
    return [(kind, f'{payload[:-1]},"import":"{digest}"}}') for kind, payload in acts]


def _digest(key: str, annotator: str, acts: Sequence[tuple[str, str]]) -> str:
    """Name what a record says of an article: 32 hexadecimal digits."""
    return _digest_said(f"of {key}", annotator, acts)


def _digest_before(key: str, annotator: str, layer: Layer) -> str:
    """Name it as version 0.1 did, for which a text was an article."""
    return _digest_said(key, annotator, _write_acts(_list_acts(layer, as_before=True)))


def _digest_said(what: str, annotator: str, acts: Sequence[tuple[str, str]]) -> str:
    said = "\n".join([what, annotator, *(f"{kind} {payload}" for kind, payload in acts)])
    return hashlib.blake2b(said.encode("utf-8"), digest_size=16).hexdigest()
