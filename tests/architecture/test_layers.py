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
MODULE_LINES, FUNCTION_LINES = 300, 40
#: What a projection needs neither to start nor to finish; each costs more than the projection itself.
HEAVY = (
    "pandas",
    "altair",
    "matplotlib",
    "papermill",
    "nbclient",
    "nbconvert",
    "ipywidgets",
    "scipy.stats",
    "scipy.optimize",
)
#: What the model may know: arrays, special functions, its own package and nothing of files or chance.
MODEL_IMPORTS = {
    "__future__", "collections.abc", "dataclasses", "typing", "numpy", "scipy.special", "sim.model", "lazy_loader",
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


def test_the_contract_names_every_part_of_the_package() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(contract for contract in contracts if contract["type"] == "layers")
    named = {name.strip(" ()") for layer in layers["layers"] for name in layer.split("|")}
    present = {
        path.name.removesuffix(".py") for path in (ROOT / "sim").iterdir() if not path.name.startswith(("_", "."))
    }
    assert present <= named


@pytest.mark.parametrize("path", [path for path in MODULES if path.parent.name == "model"], ids=lambda path: path.name)
def test_the_model_reads_no_file_and_draws_no_number(path: Path) -> None:
    for name in imported(path):
        assert any(name == allowed or name.startswith(f"{allowed}.") for allowed in MODEL_IMPORTS), name
    assert "np.random" not in path.read_text(encoding="utf-8")


def test_modules_stay_short() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in MODULES
        if (count := len(path.read_text("utf-8").splitlines())) > MODULE_LINES
    }
    assert not long


def test_functions_stay_short_docstring_apart() -> None:
    long = {}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and code_lines(node) > FUNCTION_LINES:
                long[f"{path.relative_to(ROOT)}:{node.name}"] = code_lines(node)
    # The one exception is a list: the parser says each command once, line by line.
    assert set(long) <= {"sim/cli.py:_parser"}


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
        "from sim.cli.entry import main\n"
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
        "from sim.cli.entry import main\n"
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
