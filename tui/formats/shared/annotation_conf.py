"""brat's `annotation.conf`: what can be annotated there, and how it hangs together.

[entities]
Person
[relations]
Located   Arg1:Person, Arg2:GPE
[events]
Die       Victim+:Person, Place?:GPE
[attributes]
Mention   Arg:<ENTITY>, Value:Name|Nominal
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tui.model.labels import Attribute, Label, LabelSet, RelationType

_ARGUMENT: Final = re.compile(r"([^\s:?*+{]+)([?*+]?(?:\{[^}]*\})?)\s*:\s*(\S+)")
"""A name, how often it stands, and what it takes."""

_OFTEN: Final = re.compile(r"|\+|\{[1-9].*\}")
"""How often a role stands that an event has to have."""

_ANY: Final = "<ANY>"
_RELATIONS: Final = "<RELATION>"


def read_conf(text: str) -> LabelSet:
    """Read the labels, with their attributes and roles, and the relations."""
    conf = _Conf(text)
    attributes = [(name, *_read_attribute(name, rest)) for name, rest in conf.rows["attributes"]]
    labels = [
        Label(
            name,
            attributes=tuple([each for _, targets, each in attributes if name in conf.expand(targets)]),
            roles=tuple(conf.roles_of(name)),
        )
        for name in dict.fromkeys((*conf.entities, *conf.events))
    ]
    relations = [
        replace(
            relation,
            attributes=tuple([each for _, targets, each in attributes if conf.asks(targets, relation)]),
        )
        for relation in conf.relations()
    ]
    return LabelSet(labels=tuple(labels), relations=tuple(relations))


class _Conf:
    """The rows of its sections, and what its macros stand for."""

    def __init__(self, text: str) -> None:
        self.rows: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        """The rows of each section: the name, and the rest."""
        self._macros: dict[str, str] = {}
        section = ""
        for line in text.splitlines():
            row = line.strip()
            if not row or row.startswith(("#", "-", "!")):
                continue
            if row.startswith("[") and row.endswith("]"):
                section = row[1:-1].lower()
            elif row.startswith("<") and "=" in row:
                name, _, value = row.partition("=")
                self._macros[name.strip()] = value.strip()
            else:
                name = row.split(None, 1)[0]
                self.rows[section].append((name, row.removeprefix(name).strip()))

    @property
    def entities(self) -> list[str]:
        """The names of entities."""
        return [name for name, _ in self.rows["entities"]]

    @property
    def events(self) -> list[str]:
        """The names of events; one may stand several times."""
        return [name for name, _ in self.rows["events"]]

    def expand(self, names: str) -> list[str]:
        """Give the names that stand behind some of them, joined by `|`, macros and groups among these.

        Each comes once, and a macro is followed once: neither a circle nor one of many others takes for ever.
        """
        groups = {"<ENTITY>": self.entities, "<EVENT>": self.events, _ANY: [*self.entities, *self.events]}
        found: dict[str, None] = {}
        followed: set[str] = set()
        waiting = names.split("|")[::-1]
        while waiting:
            name = waiting.pop()
            macro = self._macros.get(name)
            if macro is None or macro == name:
                found.update(dict.fromkeys(groups.get(name, [name])))
            elif name not in followed:
                followed.add(name)
                waiting += macro.split("|")[::-1]
        return list(found)

    def asks(self, targets: str, relation: RelationType) -> bool:
        """Tell whether an attribute of some targets is one of a relation."""
        names = self.expand(targets)
        return _RELATIONS in names or relation.name in names

    def roles_of(self, event: str) -> Iterator[RelationType]:
        """Give the roles of an event."""
        for name, rest in self.rows["events"]:
            for role, number, names in _arguments(rest) if name == event else ():
                tails = () if names == _ANY else tuple(self.expand(names))
                # A trigger of several events has the roles of them all, so that none is only once.
                yield RelationType(role, (name,), tails, many=True, required=bool(_OFTEN.fullmatch(number)))

    def relations(self) -> Iterator[RelationType]:
        """Give the relations; one that stands several times links what any of its rows does."""
        ends: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
        symmetric: set[str] = set()
        for name, rest in self.rows["relations"]:
            if name.startswith("<"):
                # `<OVERLAP>` says which spans may overlap.
                continue
            arguments = {role: names for role, _, names in _arguments(rest)}
            kind = arguments.get("<REL-TYPE>", "").split("-")
            if "transitive" in kind and "symmetric" in kind:
                # Spans that are equivalent are mentions of one entity.
                continue
            if "symmetric" in kind:
                symmetric.add(name)
            for end, role in zip(ends.setdefault(name, ({}, {})), _name_ends(arguments), strict=True):
                end.update(dict.fromkeys(self.expand(arguments.get(role, _ANY))))
        for name, (heads, tails) in ends.items():
            yield RelationType(name, tuple(heads), tuple(tails), symmetric=name in symmetric)


def _name_ends(arguments: dict[str, str]) -> list[str]:
    """Name the arguments of a relation that are its ends."""
    own = [role for role in arguments if not role.startswith("<")]
    return ["Arg1", "Arg2"] if len(own) != 2 or "Arg1" in own else own


def _arguments(rest: str) -> list[tuple[str, str, str]]:
    """Split what stands behind a name: each argument with how often it stands, and what it takes."""
    return _ARGUMENT.findall(rest.replace(",", " "))


def _read_attribute(name: str, rest: str) -> tuple[str, Attribute]:
    """Read what an attribute is asked of, and the attribute."""
    arguments = {key: names for key, _, names in _arguments(rest)}
    values = tuple(arguments["Value"].split("|")) if "Value" in arguments else ()
    return arguments.get("Arg", _ANY), Attribute(name, "choice" if values else "flag", values)
