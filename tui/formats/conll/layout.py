r"""The layout of a file of tokens and tags: what each of its columns is, decided once from its head.

Columns are parted by tabs or by spaces. Of one file they are, in any order: a number that counts the tokens,
the tokens, tags, and what is no tag. A first row may name them (`TOKEN	NE-COARSE-LIT`), and so may
`# global.columns = ID FORM MISC` of CoNLL-U Plus. A column of `key=value` pairs (`MISC`) has a tag column
for each key whose values are tags, and mentions between brackets under `Entity`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal, TypeAlias

from msgspec import Struct, structs

from tui.formats.shared.tokens import TagForm, find_form, is_tag, sign_tag
from tui.text.messages import count_noun, quote_name

EMPTY_CELLS: Final = frozenset({"", "_", "-X-", "-", "*"})
"""What stands in a column that says nothing of a token."""

WORD_NUMBER: Final = re.compile(r"\d+(?:([-.])(\d+))?")
"""The number of a word, of a token of several words (`1-2`), or of a word that is not in the text (`1.1`)."""

BLANK: Final = " \t\r\ufeff"
"""The characters of a blank line."""

DOCUMENT_MARK: Final = re.compile(r"(?:\d+\s+)?[^\w\s]{1,3}DOC[-_ ]?START[^\w\s]{0,3}(?:[\s|](?P<name>.*))?")
"""A line that begins a document."""

HEAD_LINES: Final = 20_000
"""How many lines a layout is found in."""

Scheme: TypeAlias = Literal["signed", "bare", "bracketed"]
"""How a column tags: `B-LOC`, `LOC`, or `(e1-place-1` where a mention begins and `e1)` where it ends."""

_UNIVERSAL_NAMES: Final = "ID FORM LEMMA UPOS XPOS FEATS HEAD DEPREL DEPS MISC".split()  # noqa: SIM905
_TOKEN_NAMES: Final = frozenset({"form", "surface", "text", "token", "tokens", "word", "words"})
_SPACE_NAMES: Final = frozenset({"space_after", "spaceafter", "ws", "whitespace"})
_CHUNKS: Final = frozenset(
    "NP VP PP ADVP ADJP SBAR PRT CONJP INTJ LST UCP NC VC PC".split()  # noqa: SIM905
)
"""The labels of chunks, which are no names."""

_GLOBAL_COLUMNS: Final = re.compile(r"#\s*global\.columns\s*=\s*(.*)")
_LABEL: Final = re.compile(r"[^\W\d_][\w.:/&+-]*")
_MOST_LABELS: Final = 60
"""The most labels that a column of tags without `B` and `I` may have."""
_BRACKETS: Final = re.compile(r"(?:\([^()]+\)?|[^()]+\))+")


class TagColumn(Struct, frozen=True):
    """A column of tags, or a key of `MISC` whose values are tags."""

    index: int
    """Which column, from 0; -1 is the last one of each row."""
    name: str
    """What it is called: the name that the file gives it, else its number from 1."""
    key: str = ""
    """The key of `MISC`; empty where the whole cell is the tag."""
    scheme: Scheme = "signed"
    """How it tags."""
    form: TagForm = "signed"
    """How its tags are written, where they have a `B` or `I`."""

    def read(self, cells: Sequence[str]) -> str:
        """Give what it says of a token, empty where it says nothing."""
        cell = cells[self.index].strip()
        if self.key:
            return read_pairs(cell).get(self.key, "")
        return "" if cell in EMPTY_CELLS else sign_tag(cell, self.form)


class Layout(Struct, frozen=True):
    """What the columns of a file are."""

    is_inline: bool = False
    """Whether a line is a sentence, as `Two|CD|B-actor men|NNS|I-actor`."""
    has_tabs: bool = False
    """Whether tabs part the columns; else spaces do."""
    width: int = 0
    """How many columns there are."""
    is_ragged: bool = False
    """Whether rows have more or fewer of them."""
    header: str = ""
    """The row that names the columns."""
    names: Sequence[str] = ()
    """The names of the columns, where the file gives them."""
    is_counted: bool = False
    """Whether the first column counts the tokens."""
    token: int = 0
    """The column of the tokens."""
    misc: int | None = None
    """The column of `key=value` pairs."""
    spaces: int | None = None
    """The column that says whether a space follows."""
    tags: Sequence[TagColumn] = ()
    """The columns of tags that are read."""
    others: Sequence[TagColumn] = ()
    """The columns of tags that are not."""
    known: frozenset[str] = frozenset()
    """The labels of the file."""
    least: int = 2
    """How many columns a row needs for all that is read of it."""

    @property
    def is_universal(self) -> bool:
        """Whether these are treebanks, which may have no tags at all."""
        return self.is_counted and self.misc is not None

    def split(self, line: str) -> list[str]:
        """Split a line into its cells; spaces inside a token part nothing where there are tabs."""
        return _split(line, has_tabs=self.has_tabs)

    def explain(self, cells: Sequence[str]) -> str | None:
        """Say why a row does not have this layout, or None where it does."""
        if len(cells) < 2:
            return "a line needs a token and a tag"
        if len(cells) < self.least or (len(cells) != self.width and not self.has_tabs and not self.is_ragged):
            return f"a line of {count_noun(self.width, 'column')} is right here, not one of {len(cells)}"
        if self.is_counted and not WORD_NUMBER.fullmatch(cells[0]):
            return f"the first column counts the tokens, and {quote_name(cells[0])!r} is no number"
        for column in self.tags:
            said = column.read(cells)
            if column.scheme == "signed" and not column.key and said and not is_tag(said):
                return f"{quote_name(said)!r} in column {column.name} is no tag such as O or B-actor"
        return None

    def has_row(self, line: str) -> bool:
        """Tell whether a line that may be a comment is a row: it has this layout, and tags of this file."""
        cells = self.split(line)
        if self.explain(cells) is not None or not any(column.read(cells) for column in self.tags):
            return False
        # A comment may have as many words as there are columns, but hardly as many tabs.
        return "\t" in line or {_label_of(column, cells) for column in self.tags} <= self.known | {""}

    def list_columns(self) -> str:
        """Name the columns: `1 TOKEN, 2 NE`."""
        names = self.names or [""] * self.width
        listed = [f"{number} {name}".rstrip() for number, name in enumerate(names, start=1)]
        return ", ".join([*listed, *(column.name for column in (*self.tags, *self.others) if column.key)])


def read_pairs(cell: str) -> dict[str, str]:
    """Read a cell of `key=value|key=value`."""
    pairs = (pair.partition("=") for pair in cell.split("|"))
    return {key: value for key, sign, value in pairs if sign}


def find_layout(lines: Iterable[str], asked: Sequence[str] = ()) -> Layout:
    """Find the layout of a file by its first lines; `asked` names the tag columns that a person wants.

    Raises `ValueError` with a sentence where there is no such column.
    """
    given = [line.removesuffix("\r") for line in lines if line.strip(BLANK)]
    plain = [line for line in given if not line.startswith("#")]
    plain = [line for line in plain or given if not DOCUMENT_MARK.fullmatch(line)]
    if not plain:
        return Layout()
    inline = sum(_is_inline(line) for line in plain)
    if 2 * inline > len(plain):
        return Layout(is_inline=True)
    has_tabs = 2 * sum("\t" in line.lstrip() for line in plain) > len(plain)
    rows = [_split(line, has_tabs=has_tabs) for line in plain]
    widths = Counter(map(len, rows))
    width = max(widths, key=lambda each: (widths[each], each))
    header, names = _find_names(given, plain, width, has_tabs=has_tabs)
    rows = [row for row, line in zip(rows, plain, strict=True) if line != header and len(row) > 1]
    is_ragged = widths[width] < 0.8 * len(plain)
    is_counted = width > 2 and _counts(rows)
    if not names and is_counted and width == len(_UNIVERSAL_NAMES):
        names = _UNIVERSAL_NAMES
    lowered = [name.lower() for name in names]
    misc = lowered.index("misc") if "misc" in lowered else None
    found = _find_signed(rows, width, names, is_ragged=is_ragged)
    named = next((index for index, name in enumerate(lowered) if name in _TOKEN_NAMES), None)
    likely = [index for index in range(is_counted, width) if index not in (column.index for column in found)]
    token = named if named is not None else int(is_counted)
    if named is None and len(found) == 1 and found[0].index == token and likely:
        # Some files have the tag before its token.
        token = likely[0]
    found = [column for column in found if column.index not in (token, *([0] if is_counted else []))]
    if misc is not None:
        found += _find_keys(rows, misc)
    if not found and misc is None:
        found = _find_bare(rows, width, names, skipped={token, 0 if is_counted else token})
    layout = Layout(
        has_tabs=has_tabs,
        width=width,
        is_ragged=is_ragged,
        header=header,
        names=names,
        is_counted=is_counted,
        token=token,
        misc=misc,
        spaces=next((index for index, name in enumerate(lowered) if name in _SPACE_NAMES), None),
        others=found,
    )
    return _choose(layout, rows, asked)


def _choose(layout: Layout, rows: Sequence[Sequence[str]], asked: Sequence[str]) -> Layout:
    """Choose the columns of tags: those that were asked for, else all, or the last of a list of features."""
    found = layout.others
    if asked:
        tags = [_find_asked(layout, rows, name) for name in asked]
    else:
        tags = [column for column in found if not _has_chunks(column, rows)] or list(found[-1:])
        stand_together = bool(tags) and tags[0].index == layout.token + 1
        if not (layout.is_counted or layout.names or stand_together):
            tags = tags[-1:]
    left = [column for column in found if column not in tags and not _has_chunks(column, rows)]
    known = {_label_of(column, row) for column in tags for row in rows if len(row) > max(0, column.index)}
    least = 1 + max(layout.token, layout.misc or 0, layout.spaces or 0, *(column.index for column in tags))
    return structs.replace(layout, tags=tuple(tags), others=tuple(left), known=frozenset(known), least=least)


def _find_asked(layout: Layout, rows: Sequence[Sequence[str]], name: str) -> TagColumn:
    """Find the column that a person names, by its name, number or key; raises `ValueError`."""
    for column in layout.others:
        if name in (column.name, column.key) or name == str(column.index + 1):
            return column
    lowered = [each.lower() for each in layout.names]
    index = lowered.index(name.lower()) if name.lower() in lowered else -1
    if index < 0 and name.isdecimal() and 1 <= int(name) <= layout.width:
        index = int(name) - 1
    if index < 0 or index == layout.token:
        raise ValueError(
            f"there is no column of tags {quote_name(name)!r}; there are {layout.list_columns()}"
        )
    cells = [row[index] for row in rows if len(row) > index]
    form = find_form(cells)
    is_signed = 2 * sum(map(is_tag, cells)) > len([cell for cell in cells if cell not in EMPTY_CELLS])
    if form in ("lower", "last"):
        return TagColumn(index, _name_of(index, layout.names), form=form)
    return TagColumn(index, _name_of(index, layout.names), scheme="signed" if is_signed else "bare")


def _split(line: str, *, has_tabs: bool) -> list[str]:
    line = line.rstrip("\r\n")
    if has_tabs and "\t" in line.lstrip():
        return line.split("\t")
    return [cell for cell in re.split("[ \t]+", line) if cell] or [line]


def _is_inline(line: str) -> bool:
    words = line.split()
    return all("|" in word and is_tag(word.rsplit("|", 1)[1]) for word in words)


def _find_names(
    given: Sequence[str], plain: Sequence[str], width: int, *, has_tabs: bool
) -> tuple[str, Sequence[str]]:
    """Find the names of the columns, and the row they stand in, where it is no comment."""
    for line in given:
        columns = _GLOBAL_COLUMNS.fullmatch(line)
        if columns is not None and len(columns[1].split()) == width:
            return "", columns[1].split()
        if not line.startswith("#"):
            break
    cells = [cell.strip() for cell in _split(plain[0], has_tabs=has_tabs)]
    is_named = len(cells) == width > 1 and any(cell.lower() in _TOKEN_NAMES for cell in cells)
    return (plain[0], cells) if is_named and not any(map(is_tag, cells)) else ("", ())


def _counts(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first cells count: from 0 or 1, one more each time."""
    right, before = 0, -1
    numbers = [match for row in rows if (match := WORD_NUMBER.fullmatch(row[0])) is not None]
    words = [int(match[0]) for match in numbers if match[1] is None]
    for number in words:
        right += number in (0, 1, before + 1)
        before = number
    return bool(words) and right >= 0.95 * len(words) and len(numbers) >= 0.95 * len(rows)


