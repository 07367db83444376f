"""Rooms and doors: whoever stands outside comes in by the door, nobody goes round in a circle, tests neither."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.imports import Package, circle, missing, own_door, past_the_door

ROOT = Path(__file__).parents[2]
SIM = Package(ROOT / "sim")
TESTS = sorted((ROOT / "tests").rglob("*.py"))
#: Import edges a module, a room's door counting as one; good peers of the same kind have 1 to 4.4. The planner's pieces
#: (questions, assumptions, kept work, office tables, the file) join what lies in many rooms, and brought it to 4.44.
EDGES = 4.45
#: A module named in code that tests start in another process, or whose parts they replace.
_IN_TEXT = r"\b(?:from|import) ({0}(?:\.\w+)+) import|[\"']({0}(?:\.\w+)+)[\"']"


def average(package: Package) -> float:
    graph = package.graph(through_doors=False)
    return sum(map(len, graph.values())) / len(graph)


@pytest.fixture
def built(tmp_path: Path):
    """A small package of two rooms, one above the other, with one file changed."""

    def build(**changed: str) -> Package:
        files = {
            "toy/__init__.py": "",
            "toy/low/__init__.py": "",
            "toy/low/__init__.pyi": "from .corn import (\n    Corn as Corn,\n)\nfrom .mill import grind as grind\n",
            "toy/low/corn.py": "class Corn: ...\n",
            "toy/low/mill.py": "from toy.low.corn import Corn\n\ndef grind(): return Corn()\n",
            "toy/high/__init__.py": "",
            "toy/high/__init__.pyi": "from .bread import bake as bake\n",
            "toy/high/bread.py": "from toy.low import grind\n\ndef bake(): return grind()\n",
        }
        files |= {place.replace("__", "/") + ".py": text for place, text in changed.items()}
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return Package(tmp_path / "toy")

    return build


def strangers(package: Package) -> dict[str, list[str]]:
    found = {name: past_the_door(package, path, inside=package.room(name)) for name, path in package.modules.items()}
    return {name: names for name, names in found.items() if names}


def test_imports_from_another_room_come_through_its_door() -> None:
    assert not strangers(SIM)


def test_a_room_never_imports_its_own_door() -> None:
    assert not {name: names for name in SIM.modules if (names := own_door(SIM, name))}


def test_no_modules_import_one_another_in_a_circle() -> None:
    """Neither at the top of a module nor in a function nor for types alone, whichever doors lie between."""
    assert not circle(SIM.graph())


def test_doors_name_only_what_their_modules_have() -> None:
    assert SIM.doors and not missing(SIM)


def test_a_module_imports_few_others() -> None:
    assert average(SIM) <= EDGES


def test_the_small_package_keeps_every_rule(built) -> None:
    package = built()
    assert package.graph()["toy.high.bread"] == {"toy.low.mill"}, "a door leads to the module behind it"
    assert package.graph(through_doors=False)["toy.high.bread"] == {"toy.low"}
    assert not strangers(package) and not circle(package.graph()) and not missing(package)
    assert not any(own_door(package, name) for name in package.modules)
    assert average(package) == 2 / 6


@pytest.mark.parametrize("taken", ["from toy.low.mill import grind", "import toy.low.mill", "from toy.low import mill",
                                   "def bake():\n    from toy.low.mill import grind"])  # fmt: skip
def test_an_import_past_a_door_is_found(taken: str, built) -> None:
    assert strangers(built(toy__high__bread=taken)).keys() == {"toy.high.bread"}


def test_a_name_like_a_module_may_come_from_its_module(built) -> None:
    package = built(toy__low__mill="def mill(): ...\n", toy__high__bread="from toy.low.mill import mill\n")
    assert not strangers(package)


def test_a_room_that_opens_its_own_door_is_found(built) -> None:
    assert own_door(built(toy__low__mill="from toy.low import Corn\n"), "toy.low.mill") == ["Corn"]


@pytest.mark.parametrize(
    "back",
    ["from toy.high.bread import bake", "from toy.high import bake", "import toy.high.bread",
     "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from toy.high import bake",
     "def late():\n    from toy.high import bake",
     "from importlib import import_module\n\ndef late(): return import_module('toy.high.bread')"],
    ids=["deep", "door", "module", "types", "function", "named"],
)  # fmt: skip
def test_a_circle_is_found_however_it_is_hidden(back: str, built) -> None:
    assert {"toy.low.corn", "toy.high.bread"} <= set(circle(built(toy__low__corn=back).graph()))


@pytest.mark.parametrize("line", ["from .mill import thresh as thresh", "from .gone import grind as grind"])
def test_a_door_that_names_what_is_not_there_is_found(line: str, built, tmp_path: Path) -> None:
    package = built()
    (tmp_path / "toy/low/__init__.pyi").write_text(f"{line}\n")
    assert len(missing(package)) == 1


def test_a_crowd_of_imports_is_counted(built) -> None:
    package = built(toy__high__bread="import toy.low.mill, toy.low.corn\nfrom toy.low import grind\n")
    assert average(package) == (1 + 3) / 6


def reached(package: Package, path: Path) -> set[str]:
    """Modules behind a door that a test reaches past it, in code of its own or in code and names it only writes."""
    text = path.read_text(encoding="utf-8")
    named = {one or other for one, other in re.findall(_IN_TEXT.format(package.folder.name), text)}
    deep = {name for word in named if (name := longest(package, word)) and package.room(name) in package.doors}
    return {name.partition(":")[0] for name in past_the_door(package, path)} | (deep - package.rooms)


def longest(package: Package, word: str) -> str:
    """The module a dotted name begins with."""
    while word and word not in package.modules:
        word = word.rpartition(".")[0]
    return word


def private(package: Package, path: Path) -> set[str]:
    """Modules whose private names a file imports."""
    return {package.written(one) for one in package.imports(path) if one.name.startswith("_")}


def shared(package: Package, files: list[Path], look: Callable[[Package, Path], set[str]]) -> dict[str, list[str]]:
    """Modules that more than one file looks into, with those files."""
    found = defaultdict(list)
    for path in files:
        for module in look(package, path):
            found[module].append(path.name)
    return {module: names for module, names in found.items() if len(names) > 1}


def test_a_module_can_be_renamed_without_touching_more_than_its_own_tests() -> None:
    """Past a door goes one file of tests a module, or one that the tests of a family share (`tests/support`)."""
    assert not shared(SIM, TESTS, reached)


def test_private_names_are_looked_at_by_the_tests_of_their_module_alone() -> None:
    assert not shared(SIM, TESTS, private)


@pytest.mark.parametrize("line", [
    "from toy.low.mill import grind", "from toy.low import mill", 'CODE = "from toy.low.mill import grind"',
    "CODE = \'\'\'\nfrom toy.low.mill import grind\n\'\'\'", 'patch("toy.low.mill.grind")',
])  # fmt: skip
def test_a_test_that_goes_past_a_door_is_found(line: str, built, tmp_path: Path) -> None:
    package, files = built(), [tmp_path / "test_one.py", tmp_path / "test_two.py"]
    files[0].write_text("from toy.low import grind\nfrom toy.low.mill import _turn\n")
    files[1].write_text(f"{line}\n")
    assert shared(package, files, reached) == {"toy.low.mill": ["test_one.py", "test_two.py"]}
    assert not shared(package, files, private)
    files[1].write_text("from toy.low.mill import _turn\n")
    assert shared(package, files, private).keys() == {"toy.low.mill"}
    files[1].write_text("from toy.low import grind\n")
    assert not shared(package, files, reached)
