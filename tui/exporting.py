"""Taking records out of the store: streaming, only what is settled, whole files only."""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from tui.articles import Article
from tui.errors import OutputError
from tui.events import Layer
from tui.records import Record, Unit, Withheld, cut_records
from tui.store import Store


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What to export."""

    unit: Unit = "paragraph"
    """What one record covers."""
    annotator: str | None = None
    """Only this annotator's work; None: everybody's, one record each."""
    everything: bool = False
    """Unfinished paragraphs and untouched articles too."""
    as_of: str | None = None
    """What the log said at this UTC time; None: now."""


@dataclass(slots=True)
class ExportReport:
    """What an export did."""

    records: int = 0
    """Records written."""
    spans: int = 0
    """Spans in them."""
    withheld: Withheld = field(default_factory=Withheld)
    """What was left out."""


def read_records(
    store: Store,
    options: ExportOptions,
    report: ExportReport,
    *,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Record]:
    """Read the records to export, in order of the articles' arrival; `progress` hears of each article.

    They are all from one moment, whatever is written meanwhile.
    """
    with store.snapshot():
        # What a paragraph looks like is only told of paragraphs of which nobody has said anything.
        for articles in store.read_articles(as_of=options.as_of, boilerplate=options.everything):
            layers = _read_layers(store, articles, options)
            for article in articles:
                if progress is not None:
                    progress(1)
                yield from _cut_article(article, layers.get(article.number, {}), options, report)


def _cut_article(
    article: Article, layers: Mapping[str, Layer], options: ExportOptions, report: ExportReport
) -> Iterator[Record]:
    """Cut what each annotator says of an article into records, and count them."""
    chosen: list[tuple[str | None, Layer]] = [
        (annotator, layer) for annotator, layer in layers.items() if options.annotator in (None, annotator)
    ]
    if not chosen and options.everything:
        chosen.append((None, Layer()))
    for annotator, layer in chosen:
        records, withheld = cut_records(
            article, annotator, layer, unit=options.unit, everything=options.everything
        )
        report.withheld += withheld
        for record in records:
            report.records += 1
            report.spans += len(record.spans or ())
            yield record


def _read_layers(
    store: Store, articles: Sequence[Article], options: ExportOptions
) -> Mapping[int, Mapping[str, Layer]]:
    """Read what was said of some articles that follow each other, by article and annotator."""
    if not articles:
        return {}
    if options.as_of is None:
        return store.read_layers(articles[0].number, articles[-1].number)
    return {
        article.number: {
            annotator: layer
            for annotator in store.list_annotators(article.number)
            if (layer := store.load_layer(article.number, annotator, as_of=options.as_of)).events
        }
        for article in articles
    }


@contextmanager
def open_whole(path: Path) -> Iterator[TextIO]:
    """Open a file for writing that appears under its name only when the block is done.

    The text is written beside it, as UTF-8 with the line ends as given, synced, and renamed over it; a link
    stays a link, and into a device or a pipe it is written as it comes. Raises `OutputError`; whatever stood
    there before is then untouched.
    """
    if path.is_dir():
        raise OutputError(f"{path}: this is a folder; name a file")
    try:
        if path.exists() and not path.is_file():
            with path.open("w", encoding="utf-8", newline="") as out:
                yield out
        else:
            with _open_beside(path.resolve()) as out:
                yield out
    except OSError as error:
        raise OutputError(f"{path}: the file cannot be written: {error.strerror}") from error


@contextmanager
def _open_beside(path: Path) -> Iterator[TextIO]:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        temporary.chmod(_mode_of(path))
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _mode_of(path: Path) -> int:
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