def _name_of(index: int, names: Sequence[str]) -> str:
    return names[index] if names else str(index + 1)


def _find_signed(
    rows: Sequence[Sequence[str]], width: int, names: Sequence[str], *, is_ragged: bool
) -> list[TagColumn]:
    """Find the columns of tags such as `B-LOC`; of ragged rows without any the last cell may be one."""
    # A column of ragged rows is one that all of them have.
    indices = range(min(map(len, rows), default=0) if is_ragged else width)
    found = [
        TagColumn(index, _name_of(index, names), form=form)
        for index in indices
        if (form := _form_of(row[index] if len(row) > index else "" for row in rows))
        and not (is_ragged and not all(_may_tag(row[index], form) for row in rows))
    ]
    if not found and is_ragged and (form := _form_of(row[-1] for row in rows)):
        found.append(TagColumn(-1, "that stands last", form=form))
    return found


def _form_of(cells: Iterable[str]) -> TagForm | None:
    """Tell how the tags of a column are written; None where it holds no tags, or only labels."""
    said = Counter(cells)
    if _has_tags(said.elements()):
        return "signed"
    form = find_form(said)
    return form if form in ("lower", "last") and len(said.keys() - EMPTY_CELLS) > 1 else None


def _may_tag(cell: str, form: TagForm) -> bool:
    return cell in EMPTY_CELLS or is_tag(sign_tag(cell, form))


