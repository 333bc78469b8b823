"""What each reader makes of small files in its format: golden files, read the same by every version."""

import json
from pathlib import Path

import pytest
from msgspec import structs

from tests.readers import reading_of
from tui.errors import Refusal
from tui.formats import list_readable, native, open_sources, recognise
from tui.model.record import Record
from tui.model.span import Json

READ = Path(__file__).parent / "data" / "formats" / "read"
EXPECTED = "expected.jsonl"


def test_every_format_that_is_read_has_its_files() -> None:
    assert sorted(each.name for each in READ.iterdir()) == sorted(list_readable())


@pytest.mark.parametrize("name", list(list_readable()))
def test_what_is_read_is_what_was_read_before(name: str) -> None:
    """Each file is known by its content; after a change that is meant, delete `expected.jsonl` and run it."""
    lines: list[str] = []
    for source in open_sources(READ / name):
        if source.path.name == EXPECTED:
            continue
        known = recognise(source)
        assert known is not None
        assert known.name == name, source.path
        lines.append(dump({"file": source.path.name}))
        for each in reading_of(known.name).records(source):
            lines += describe(each)
    golden = READ / name / EXPECTED
    if not golden.exists():
        golden.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="")
        pytest.fail(f"{golden} was missing and is written now; read it")
    assert lines == golden.read_text(encoding="utf-8").split("\n")[:-1]


def describe(found: Record | Refusal) -> list[str]:
    """Write a record in spantag's own format, what it suggests, and what was said of it."""
    if isinstance(found, Refusal):
        return [dump({"refused": str(structs.replace(found, file=Path(found.file).name))})]
    lines = [native.format_line(found).decode("utf-8")]
    lines += [
        dump(
            {
                "suggested": found.text[each.start : each.end],
                "label": each.label,
                "source": each.origin.source,
                "confidence": each.origin.confidence,
            }
        )
        for each in found.suggestions
    ]
    lines += [dump({"said": each.sentence, "line": each.line}) for each in found.remarks]
    return lines


def dump(value: dict[str, Json]) -> str:
    return json.dumps(value, ensure_ascii=False)
