"""The shape of the code: imports go down, modules and functions stay small, a projection stays light."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_ERROR, EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "sim").rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
#: Lines of a module that is one thing, and of a function without its docstring; a longer one has few branches.
MODULE_LINES, FUNCTION_LINES, FEW_BRANCHES = 400, 40, 4
_BRANCHING = (ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.match_case)
INIT = "__init__.py"
#: What a projection needs neither to start nor to finish; each costs more than the projection itself.
HEAVY = (
    "pandas",
    "rich",
    "altair",
    "matplotlib",
    "papermill",
    "nbclient",
    "nbconvert",
    "ipywidgets",
    "scipy.special._support_alternative_backends",
    "scipy.stats",
    "scipy.optimize",
)
#: What the model may know: arrays, special functions, its own package and nothing of files or chance.
MODEL_IMPORTS = {
    "__future__", "collections.abc", "dataclasses", "functools", "typing", "numpy", "scipy.special", "sim.model",
    "lazy_loader",
}  # fmt: skip


def imported(path: Path) -> set[str]:
    """Absolute names of everything a module imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add(node.module or "")
    return names


def test_imports_go_down_the_list_and_never_up() -> None:
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == EXIT_STATUS_SUCCESS


def test_an_import_that_goes_up_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "upside"
    for layer, text in {"": "", "high": "", "low": "import upside.high\n"}.items():
        (package / layer).mkdir(parents=True, exist_ok=True)
        (package / layer / "__init__.py").write_text(text)
    contract = '[tool.importlinter]\nroot_package = "upside"\n[[tool.importlinter.contracts]]\n'
    contract += 'name = "down"\ntype = "layers"\ncontainers = ["upside"]\nlayers = ["high", "low"]\n'
    (tmp_path / "pyproject.toml").write_text(contract)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert lint_imports(config_filename=str(tmp_path / "pyproject.toml"), no_cache=True) == EXIT_STATUS_ERROR


def contracts() -> list[dict]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]


@pytest.mark.parametrize("contract", contracts(), ids=lambda contract: contract["id"])
def test_the_contract_names_every_part_of_the_package(contract: dict) -> None:
    """Of every package it is about; the one inside `run` says only what kernels may not know."""
    named = {name.strip(" ()") for layer in contract["layers"] for name in layer.split("|")}
    for container in contract["containers"]:
        present = {
            path.stem
            for path in (ROOT / container.replace(".", "/")).iterdir()
            if not path.name.startswith(("_", ".")) and (path.suffix == ".py" or (path / "__init__.py").exists())
        }
        assert named <= present
        assert present <= named or contract["id"] == "run"


def test_the_large_packages_have_a_contract_of_their_own() -> None:
    """Rooms within a room are layers too, or the first contract would say nothing of what lies inside."""
    within = {path.parents[1].relative_to(ROOT).as_posix().replace("/", ".") for path in MODULES if path.name == INIT
              and len(path.relative_to(ROOT).parts) > 3}  # fmt: skip
    assert within <= {container for contract in contracts() for container in contract["containers"]}


@pytest.mark.parametrize("path", [path for path in MODULES if path.parent.name == "model"], ids=lambda path: path.name)
def test_the_model_reads_no_file_and_draws_no_number(path: Path) -> None:
    for name in imported(path):
        assert any(name == allowed or name.startswith(f"{allowed}.") for allowed in MODEL_IMPORTS), name
    assert "np.random" not in path.read_text(encoding="utf-8")


def test_modules_stay_short() -> None:
    long = {
        path.relative_to(ROOT).as_posix()
        for path in MODULES
        if len(path.read_text("utf-8").splitlines()) > MODULE_LINES
    }
    assert not long


def test_a_long_function_branches_little() -> None:
    """A list, a form or a parser said line by line may be long; what has to be thought through is short."""
    assert not [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and too_long(node)
    ]


def too_long(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return code_lines(node) > FUNCTION_LINES and branches(node) > FEW_BRANCHES


def branches(node: ast.AST) -> int:
    """Ways to go on beside the straight one: McCabe's number less one, comparisons and comprehensions counted too."""
    return sum(
        len(one.values) - 1 if isinstance(one, ast.BoolOp) else len(one.ifs) + 1 if isinstance(one, ast.comprehension)
        else isinstance(one, _BRANCHING)
        for one in ast.walk(node)
    )  # fmt: skip


@pytest.mark.parametrize("line", [
    "if x: pass", "for y in x: pass", "while x: pass", "x and x", "x if x else x", "[y for y in x]",
    "try: pass\n    except ValueError: pass", "match x:\n        case 1: pass",
])  # fmt: skip
def test_a_long_function_with_many_branches_is_found(line: str) -> None:
    flat, full = (f"def f(x):\n    {one}\n" + f"    {line}\n" * count + "    x\n" * 60
                  for one, count in (("x", FEW_BRANCHES), ("x or x", FEW_BRANCHES)))  # fmt: skip
    assert [too_long(ast.parse(text).body[0]) for text in (flat, full)] == [False, True]
    assert not too_long(ast.parse("def f(x):\n" + "    if x: pass\n" * (FUNCTION_LINES - 1)).body[0])


def code_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    first = node.body[0]
    documented = isinstance(first, ast.Expr) and ast.get_docstring(node) is not None
    return node.end_lineno - node.lineno + 1 - (first.end_lineno - first.lineno + 1 if documented else 0)


def run_python(code: str) -> str:
    """Standard output of a fresh interpreter at the root of the tree."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    return done.stdout


def test_a_projection_imports_nothing_heavy(knowledge: object) -> None:
    """With the posterior in the cache, as on every start but the first."""
    code = (
        "import sys, io, json, contextlib\n"
        "from sim.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()):\n"
        "    assert main(['project', 'fund-12.3', '--draws', '64']) == 0\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    run_python(code)  # the first start after a change of code may fill caches with libraries it then never needs
    loaded = set(json.loads(run_python(code)))
    assert "numpy" in loaded
    assert not loaded & set(HEAVY)


def test_help_imports_no_library_at_all() -> None:
    code = (
        "import sys, io, json, contextlib\n"
        "from sim.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        "    main(['--help'])\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    assert not set(json.loads(run_python(code))) & {"numpy", "scipy", "pydantic", "ruamel", *HEAVY}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebooks_are_stripped_and_define_nothing(path: Path) -> None:
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] != "code":
            continue
        assert cell["outputs"] == [] and cell["execution_count"] is None
        assert not [node for node in ast.walk(ast.parse(source)) if isinstance(node, (ast.FunctionDef, ast.ClassDef))]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_in_the_package_knows_the_machine_it_was_written_on(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not [place for place in ("/root/", "/home/", "/Users/") if place in text]
