"""One word for one thing: no public name stands in two modules, and no class does more than it says."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from token import NAME
from tokenize import tokenize

ROOT = Path(__file__).parents[1] / "tui"

EXPORTED_BY_EVERY_FORMAT = {"FORMAT", "CARRIES"}
"""What each module of a format defines, so that all of them can be listed."""

OTHER_WORDS = {
    "offer": "suggestion",
    "offers": "suggestions",
    "offered": "suggested",
    "proposal": "candidate, before it is suggested",
    "desk": "batch, or chunks at work",
    "sitting": "session",
    "editor": "session",
    "deed": "action",
    "deeds": "action",
    "purse": "budget",
    "credit": "budget",
}
"""Words for things that have another one here."""

MOST_METHODS = 30
"""Methods from which on the docstring of a class has to say why there are so many."""


def read_modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(ROOT.rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def list_names(module: ast.Module) -> Iterator[str]:
    """List the classes and the constants that a module defines."""
    for node in module.body:
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def test_no_public_class_or_constant_means_two_things() -> None:
    homes: defaultdict[str, set[str]] = defaultdict(set)
    for path, module in read_modules():
        for name in list_names(module):
            if not name.startswith("_") and name not in EXPORTED_BY_EVERY_FORMAT:
                homes[name].add(path)
    assert {name: sorted(paths) for name, paths in homes.items() if len(paths) > 1} == {}


def test_a_thing_has_the_name_that_the_house_gives_it() -> None:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path in sorted(ROOT.rglob("*.py")):
        with path.open("rb") as source:
            for token in tokenize(source.readline):
                words = set(token.string.lower().split("_")) if token.type == NAME else set()
                for word in words & OTHER_WORDS.keys():
                    found[word].add(f"{path.relative_to(ROOT)}:{token.start[0]}")
    assert {f"{word}, say {OTHER_WORDS[word]}": sorted(places) for word, places in found.items()} == {}


def test_a_class_of_many_methods_says_why() -> None:
    unexplained = {}
    for path, module in read_modules():
        for node in ast.walk(module):
            if isinstance(node, ast.ClassDef):
                methods = {each.name for each in node.body if isinstance(each, ast.FunctionDef)}
                methods |= {each.name for each in node.body if isinstance(each, ast.AsyncFunctionDef)}
                reason = "more methods than a class should" in (ast.get_docstring(node) or "")
                if len(methods) > MOST_METHODS and not reason:
                    unexplained[f"{path}: {node.name}"] = len(methods)
    assert unexplained == {}
