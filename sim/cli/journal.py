"""`-v`: what a command reads, where it keeps things and how long it took, on standard error."""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic


@contextmanager
def told(arguments: argparse.Namespace) -> Iterator[None]:
    """Log data root, pack, cache, draws and seed before a command, and its seconds after it, however it ends.

    Parameters
    ----------
    arguments : of the command; nothing is logged unless they ask for it
    """
    if not getattr(arguments, "verbose", False):
        yield
        return
    import logging  # not needed by whoever asks for nothing

    from sim.inputs.yaml import load_catalogue

    log = logging.getLogger("coopsim")
    words, begun = load_catalogue(arguments.lang), monotonic()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("coopsim: %(message)s"))
    before = log.disabled, log.propagate, log.level
    log.addHandler(handler)
    log.disabled, log.propagate = False, False  # a library that sets up its own logging must not silence ours
    log.setLevel(logging.INFO)
    try:
        for key, value in _read(arguments).items():
            log.info(words.text(f"cli.log_{key}", value=value))
        yield
    finally:
        log.info(words.text("cli.log_seconds", value=f"{monotonic() - begun:.1f}"))
        log.removeHandler(handler)
        log.disabled, log.propagate, log.level = before


def _read(arguments: argparse.Namespace) -> dict[str, str]:
    """What the answer depends on, as far as it is known before it is made."""
    from sim.domain import InputError
    from sim.inputs.pack import chosen_province
    from sim.inputs.text import PROVINCES, cache_dir, data_root

    cache = cache_dir()
    found = {"python": f"{sys.executable} {sys.version.split()[0]}, {os.cpu_count()} CPU"}
    with suppress(InputError):  # the command itself says what is wrong with them
        found["data"] = str(root := data_root())
        found["pack"] = str(root / PROVINCES / chosen_province(getattr(arguments, "province", None), root=root))
    found["cache"] = str(cache.parent) if cache else "–"
    if hasattr(arguments, "draws"):
        from sim.ensemble import DEFAULT_DRAWS, DEFAULT_SEED

        seed = getattr(arguments, "seed", None)
        found["draws"] = f"{arguments.draws or DEFAULT_DRAWS}, {DEFAULT_SEED if seed is None else seed}"
    return found
