"""JSON with places: one value after another of a JSON or JSONL file, and a look at its keys."""

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Final, NoReturn, TypeAlias

import msgspec

from tui.errors import Refusal
from tui.formats.shared.reading import Tally, WrongError, short
from tui.formats.shared.source import Source
from tui.model.record import Record
from tui.model.span import Json

Value: TypeAlias = "Json | Refusal"
"""A value of a file, or why there is none."""

DEEPEST: Final = 100
"""How many levels of lists and objects are read."""

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*+(?:"(\s*:)?|\\?\Z)|[{}\[\]]|[-\w.+]+', re.DOTALL)
"""A text, whole or cut off, a bracket, or another scalar."""

_MOST_TOKENS: Final = 4_000
_MOST_RECORDS: Final = 10
"""How many records of the largest size a list may hold that is one file."""

_SURROGATE_ESCAPE: Final = re.compile(r"\\u[dD][89a-fA-F]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_BLANK: Final = re.compile(r"[ \t\r\n]*")


@lru_cache(maxsize=1)
def outline(head: bytes) -> dict[str, str]:
    """Look at the beginning of a JSON file: the path of every key, and the first character of its value.

    Lists are `[]` in a path: `{"spans": [{"start": 0}]}` gives `spans` and `spans[].start`; a value in a list
    has the path of the list and `[]`. A file that is cut off anywhere is fine; one that is not JSON gives
    nothing.
    """
    text = head.decode("utf-8", "ignore").lstrip()
    if text[:1] not in ("{", "["):
        return {}
    found: dict[str, str] = {}
    stack: list[str] = []
    path = ""
    for number, token in enumerate(_TOKEN.finditer(text)):
        if number > _MOST_TOKENS:
            break
        sign = token[0][0]
        if token[1] is not None:
            parent = stack[-1] if stack else ""
            path = f"{parent}.{token[0][1:].split(chr(34))[0]}".removeprefix(".")
            continue
        if sign in "}]":
            stack = stack[:-1]
        else:
            found.setdefault(path, sign)
            if sign in "{[":
                stack.append(f"{path}[]" if sign == "[" else path)
        path = stack[-1] if stack else ""
    return found


def read_values(source: Source) -> Iterator[tuple[int, Value]]:
    """Read every value of a file, with the line it begins on: the elements of one list, or one after another.

    JSONL is read line by line; anything else at once. What is not JSON is a refusal, after which a JSONL file
    goes on with its next line and any other ends.
    """
    head = source.read_head().lstrip()
    first_line = head.split(b"\n", 1)[0]
    follower = head[len(first_line) :].lstrip()[:1]
    if (head[:1] == b"{" or head[:1] == follower == b"[") and _is_whole(first_line):
        yield from _read_by_line(source)
    else:
        yield from _read_at_once(source)


def read_records(
    source: Source, read_value: Callable[[Json, int], Iterable[Record | Refusal]]
) -> Iterator[Record | Refusal]:
    """Read the records of every value of a file.

    `read_value` gets the value and its line; where it raises `WrongError`, the value is refused.
    """
    for line, value in read_values(source):
        if isinstance(value, Refusal):
            yield value
            continue
        try:
            yield from read_value(value, line)
        except WrongError as error:
            yield Refusal(source.name, str(error), line)


def take_list(value: Json, where: str) -> list[Json]:
    """Take a list that may be missing; raises `WrongError` for anything else."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise WrongError(f'"{where}" must be a list, not {short(value)}')
    return value


def take_parts(value: Json, where: str, noun: str, tally: Tally, *, line: int | None = None) -> list[Json]:
    """Take a list that may be missing; anything else is left out, and said to be."""
    try:
        return take_list(value, where)
    except WrongError as error:
        tally.leave_out(error, noun, line=line)
        return []


def parse(text: str) -> Json:
    """Parse a text as JSON; raises `WrongError` or `json.JSONDecodeError`."""
    value: Json = _DECODER.decode(text)
    _check(value, text)
    return value


def explain(error: json.JSONDecodeError) -> str:
    """Say in one sentence that a text is not JSON."""
    return f"this is not JSON ({error.msg.lower()})"


def _read_by_line(source: Source) -> Iterator[tuple[int, Value]]:
    for number, content in source.read_byte_lines():
        if isinstance(content, Refusal):
            yield number, content
            continue
        try:
            value: Value = _decode(content)
        except (ValueError, RecursionError):
            # The other parser, which takes three times as long, says what is wrong, and where.
            line = source.decode_line(content, number)
            if isinstance(line, str) and not line.strip():
                continue
            value = line if isinstance(line, Refusal) else _parse_with_care(line, source.name, number)
        yield number, value


def _parse_with_care(line: str, file: str, number: int) -> Value:
    try:
        return parse(line)
    except json.JSONDecodeError as error:
        return Refusal(file, f"this line: {explain(error)}", number, error.colno)
    except RecursionError:
        return Refusal(file, f"this JSON has more than {DEEPEST} levels", number)
    except ValueError as error:
        return Refusal(file, str(error), number)


def _read_at_once(source: Source) -> Iterator[tuple[int, Value]]:
    text = source.read_text(records=_MOST_RECORDS)
    if isinstance(text, Refusal):
        yield 1, text
        return
    place = _skip_blank(text, 0)
    is_list = text[place : place + 1] == "["
    place = _skip_blank(text, place + 1) if is_list else place
    line, counted = 1, 0
    while place < len(text) and not (is_list and text[place] == "]"):
        line += text.count("\n", counted, place)
        counted = place
        try:
            value, place = _DECODER.raw_decode(text, place)
            _check(value, text[counted:place])
            yield line, value
            place = _skip_blank(text, place)
            if is_list and text[place : place + 1] not in (",", "]"):
                raise json.JSONDecodeError("Expecting ',' delimiter", text, place)
        except json.JSONDecodeError as error:
            yield line, Refusal(source.name, explain(error), error.lineno, error.colno)
            return
        except RecursionError:
            yield line, Refusal(source.name, f"this JSON has more than {DEEPEST} levels", line)
            return
        except ValueError as error:
            # A value that is JSON but cannot be right: its neighbours still come in.
            yield line, Refusal(source.name, str(error), line)
            if place == counted:
                return
            place = _skip_blank(text, place)
        if is_list and text[place : place + 1] == ",":
            place = _skip_blank(text, place + 1)


def _skip_blank(text: str, place: int) -> int:
    match = _BLANK.match(text, place)
    return match.end() if match else place


def _is_whole(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        # A first line that is wrong in itself still makes JSONL where it ends like an object.
        return line.rstrip().endswith((b"}", b"]")) and len(line) > 2
    return True


def _refuse_constant(name: str) -> NoReturn:
    raise WrongError(f"{name} is not a JSON number; write null or a number")


def _read_float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise WrongError(f"the number {digits} is too large; write it as a string")
    return number


_decode: Final = msgspec.json.Decoder().decode
_DECODER: Final = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_read_float)


def _check(value: object, text: str) -> None:
    """Refuse halves of surrogate pairs, which no UTF-8 file can hold."""
    if _SURROGATE_ESCAPE.search(text):
        found = _SURROGATE.search(json.dumps(value, ensure_ascii=False))
        if found:
            raise WrongError(
                f"a text has half of a surrogate pair (\\u{ord(found[0]):04x}); write the whole pair"
            )
