"""Adding labels to labels.yaml as a text edit: comments, order, quoting and line ends stay as they are."""

import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path

import yaml
from yaml.nodes import MappingNode, Node, SequenceNode

from tui.errors import LabelsError, Refusal
from tui.labels.read import parse_labels
from tui.labels.schema import NAME
from tui.labels.source import Loader, compose, is_left_empty, read_source
from tui.labels.values import LabelSet

_PLAIN = re.compile(r"[^\W\d]\w*(?:[ -]\w+)*")
"""What needs no quotes anywhere in YAML, unless it reads as another type (`no`, `null`)."""


def add_labels(path: Path, names: Sequence[str]) -> None:
    """Add labels behind those of labels.yaml; a name that is there already is left alone.

    The file is replaced as a whole or not at all, and only by one that reads without a mistake; else
    raises `LabelsError`.
    """
    file = str(path)
    wrong = [name for name in names if not re.fullmatch(NAME.pattern or "", name)]
    if wrong:
        raise LabelsError(Refusal(file, f"{name!r} cannot be added; write {NAME.wanted}") for name in wrong)
    source = read_source(path)
    text = source.removeprefix("\ufeff")
    root = compose(text, file=file)
    labels = _find(root, "labels")
    before = LabelSet() if labels is None or is_left_empty(labels) else parse_labels(text, file=file)
    new = [name for name in dict.fromkeys(names) if before.label(name) is None]
    if not new:
        return
    edited = _insert(text, labels, new)
    after = parse_labels(edited, file=file)
    if after.names != (*before.names, *new) or after.labels[: len(before.labels)] != before.labels:
        reason = "labels cannot be added to a list written like this; write one label a line"
        raise LabelsError([Refusal(file, reason)])
    _replace(path, source[: len(source) - len(text)] + edited)


def _find(node: Node | None, name: str) -> Node | None:
    """Find the value of a key, by the key's text."""
    pairs = node.value if isinstance(node, MappingNode) else []
    return next((value for key, value in pairs if key.value == name), None)


def _insert(text: str, labels: Node | None, names: Sequence[str]) -> str:
    """Write names behind the labels of a file."""
    line_end = "\r\n" if "\r\n" in text else "\n"
    if labels is None:
        return _append_lines(
            text, len(text), ["labels:", *(f"  - {_quote(name)}" for name in names)], line_end
        )
    if not isinstance(labels, SequenceNode):
        flow = f" [{', '.join(map(_quote, names))}]"
        place = labels.start_mark.index
        return text[:place] + flow + text[place:]
    last = _last_token(text, labels)
    if not labels.flow_style:
        dash = f"{' ' * labels.start_mark.column}- "
        lines = [f"{dash}{_quote(name)}" for name in names]
        return _append_lines(text, last.end_mark.index, lines, line_end)
    place = last.end_mark.index
    added = ", ".join(map(_quote, names))
    if isinstance(last, yaml.FlowEntryToken):
        added = f" {added},"
    elif labels.value:
        added = f", {added}"
    return text[:place] + added + text[place:]


def _append_lines(text: str, index: int, lines: Sequence[str], line_end: str) -> str:
    """Put lines behind the line in which the character before `index` stands."""
    end = text.find("\n", max(index - 1, 0)) + 1
    block = line_end.join(lines)
    if end:
        return f"{text[:end]}{block}{line_end}{text[end:]}"
    return f"{text}{line_end if text else ''}{block}{line_end if not text else ''}"


def _last_token(text: str, labels: SequenceNode) -> yaml.Token:
    """Find the last token of a list, without the bracket that closes it.

    A node will not do: an alias has the place of its anchor.
    """
    start = labels.start_mark.index
    end = labels.end_mark.index - (1 if labels.flow_style else 0)
    inside = [
        token
        for token in yaml.scan(text, Loader=Loader)
        if start <= token.start_mark.index < token.end_mark.index <= end
    ]
    return inside[-1]


def _quote(name: str) -> str:
    """Write a name so that every reader of YAML takes it for that text."""
    if _PLAIN.fullmatch(name) and isinstance(yaml.safe_load(name), str):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _replace(path: Path, text: str) -> None:
    """Replace a file atomically, keeping its permissions; a link stays a link."""
    target = path.resolve()
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            stream.write(text.encode("utf-8"))
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(stat.S_IMODE(target.stat().st_mode))
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise LabelsError([Refusal(str(path), f"cannot be written: {error.strerror or error}")]) from error
