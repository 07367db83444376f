"""``python -m benchmarks.peers``: the same twelve years in packages that a modeller would otherwise take.

Each peer has a process in an environment of its own, made on the first call; one that cannot be
installed or started is left out, with its reason. pandas, NumPy and plain Python run here.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from pathlib import Path

from benchmarks.contenders import DRAWS, Setting, many, singly
from benchmarks.interleave import Line, cpu_per_unit, lines_table
from benchmarks.model_speed import OURS, goal_words
from sim.ensemble import run_block

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
#: Script of every peer, by its name in requirements.txt, and its own way with chance and counts.
SCRIPTS = {
    "PySD": ("with_pysd", "rounded normals"), "BPTK-Py": ("with_bptk", "library samplers"),
    "Mesa": ("with_mesa", "an agent per HTX"), "ema-workbench": ("with_ema", "round pure Python"),
}  # fmt: skip
GIVEN_DRAWS = 128


class Unavailable(Exception):
    """Why a peer is left out."""


class Environment:
    """The folder that the peers are installed in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def make(self) -> None:
        """An empty one where there is none."""
        if self.python.exists():
            return
        if importlib.util.find_spec("ensurepip") is None:
            raise Unavailable("this Python has no ensurepip")
        venv.create(self.folder, with_pip=True)

    def install(self, requirement: str) -> None:
        """Exactly this version, unless it is there."""
        name, _, version = requirement.partition("==")
        asked = f"import importlib.metadata as m; raise SystemExit(m.version({name!r}) != {version!r})"
        if self.call("-c", asked) is None:
            return
        print(f"installing {requirement}", file=sys.stderr, flush=True)
        options = ("-q", "--retries", "1", "--disable-pip-version-check")
        complaint = self.call("-m", "pip", "install", *options, requirement)
        if complaint is not None:
            raise Unavailable(f"did not install: {complaint}")

    def call(self, *arguments: str) -> str | None:
        """Nothing, or the last thing said by what failed."""
        done = subprocess.run([self.python, *arguments], capture_output=True, text=True)
        return None if done.returncode == 0 else _last_line(done.stderr)


class Peer:
    """A process that takes a turn for every line it is sent, and tells what it cost and where the runs ended."""

    def __init__(self, python: Path, script: str, given: Path) -> None:
        command = [python, "-m", f"benchmarks.peers.{script}", given]
        quiet = {**os.environ, "PYTHONWARNINGS": "ignore", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        self.errors = given.with_suffix(f".{script}")
        with self.errors.open("w") as errors:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=quiet, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
            )
        self.seconds, self.end = 0.0, ""
        self.turn()

    def turn(self) -> int:
        """How many runs were done; their processor time is added up."""
        assert self.process.stdin is not None and self.process.stdout is not None
        try:
            print(file=self.process.stdin, flush=True)
        except BrokenPipeError:
            pass  # what it said is read below
        for line in self.process.stdout:
            if line.startswith('{"seconds"'):
                told = json.loads(line)
                self.seconds += told["seconds"]
                self.end = f"{told['active']:.0f}"
                return told["runs"]
        raise Unavailable(f"did not run: {_last_line(self.errors.read_text())}")

    def close(self) -> None:
        """End the process."""
        self.process.communicate()


def _last_line(said: str) -> str:
    return (said.strip().splitlines() or ["it said nothing"])[-1][:160]


def started(environment: Environment, given: Path) -> tuple[dict[str, Peer], dict[str, str]]:
    """Peers that run, and why the others do not; by requirement."""
    peers, missing = {}, {}
    text = (HERE / "requirements.txt").read_text(encoding="utf-8")
    for requirement in (line for line in text.splitlines() if line and not line.startswith("#")):
        try:
            environment.make()
            environment.install(requirement)
            peers[requirement] = Peer(environment.python, SCRIPTS[requirement.partition("==")[0]][0], given)
        except (Unavailable, OSError, subprocess.SubprocessError) as reason:
            missing[requirement] = str(reason)
    return peers, missing


def lines(folder: Path = ROOT / ".venv-peers", rounds: int = 3, draws: int = DRAWS) -> list[Line]:
    """This package, the peers that run, and the reasons of the others.

    Parameters
    ----------
    folder : environment of the peers, made where there is none
    draws : of this package's ten scenarios in a turn
    """
    parameters, spending = singly(Setting.of(1), GIVEN_DRAWS)
    with tempfile.TemporaryDirectory() as name:
        given = Path(name) / "given.json"
        given.write_text(json.dumps({"parameters": parameters, "spending": spending}), encoding="utf-8")
        peers, missing = started(Environment(folder.absolute()), given)
        try:
            found = _in_turns(peers, rounds, draws)
        finally:
            for peer in peers.values():
                peer.close()
    return [*found, *(Line(f"left out: {name}", reason) for name, reason in missing.items())]


def _in_turns(peers: dict[str, Peer], rounds: int, draws: int) -> list[Line]:
    setting = Setting.of(1)
    contenders = {name: turn for name, turn in many(setting, draws).items() if "each time" not in name}
    contenders |= {name: peer.turn for name, peer in peers.items()}

    def clock() -> float:
        return time.process_time() + sum(peer.seconds for peer in peers.values())

    found = cpu_per_unit(contenders, rounds=rounds, clock=clock)
    ends = {OURS: _our_end(setting), **{name: peer.end for name, peer in peers.items()}}
    return [_line(name, found[name], found[OURS], ends) for name in sorted(found, key=found.__getitem__)]


def _our_end(setting: Setting) -> str:
    """Mean of active HTX at the end on the draws that the peers were given: what theirs must be near."""
    block = setting.blocks(GIVEN_DRAWS)[0]
    active = run_block(setting.province, setting.scenarios[0], block).series["htx_active"]
    return f"{active[-1].sum(axis=0).mean():.0f}"


def _line(name: str, seconds: float, ours: float, ends: dict[str, str]) -> Line:
    """A run's cost; active HTX at the end say that it is the same arithmetic."""
    _, how = SCRIPTS.get(name.partition("==")[0], ("", ""))
    end = f"{ends[name]} active HTX at the end" if name in ends else ""
    what = ", ".join(part for part in (f"a run, {name}", how, end) if part)
    ratio = seconds / ours
    return Line(what, f"{1e6 * seconds:,.1f} µs", f"{ratio:,.1f} × ours", goal_words(1, name, seconds, ratio))


def main(argv: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="benchmarks.peers", description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / ".venv-peers", help="environment of the peers")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--draws", type=int, default=DRAWS, help="draws of this package's ten scenarios in a turn")
    asked = parser.parse_args(argv)
    title = f"processor time of a twelve-year run, one stratum, median of {asked.rounds} rounds in turns"
    print(lines_table(title, lines(asked.folder, asked.rounds, asked.draws)), flush=True)


if __name__ == "__main__":
    main()
