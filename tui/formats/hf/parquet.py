"""Parquet files of Hugging Face's `datasets`: rows in columns, whose types and names of tags the file tells.

They are written and read by pyarrow, which is an extra: `pip install 'spantag[parquet]'`. `datasets` keeps
the description of its features as JSON under `huggingface` in the schema's metadata.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any, BinaryIO, Final

from tui.errors import ConfigurationError, Refusal
from tui.formats.shared.json_values import parse
from tui.formats.shared.source import Source
from tui.formats.shared.writing import Target
from tui.model.span import Json

MARK: Final = b"PAR1"
"""What a Parquet file begins with."""

SUFFIX: Final = ".parquet"
"""The ending of its files."""

_NEEDS: Final = "Parquet needs pyarrow; install it with: pip install 'spantag[parquet]'"
_KEY: Final = b"huggingface"
_GROUP: Final = 1_000
"""Rows that are written together."""

_BATCH: Final = 50
"""Rows that are read together."""


def names_parquet(path: PurePath) -> bool:
    """Tell by its ending that a file is to be Parquet."""
    return path.suffix.lower() == SUFFIX


def check_is_installed() -> None:
    """Make sure that pyarrow is there; raises `ConfigurationError`."""
    try:
        import pyarrow.parquet  # noqa: F401 - only whether it is there
    except ImportError as error:
        raise ConfigurationError(_NEEDS) from error


def read_rows(source: Source) -> Iterator[tuple[int, dict[str, Json]] | Refusal]:
    """Read every row with its number, counted from 1, a group of rows at a time."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        yield Refusal(source.name, _NEEDS)
        return
    number = 0
    with source.open_bytes() as stream:
        try:
            table = pyarrow.parquet.ParquetFile(stream)
            for index in range(table.num_row_groups):
                group = table.metadata.row_group(index)
                columns = [group.column(place) for place in range(group.num_columns)]
                stored = sum(column.total_compressed_size for column in columns)
                if (
                    group.total_byte_size > source.limits.may_unfold(stored)
                    or sum(column.num_values for column in columns) > source.limits.record
                ):
                    yield Refusal(source.name, f"row group {index + 1}: {source.limits.explain_record()}")
                    number += group.num_rows
                    continue
                for batch in table.iter_batches(_BATCH, row_groups=[index]):
                    for row in batch.to_pylist():
                        number += 1
                        yield number, row
        except (pyarrow.ArrowException, OSError) as error:
            yield Refusal(source.name, f"this Parquet file is damaged: {str(error).splitlines()[0]}")


def read_features(source: Source) -> Json:
    """Read what `datasets` says of the columns; None where it says nothing."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        return None
    with source.open_bytes() as stream:
        try:
            said = pyarrow.parquet.read_schema(stream).metadata or {}
            return parse(said.get(_KEY, b"null").decode("utf-8", "replace"))
        except (pyarrow.ArrowException, OSError, ValueError):
            return None


class ParquetRows:
    """Writes the rows of token classification data, in one file, or in several of so many rows."""

    def __init__(self, target: Target, features: Mapping[str, Json], *, most_rows: int | None) -> None:
        """Write into `target`; `features` are as `datasets.Features.from_dict` reads them."""
        check_is_installed()
        import pyarrow

        self._target = target
        self._most = most_rows
        text, number = pyarrow.string(), pyarrow.int64()
        described = json.dumps({"info": {"features": features}}, ensure_ascii=False).encode()
        self._schema = pyarrow.schema(
            [
                ("id", text),
                ("tokens", pyarrow.list_(text)),
                ("ner_tags", pyarrow.list_(number)),
                ("text", text),
                ("offsets", pyarrow.list_(pyarrow.list_(number))),
            ],
            metadata={_KEY: described},
        )
        self._rows: list[Mapping[str, Json]] = []
        self._in_file = 0
        self._files = 0
        self._out: BinaryIO
        self._writer: Any  # pyarrow has no types
        self._open()

    def add(self, row: Mapping[str, Json]) -> None:
        """Add a row."""
        if self._most is not None and self._in_file == self._most:
            self.close()
            self._open()
        self._rows.append(row)
        self._in_file += 1
        if len(self._rows) == _GROUP:
            self._write()

    def close(self) -> None:
        """Write what is left, and close the file."""
        self._write()
        self._writer.close()
        self._out.close()

    def _open(self) -> None:
        import pyarrow.parquet

        self._files += 1
        # The first is the file itself, the others stand beside it.
        self._out = self._target.open_binary("" if self._files == 1 else f"{self._files}{SUFFIX}")
        self._writer = pyarrow.parquet.ParquetWriter(self._out, self._schema)
        self._in_file = 0

    def _write(self) -> None:
        import pyarrow

        if self._rows:
            self._writer.write_table(pyarrow.Table.from_pylist(self._rows, schema=self._schema))
            self._rows = []
