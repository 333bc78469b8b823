"""Reading as much as can be read of a JSON value that is not what it should be."""

from collections.abc import Callable, Mapping
from types import NoneType, UnionType
from typing import Annotated, TypeVar, Union, get_args, get_origin

from msgspec import Struct, UnsetType, ValidationError, convert, structs

from tui.model.span import Json

_Read = TypeVar("_Read", bound=Struct)


class Salvage:
    """One value, which is read into a struct: what does not fit is left out, and named in `faults`.

    Of a struct, fields that may be missing are left out, and of a tuple its entries; a struct of which
    anything else does not fit is left out itself. What has another name than a field is passed over, as is a
    field that may be missing and is `null`.
    """

    def __init__(self, check: Callable[[Struct], None]) -> None:
        """Begin; `check` raises `ValueError` for a struct of right fields that is wrong as a whole."""
        self._check = check
        self.faults: list[str] = []
        """What was left out: what is wrong with it, and its path."""

    def read(self, value: Mapping[str, Json], wanted: type[_Read]) -> _Read | None:
        """Read a struct; None where nothing can be made of the value."""
        try:
            return self._read_struct(value, wanted, "$")
        except ValidationError as error:
            self._note(error, "$")
            return None

    def _read_struct(self, value: Mapping[str, Json], wanted: type[_Read], path: str) -> _Read:
        kept: dict[str, object] = {}
        for each in structs.fields(wanted):
            name, there = each.encode_name, f"{path}.{each.encode_name}"
            if each.required and name not in value:
                raise ValidationError(f"Object missing required field `{name}` - at `{path}`")
            if name not in value:
                continue
            try:
                kept[each.name] = self._read_value(value[name], each.type, there)
            except ValidationError as error:
                if each.required:
                    raise
                if value[name] is not None:
                    self._note(error, there)
        try:
            made = wanted(**kept)
            self._check(made)
        except ValueError as error:
            raise ValidationError(f"{error} - at `{path}`") from error
        return made

    def _read_value(self, value: Json, wanted: object, path: str) -> object:
        plain = _unwrap(wanted)
        if isinstance(plain, type) and issubclass(plain, Struct) and isinstance(value, dict):
            return self._read_struct(value, plain, path)
        if get_origin(plain) is tuple and get_args(plain)[-1] is Ellipsis and isinstance(value, list):
            return self._read_entries(value, get_args(plain)[0], path)
        try:
            return convert(value, wanted)
        except (ValidationError, OverflowError) as error:
            what, _, inner = str(error).partition(" - at `$")
            raise ValidationError(f"{what} - at `{path}{inner.rstrip('`')}`") from error

    def _read_entries(self, values: list[Json], wanted: object, path: str) -> tuple[object, ...]:
        entries: list[object] = []
        for number, value in enumerate(values):
            there = f"{path}[{number}]"
            try:
                entries.append(self._read_value(value, wanted, there))
            except ValidationError as error:
                self._note(error, there)
        return tuple(entries)

    def _note(self, error: ValidationError, path: str) -> None:
        sentence = str(error)
        self.faults.append(sentence if " - at `" in sentence else f"{sentence} - at `{path}`")


def _unwrap(wanted: object) -> object:
    """Give a type without its bounds, and without the values that say that it is missing."""
    if get_origin(wanted) is Annotated:
        return _unwrap(get_args(wanted)[0])
    if get_origin(wanted) in (Union, UnionType):
        kinds = [each for each in get_args(wanted) if each not in (NoneType, UnsetType)]
        return _unwrap(kinds[0]) if len(kinds) == 1 else wanted
    return wanted
