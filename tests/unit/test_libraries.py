"""A command takes the few special functions it needs, and the package behind them when it needs that."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

BEFORE = """
import json, sys, threading
from sim.cli import libraries
libraries.put_off()
"""


def told(code: str) -> dict:
    """What a fresh process says after `put_off`."""
    ended = subprocess.run([sys.executable, "-c", BEFORE + code], capture_output=True, text=True, check=True)
    return json.loads(ended.stdout)


def test_the_functions_are_those_of_the_package() -> None:
    found = told("""
import scipy.special
early = {name: getattr(scipy.special, name) for name in libraries.FUNCTIONS}
light = "numpy.testing" not in sys.modules
scipy.special.logsumexp
same = [name for name in early if getattr(scipy.special, name) is early[name]]
print(json.dumps({"light": light, "same": sorted(same), "all": sorted(libraries.FUNCTIONS)}))
""")
    assert found["light"]
    assert found["same"] == found["all"]


def test_whoever_asks_for_more_gets_the_package_itself() -> None:
    found = told("""
import scipy.special
from scipy.special import ndtr
from scipy import special, stats
import types
print(json.dumps({
    "one": special is scipy.special is sys.modules["scipy.special"],
    "plain": type(special) is types.ModuleType,
    "missing": not hasattr(special, "no_such_function"),
    "listed": {"ndtr", "logsumexp", "erf"} <= set(dir(special)),
    "works": float(stats.norm.cdf(0)) == float(ndtr(0.0)) == 0.5,
}))
""")
    assert all(found.values()), found


def test_threads_that_need_it_whole_at_once_all_get_it() -> None:
    found = told("""
import scipy.special
got = []
def ask(name):
    got.append(getattr(scipy.special, name, None) is not None)
names = ["logsumexp", "softmax", "erf", "ndtr", "roots_legendre", "lambertw", "__all__", "spherical_jn"]
threads = [threading.Thread(target=ask, args=(name,)) for name in names * 4]
for one in threads: one.start()
for one in threads: one.join()
print(json.dumps({"asked": len(threads), "got": sum(got)}))
""")
    assert found["got"] == found["asked"]


def test_a_package_that_has_started_is_left_alone() -> None:
    found = told("""
sys.meta_path.remove(libraries._find)
import scipy.special
libraries.put_off()
print(json.dumps({"finders": sum(one is libraries._find for one in sys.meta_path)}))
""")
    assert found["finders"] == 0


def test_a_version_that_has_them_elsewhere_gives_the_package() -> None:
    found = told("""
libraries._COMPILED = "scipy.special._elsewhere"
from scipy.special import ndtr
print(json.dumps({"value": float(ndtr(0.0)), "whole": "numpy.testing" in sys.modules}))
""")
    assert found == {"value": 0.5, "whole": True}


@pytest.mark.parametrize("command", [["check", "x.yaml"], ["sensitivity", "fund-12.3"]])
def test_a_command_has_one_thread_and_leaves_nothing_behind(command: list[str]) -> None:
    found = told(f"COMMAND = {command}" """
import contextlib, io, os
from sim.cli import main
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.pop(name, None)
os.environ["OMP_NUM_THREADS"] = "3"
seen = {}
import sim.cli.answers as answers
import sim.cli.verbs as verbs
verbs.check = answers.answer = lambda *asked: seen.update(os.environ) or 0
with contextlib.redirect_stdout(io.StringIO()):
    main(COMMAND)
print(json.dumps({"blas": seen["OPENBLAS_NUM_THREADS"], "theirs": seen["OMP_NUM_THREADS"],
                  "after": "OPENBLAS_NUM_THREADS" in os.environ}))
""")  # fmt: skip
    assert found == {"blas": "1", "theirs": "3", "after": False}


def test_a_command_that_starts_threads_has_the_package_as_it_is() -> None:
    """The lock of a late start and those of imports could be taken in either order by two threads."""
    found = told("""
import contextlib, io
from sim.cli import main
sys.meta_path.remove(libraries._find)
seen = {}
def does(arguments):
    seen["finders"] = sum(one is libraries._find for one in sys.meta_path)
    return 0
import sim.cli.verbs as verbs
for name in ("check", "report"):
    setattr(verbs, name, does)
    with contextlib.redirect_stdout(io.StringIO()):
        main([name, "x.yaml"])
    seen[name] = seen["finders"]
    sys.meta_path[:] = [one for one in sys.meta_path if one is not libraries._find]
print(json.dumps(seen))
""")
    assert (found["check"], found["report"]) == (1, 0)
