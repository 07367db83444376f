"""``python -m tests.frozen write|check`` (``make frozen``): outputs frozen before a change, compared after it.

Pages, tables, records, workbooks, Word and PDF texts, explorers, answers of the terminal and of the planner, in
Vietnamese and English, for every shipped pack. What is masked, and why, is told in `tests.frozen.plain`; what is
asked, in `tests.frozen.cases`; where modules are named, in `tests.frozen.doors` alone. A change of what users see is
made on purpose: write the reference anew and commit it with the reason.
"""

from __future__ import annotations

import argparse
import sys
import time
from fnmatch import fnmatchcase

from tests.frozen import outputs, store
from tests.frozen.doors import NoBrowser


def main(argv: list[str] | None = None) -> int:
    """Write or check; returns 1 when an output moved, 2 when some could not be made."""
    asked = _asked(argv)
    reference = store.read() if store.FOLDER.exists() else {}
    chosen = [job for job in outputs.jobs() if (job.quick or not asked.quick) and _wanted(job.name, asked, reference)]
    if not chosen:
        print(f"frozen: nothing is called {asked.only}", file=sys.stderr)
        return 2
    start = time.monotonic()
    try:
        new = outputs.make(chosen, tell=_done, fresh=not asked.quick)
    except NoBrowser as missing:
        print(missing, file=sys.stderr)
        return 2
    old = of_jobs(reference, chosen)
    moved = store.differences(old, new)
    for name, told in moved.items():
        if asked.what == "check" or name in old:
            print(told)
    print(f"frozen: {len(new)} outputs in {time.monotonic() - start:.0f} s, {len(moved)} not as they were")
    if asked.what == "check":
        return int(bool(moved))
    store.write({name: text for name, text in reference.items() if name not in old} | new)
    print(f"frozen: reference written: {store.FOLDER.name}/")
    return 0


def _done(job: str) -> None:
    print(f"  {job}", file=sys.stderr, flush=True)


def of_jobs(texts: dict[str, str], chosen: list[outputs.Job]) -> dict[str, str]:
    """The outputs that come from these jobs."""
    names = tuple(f"{job.name}/" for job in chosen)
    return {name: text for name, text in texts.items() if f"{name}/".startswith(names)}


def _wanted(job: str, asked: argparse.Namespace, reference: dict[str, str]) -> bool:
    pattern = asked.only
    if not pattern:
        return True
    names = [job, *(name for name in reference if f"{name}/".startswith(f"{job}/"))]
    return any(pattern in name or fnmatchcase(name, pattern) for name in names)


def _asked(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.frozen", description="frozen outputs: write or check")
    parser.add_argument("what", nargs="?", choices=("write", "check"), default="check")
    parser.add_argument("--quick", action="store_true", help="one scenario, Vietnamese; what `make test` checks")
    parser.add_argument("--only", metavar="PATTERN", help="jobs with an output whose name holds or matches this")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
