"""Exports in every format: one file or folder, or a data set of parts with its datacard and manifest.

Nothing half appears: all is written beside the target, and only when it is whole, and when nothing was lost
that must not be, is it put there.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, TextIO

from msgspec import Struct, field, structs

from tui.errors import OutputError
from tui.formats.format import Writing
from tui.formats.shared.writing import (
    Loss,
    Losses,
    Target,
    WriteOptions,
    Writer,
    dump_line,
    escape_json,
)
from tui.model.record import Record
from tui.project.datacard import Facts, PartFacts, format_datacard, format_manifest
from tui.project.exporting import ExportOptions, ExportReport, read_records
from tui.project.outputs import (
    Part,
    StagedFiles,
    Stream,
    check_file,
    check_folder,
    copy_staged,
    open_whole,
    publish_files,
    publish_folder,
    stage,
    stage_for_stream,
)
from tui.store import Store

if TYPE_CHECKING:
    from tui.project.splits import Parts, Split

_CHUNK: Final = 1 << 20

_SHARD: Final = 50_000
"""Rows of one file of Parquet in a data set: some tens of megabytes of paragraphs."""


class LossError(OutputError):
    """The format cannot carry everything, and nothing was to be lost: nothing was written."""


class Job(Struct, frozen=True):
    """One export: what, how, and who hears of it."""

    store: Store
    """Where the records come from."""
    options: ExportOptions
    """Which records."""
    told: WriteOptions
    """What the writer is told."""
    format_name: str
    """What the format is called."""
    format: Writing
    """How it is written."""
    report: ExportReport = field(default_factory=ExportReport)
    """What it did so far."""
    progress: Callable[[int], None] | None = None
    """Hears of each article."""

    @property
    def losses(self) -> Losses:
        """What could not be carried."""
        return self.told.losses

    @property
    def suffix(self) -> str:
        """The ending of its files."""
        return self.format.suffix_of(self.told) if self.format.suffix_of else self.format.suffix


@contextmanager
def report_losses(path: Path | None, losses: Losses) -> Iterator[None]:
    """Write every loss into a JSONL file, which appears whatever becomes of the export itself."""
    if path is None:
        yield
        return
    with open_whole(path) as out:
        losses.tell = _telling(out)
        try:
            yield
        except LossError:
            failed = True
        else:
            failed = False
    if failed:
        raise LossError(_explain_losses(losses))


def export_files(job: Job, path: Path) -> list[Path]:
    """Export into a file, with those that belong beside it, or into a folder; give what was written."""
    check = check_folder if job.format.is_folder else check_file
    check(path)
    with stage(path) as files:
        _write_all(job, files)
        if job.format.is_folder:
            publish_folder(files, path)
            return [path]
        return publish_files(files, path)


def export_stream(job: Job, out: BinaryIO) -> None:
    """Export into a stream, at once when it is known that nothing is lost."""
    if not job.format.only_alone:
        raise OutputError(f"{job.format_name} is more than one file; name the first, or the folder, with -o")
    may_cut = job.options.as_of is not None or job.store.progress.has_relations()
    if job.format.carries_all and not may_cut:
        _write_all(job, Stream(out))
        return
    with stage_for_stream() as files:
        _write_all(job, files)
        copy_staged(files, out)


def export_split(job: Job, parts: "Parts", folder: Path, *, command: str, version: str) -> "Split":
    """Export a data set of parts into a new folder, with `datacard.md` and `manifest.json`."""
    from tui.project.splits import THRESHOLD

    check_folder(folder)
    job = structs.replace(job, told=structs.replace(job.told, most_rows=_SHARD))
    facts = {name: PartFacts() for name in parts.names}
    with stage(folder) as files:
        with job.store.snapshot():
            split = _split_store(job, parts)
            places = _places_by_id(job, split)
            imported = _Imported(job.store)
            with ExitStack() as opened:
                writers = {name: _open_part(job, files, name) for name in parts.names}
                for writer in writers.values():
                    opened.callback(writer.close)
                for record in read_records(job.store, job.options, job.report, progress=job.progress):
                    number, side = places[record.article or record.id or ""]
                    if side is not None:
                        for part in _read_fitting(job, record):
                            writers[side].write(part)
                            facts[side].add(part, imported.of(number, record.annotator or ""))
            first, last = job.store.log.read_time_span(as_of=job.options.as_of)
        _refuse_losses(job)
        digests = {name: _digest(files.path_of(name)) for name in files.names}
        said = Facts(
            labels=job.told.labels,
            format_name=job.format_name,
            offsets=job.format.offsets,
            parts=facts,
            files=digests,
            command=command,
            where=job.told.noticed.where,
            first_event=first,
            last_event=last,
            lengths=job.report.describe_lengths(job.told.max_tokens),
            losses=dict[str, int](sorted(job.losses.counts.items())),
            on_loss=job.told.on_loss,
            withheld={
                "paragraphs": job.report.withheld.paragraphs,
                "relations": job.report.withheld.relations,
                "skipped paragraphs": job.report.withheld.skipped,
            },
            alone=job.report.alone,
            method={
                "shares": "/".join(map(str, parts.shares)),
                "by": "blake2b of the article's key",
                "near_duplicate": f"at least {THRESHOLD:.0%} of the shorter one's 5-word shingles shared",
            },
            copies=len(split.copies),
            left_out=sorted(split.left_out),
            version=version,
        )
        card = format_datacard(said)
        if job.format.describe is not None:
            with files.open_text("README.md") as out:
                out.write(job.format.describe(job.told, parts.names) + card)
        with files.open_text("datacard.md") as out:
            out.write(card)
        with files.open_text("manifest.json") as out:
            out.write(escape_json(format_manifest(said)))
        publish_folder(files, folder)
    return split


def _read_fitting(job: Job, record: Record) -> Iterator[Record]:
    """Give a record, or what it is cut into where a model would not read all of it; count those too long."""
    from tui.formats.shared.cutting import USUAL_WINDOW, count_tokens, cut_record

    _tell_cut_relations(job, record)
    report, most = job.report, job.told.max_tokens
    if most is None:
        if job.format.warns_of_length and (tokens := count_tokens(record.text)) > USUAL_WINDOW:
            report.long += 1
            report.longest = max(report.longest, tokens)
        yield record
        return
    pieces = list(cut_record(record, most, job.losses))
    if pieces != [record]:
        report.cut += 1
        report.pieces += len(pieces)
        report.records += len(pieces) - 1
    yield from pieces


def _tell_cut_relations(job: Job, record: Record) -> None:
    """Tell of the relations that reach out of a record."""
    if not record.cut_relations:
        return
    advice = ""
    if job.options.unit == "paragraph":
        advice = "; --unit article keeps it where all between is finished, --all in any case"
    spans = {span.id: span for span in record.spans or ()}
    for relation in record.cut_relations:
        head = spans[relation.head]
        why = f"a relation to a span of another record is left out: {relation.label!r}{advice}"
        job.losses.add(record, "relation", why, span=head.id, start=head.start, end=head.end)


def _write_all(job: Job, target: Target) -> None:
    writer = job.format.open(target, job.told)
    try:
        for record in read_records(job.store, job.options, job.report, progress=job.progress):
            for part in _read_fitting(job, record):
                writer.write(part)
    finally:
        writer.close()
    _refuse_losses(job)


def _refuse_losses(job: Job) -> None:
    if job.told.on_loss == "error" and job.losses.total:
        raise LossError(_explain_losses(job.losses))


def _explain_losses(losses: Losses) -> str:
    return (
        f"nothing was written: the format cannot carry {losses.total:,} thing{'s' * (losses.total > 1)};"
        " --on-loss drop leaves them out, --on-loss snap moves spans where that helps"
    )


def _telling(out: TextIO) -> Callable[[Loss], None]:
    def tell(loss: Loss) -> None:
        out.write(dump_line(loss.as_json()) + "\n")

    return tell


def _split_store(job: Job, parts: "Parts") -> "Split":
    from tui.project.splits import split_articles

    def read_text(key: str) -> str:
        number = job.store.articles.find_article(key)
        return "" if number is None else job.store.articles.load_article(number).text

    articles = (
        (article.key, article.text)
        for batch in job.store.articles.read_articles(as_of=job.options.as_of)
        for article in batch
    )
    return split_articles(articles, parts, read_text)


class _Imported:
    """The ids of imported spans, those of one article at a time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._place: tuple[int, str] | None = None
        self._ids: set[str] = set()

    def of(self, article: int, annotator: str) -> set[str]:
        if self._place != (article, annotator):
            self._place = (article, annotator)
            self._ids = self._store.imports.list_imported(article, annotator)
        return self._ids


def _places_by_id(job: Job, split: "Split") -> dict[str, tuple[int, str | None]]:
    """Give every article's number and part by the id its records carry."""
    return {
        article.id or article.key: (article.number, split.sides[article.key])
        for batch in job.store.articles.read_articles(as_of=job.options.as_of)
        for article in batch
    }


def _open_part(job: Job, files: StagedFiles, name: str) -> Writer:
    is_folder = job.format.is_folder
    part = Part(files, name if is_folder else f"{name}{job.suffix}", is_folder=is_folder)
    return job.format.open(part, job.told)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while content := stream.read(_CHUNK):
            digest.update(content)
    return digest.hexdigest()