def _has_tags(cells: Iterable[str]) -> bool:
    said = [cell for cell in cells if cell not in EMPTY_CELLS]
    labelled = [cell for cell in said if cell != "O"]
    return bool(said) and 2 * sum(map(is_tag, labelled)) >= len(labelled)


def _find_keys(rows: Sequence[Sequence[str]], misc: int) -> Iterator[TagColumn]:
    """Find the keys of `MISC` whose values are tags, and mentions between brackets."""
    values: dict[str, list[str]] = {}
    for row in rows:
        if len(row) > misc and row[misc] not in EMPTY_CELLS:
            for key, value in read_pairs(row[misc]).items():
                values.setdefault(key, []).append(value)
    for key, said in values.items():
        signed = sum(map(is_tag, said))
        if signed > 0.95 * len(said) and signed > said.count("O"):
            yield TagColumn(misc, key, key)
        elif key == "Entity" and all(map(_BRACKETS.fullmatch, said)):
            yield TagColumn(misc, key, key, "bracketed")


def _find_bare(
    rows: Sequence[Sequence[str]], width: int, names: Sequence[str], *, skipped: set[int]
) -> list[TagColumn]:
    """Find the last column of `O` and labels without `B` and `I`."""
    for index in reversed(range(width)):
        cells = [row[index] for row in rows if len(row) > index]
        if index in skipped or cells.count("O") <= 0.2 * len(cells):
            continue
        labels = set(cells) - EMPTY_CELLS - {"O"}
        is_of_labels = all(_LABEL.fullmatch(label) and not is_tag(label) for label in labels)
        if is_of_labels and 0 < len(labels) <= _MOST_LABELS:
            return [TagColumn(index, _name_of(index, names), scheme="bare")]
    return []


def _label_of(column: TagColumn, cells: Sequence[str]) -> str:
    """Give the label of a tag, empty where it has none."""
    said = column.read(cells)
    return "" if said == "O" else said[2:] if column.scheme == "signed" else said


def _has_chunks(column: TagColumn, rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether all labels of a column are those of chunks."""
    labels = {_label_of(column, row) for row in rows if len(row) > max(0, column.index)} - {""}
    return column.scheme == "signed" and bool(labels) and {label.upper() for label in labels} <= _CHUNKS
