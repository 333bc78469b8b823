"""The text of labels.yaml, and the nodes that PyYAML's composer makes of it."""

import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from yaml.composer import ComposerError
from yaml.nodes import Node, ScalarNode

from tui.errors import LabelsError, Refusal

if TYPE_CHECKING or not yaml.__with_libyaml__:
    from yaml import SafeLoader as _BaseLoader
else:
    from yaml import CSafeLoader as _BaseLoader

MAX_CHARACTERS = 1_000_000
"""A longer file is some other file; reading it would only keep the person waiting."""

_MAX_BYTES = 4 * MAX_CHARACTERS
_TOO_LONG = f"is longer than {MAX_CHARACTERS:,} characters; this cannot be a file of labels"

MAX_DEPTH = 20
"""Lists and mappings inside each other; labels.yaml needs 6."""

MAX_MISTAKES = 1000
"""Nobody reads more; aliases can make a short file have millions."""

_HINTS = {
    "mapping values are not allowed": "a text with ': ' in it needs quotes",
    "found unknown escape character": "between single quotes a backslash is only a backslash",
    "found another document": "a line `---` starts one; everything belongs into the first",
    "found character that cannot start any token": "a text that begins like this needs quotes",
}
"""What PyYAML says of the commonest slips, and what would be right."""

_NOT_YAML = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_source(path: Path) -> str:
    """Read a file as UTF-8 with its line ends and BOM as they are; raises `LabelsError`."""
    try:
        content = _read_bytes(path)
    except FileNotFoundError as error:
        reason = "there is no such file; `spantag init` writes one to start from"
        raise LabelsError([Refusal(str(path), reason)]) from error
    except IsADirectoryError as error:
        raise LabelsError([Refusal(str(path), "this is a folder; give the file itself")]) from error
    except OSError as error:
        raise LabelsError([Refusal(str(path), f"cannot be read: {error.strerror or error}")]) from error
    if len(content) > _MAX_BYTES:
        raise LabelsError([Refusal(str(path), _TOO_LONG)])
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        reason = f"the byte 0x{content[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise LabelsError([_refuse(str(path), before, len(before), reason)]) from error


def _read_bytes(path: Path) -> bytes:
    """Read a file, or as much as tells that it is too long; raises `LabelsError` for what is no file."""
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        # It would give its content once, or for ever, and labels.yaml is read again and written.
        raise LabelsError([Refusal(str(path), "this is a pipe or a device; give a file")])
    with path.open("rb") as stream:
        return stream.read(_MAX_BYTES + 1)


def compose(source: str, *, file: str) -> Node | None:
    """Turn the text of a YAML file into nodes; raises `LabelsError` where it is not YAML.

    Indices of the nodes count from behind a BOM. None where the file is empty but for comments.
    """
    source = source.removeprefix("\ufeff")
    if len(source) > MAX_CHARACTERS:
        raise LabelsError([Refusal(file, _TOO_LONG)])
    strange = [
        _refuse(file, source, match.start(), f"YAML allows no character U+{ord(match[0]):04X} here")
        for match, _ in zip(_NOT_YAML.finditer(source), range(MAX_MISTAKES), strict=False)
    ]
    if strange:
        raise LabelsError(strange)
    try:
        return Loader(source).get_single_node()
    except yaml.MarkedYAMLError as error:
        raise LabelsError([_explain(file, source, error)]) from error


class Loader(_BaseLoader):
    """A YAML loader that resolves nothing and refuses deep nesting."""

    _depth = 0

    def resolve(self, kind: type[Node], value: object, implicit: object) -> str:
        """Leave every value what it is in the file."""
        del value, implicit
        return kind.__name__

    def descend_resolver(self, current_node: Node | None, current_index: object) -> None:
        """Count a level; neither libyaml nor Python's stack stands thousands of them."""
        del current_index
        self._depth += 1
        if self._depth > MAX_DEPTH and current_node is not None:
            problem = f"lists and mappings are nested more than {MAX_DEPTH} deep here"
            raise ComposerError(None, None, problem, current_node.start_mark)

    def ascend_resolver(self) -> None:
        """Leave a level."""
        self._depth -= 1


def is_left_empty(node: Node) -> bool:
    """Tell `key:` from `key: ""`."""
    return isinstance(node, ScalarNode) and not node.value and not node.style


def _refuse(file: str, source: str, index: int, reason: str) -> Refusal:
    """Refuse what stands at an index of the text."""
    line_start = source.rfind("\n", 0, index) + 1
    return Refusal(file, reason, source.count("\n", 0, index) + 1, index - line_start + 1)


def _explain(file: str, source: str, error: yaml.MarkedYAMLError) -> Refusal:
    """Turn an error of PyYAML into a sentence with its place."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Refusal(file, f"this is not YAML: {error}")
    reason = f"this is not YAML: {str(error.problem).removeprefix('but ')}"
    if source[mark.index : mark.index + 1] == "\t":
        reason = "here is a tab; YAML is indented with spaces"
    elif hint := next((hint for problem, hint in _HINTS.items() if problem in str(error.problem)), None):
        reason += f"; {hint}"
    elif error.context and error.context_mark and error.context_mark.line != mark.line:
        reason += f" ({error.context} from line {error.context_mark.line + 1})"
    return Refusal(file, reason, mark.line + 1, mark.column + 1)
