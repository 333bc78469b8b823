"""Taking records out of the store: streaming, only what is settled, whole files only."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

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
    """Read the records to export, in order of the articles' arrival; `progress` hears of each article."""
    for number in store.list_articles(""):
        if progress is not None:
            progress(1)
        annotators: list[str | None] = [*store.list_annotators(number)]
        if options.annotator is not None:
            annotators = [name for name in annotators if name == options.annotator]
        if not annotators and not options.everything:
            continue
        article = store.load_article(number)
        for annotator in annotators or [options.annotator]:
            layer = Layer() if annotator is None else store.load_layer(number, annotator, as_of=options.as_of)
            records, withheld = cut_records(
                article, annotator, layer, unit=options.unit, everything=options.everything
            )
            report.withheld += withheld
            for record in records:
                report.records += 1
                report.spans += len(record.spans or ())
                yield record


@contextmanager
def open_whole(path: Path) -> Iterator[TextIO]:
    """Open a file for writing that appears under its name only when the block is done.

    The text is written beside it, as UTF-8 with the line ends as given, synced, and renamed over it. Raises
    `OutputError`; whatever stood there before is then untouched.
    """
    if path.is_dir():
        raise OutputError(f"{path}: this is a folder; name a file")
    temporary: Path | None = None
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        temporary = Path(name)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        temporary.chmod(_mode_of(path))
        temporary.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: the file cannot be written: {error.strerror}") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _mode_of(path: Path) -> int:
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
