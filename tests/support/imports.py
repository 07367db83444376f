"""Who imports whom in a package of rooms with doors, read from its source without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path


@dataclass(frozen=True)
class Import:
    """One name taken from a module: `name` is empty for `import module`."""

    module: str
    name: str = ""


@dataclass(frozen=True)
class Package:
    """A package on disk: its modules by dotted name, and what each room's door offers.

    Parameters
    ----------
    folder : folder of the package itself; its name is the package's
    """

    folder: Path

    @cached_property
    def modules(self) -> dict[str, Path]:
        """File of every module; a room goes by the name of its folder."""
        return {self._dotted(path): path for path in sorted(self.folder.rglob("*.py"))}

    @cached_property
    def rooms(self) -> set[str]:
        """The folders that are packages below the first."""
        return {name for name, path in self.modules.items() if path.name == "__init__.py"} - {self.folder.name}

    @cached_property
    def doors(self) -> dict[str, dict[str, str]]:
        """For each room with a stub: module of every name it offers; a module offered as a whole is its own."""
        return {
            self._dotted(path): {
                (alias.asname or alias.name): f"{self._dotted(path)}.{node.module or alias.name}"
                for node in ast.parse(path.read_text(encoding="utf-8")).body
                if isinstance(node, ast.ImportFrom)
                for alias in node.names
            }
            for path in sorted(self.folder.rglob("__init__.pyi"))
        }

    def _dotted(self, path: Path) -> str:
        parts = path.relative_to(self.folder.parent).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def room(self, module: str) -> str:
        """The innermost room a module stands in; a room stands in itself."""
        while module not in self.rooms and "." in module:
            module = module.rpartition(".")[0]
        return module

    def imports(self, path: Path) -> tuple[Import, ...]:
        """Everything a file takes from this package, at the top, in functions and behind TYPE_CHECKING alike."""
        return _imports(path.read_text(encoding="utf-8"), self.folder.name)

    def written(self, one: Import) -> str:
        """The module an import names: a room when the name comes through its door."""
        inner = f"{one.module}.{one.name}"
        return inner if inner in self.modules else one.module

    def resolved(self, one: Import) -> str:
        """The module that has what is imported, behind whichever door."""
        named = self.written(one)
        return self.doors.get(named, {}).get(one.name, named)

    def graph(self, *, through_doors: bool = True) -> dict[str, set[str]]:
        """Modules that each module imports; through doors, or as the imports are written."""
        follow = self.resolved if through_doors else self.written
        return {
            name: {follow(one) for one in self.imports(path)} - {name} for name, path in self.modules.items()
        }


@lru_cache(maxsize=4096)
def _imports(text: str, package: str) -> tuple[Import, ...]:
    found: list[Import] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found += [Import(alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [Import(node.module, alias.name) for alias in node.names]
        elif isinstance(node, ast.Call) and _called(node) == "import_module" and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                found.append(Import(first.value))
    return tuple(one for one in found if one.module.split(".")[0] == package)


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Modules of one circle, the first again at the end; nothing when there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as found:
        return list(found.args[1])
    return []


def past_the_door(package: Package, path: Path, inside: str = "") -> list[str]:
    """Imports of a deep module by somebody outside its room whose names the door could offer.

    A name that is also a module of the room cannot go through the door, so it may come from its module.

    Parameters
    ----------
    path : file that imports
    inside : the room the file stands in; empty for one outside the package
    """
    found = []
    for one in package.imports(path):
        named = package.written(one)
        room = package.room(named)
        if room in {named, inside} or room not in package.doors:
            continue
        if one.module == room:  # a module of the room: only one that the door offers as a whole
            if package.doors[room].get(one.name) != named:
                found.append(named)
        elif f"{room}.{one.name}" not in package.modules:
            found.append(f"{named}:{one.name}")
    return found


def own_door(package: Package, name: str) -> list[str]:
    """Names a module takes from the door of the room it stands in: a circle once the door is opened."""
    room = package.room(name)
    return [one.name for one in package.imports(package.modules[name]) if package.written(one) == room != name]


def missing(package: Package) -> list[str]:
    """What doors offer and modules do not have."""
    return [
        f"{room}:{name}"
        for room, offered in package.doors.items()
        for name, module in offered.items()
        if module not in package.modules
        or (module != f"{room}.{name}" and name not in _top_names(package.modules[module]))
    ]


def _top_names(path: Path) -> set[str]:
    """Names a module has once it is imported."""
    return {name for node in _statements(ast.parse(path.read_text(encoding="utf-8")).body) for name in _bound(node)}


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        yield node
        for inner in ("body", "orelse", "finalbody"):
            if isinstance(node, (ast.If, ast.Try, ast.With)):
                yield from _statements(getattr(node, inner, []))


def _bound(node: ast.stmt) -> set[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {node.name}
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    names = [inner for inner in ast.walk(node) if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)]
    return {name.id for name in names}
