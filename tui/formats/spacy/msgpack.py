"""MessagePack, as far as spaCy's files need it, and read without a package for it.

https://github.com/msgpack/msgpack/blob/master/spec.md
"""

import struct
from typing import Final, TypeAlias

from tui.formats.shared.reading import WrongError

Packed: TypeAlias = "bool | int | float | str | bytes | list[Packed] | dict[Packed, Packed] | None"
"""A value of MessagePack."""

_NUMBERS: Final = {
    0xCA: ">f",
    0xCB: ">d",
    0xCC: ">B",
    0xCD: ">H",
    0xCE: ">I",
    0xCF: ">Q",
    0xD0: ">b",
    0xD1: ">h",
    0xD2: ">i",
    0xD3: ">q",
}
_SIZES: Final = {
    0xC4: 1, 0xC5: 2, 0xC6: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4, 0xDC: 2, 0xDD: 4, 0xDE: 2, 0xDF: 4,
}  # fmt: skip
_DEEPEST: Final = 50
_MOST_VALUES: Final = 10_000_000


def unpack(content: bytes) -> Packed:
    """Read one value; raises `WrongError` where the bytes are no such value."""
    try:
        return _Unpacker(content).read(0)
    except (IndexError, struct.error, UnicodeDecodeError, TypeError) as error:
        raise WrongError(f"this is not MessagePack, or cut off: {error}") from error


class _Unpacker:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._place = 0
        self._values = 0

    def read(self, depth: int) -> Packed:
        if depth > _DEEPEST:
            raise WrongError(f"this MessagePack has more than {_DEEPEST} levels")
        self._values += 1
        if self._values > _MOST_VALUES:
            raise WrongError(f"this MessagePack has more than {_MOST_VALUES:,} values; part it")
        mark = self._content[self._place]
        self._place += 1
        if mark < 0x80 or mark >= 0xE0:
            return mark if mark < 0x80 else mark - 0x100
        if mark < 0x90:
            return self._read_map(mark & 0x0F, depth)
        if mark < 0xA0:
            return [self.read(depth + 1) for _ in range(mark & 0x0F)]
        if mark < 0xC0:
            return self._take(mark & 0x1F).decode("utf-8", "surrogatepass")
        if mark in (0xC0, 0xC2, 0xC3):
            return None if mark == 0xC0 else mark == 0xC3
        if mark in _NUMBERS:
            code = _NUMBERS[mark]
            number: int | float = struct.unpack(code, self._take(struct.calcsize(code)))[0]
            return number
        if mark not in _SIZES:
            raise WrongError(f"this MessagePack has an extension type (0x{mark:02x}), which is not read")
        size = int.from_bytes(self._take(_SIZES[mark]), "big")
        if mark <= 0xC6:
            return self._take(size)
        if mark <= 0xDB:
            return self._take(size).decode("utf-8", "surrogatepass")
        if mark <= 0xDD:
            return [self.read(depth + 1) for _ in range(size)]
        return self._read_map(size, depth)

    def _read_map(self, size: int, depth: int) -> Packed:
        return {self.read(depth + 1): self.read(depth + 1) for _ in range(size)}

    def _take(self, size: int) -> bytes:
        part = self._content[self._place : self._place + size]
        if len(part) < size:
            raise IndexError(f"{size} bytes are missing at {self._place}")
        self._place += size
        return part
