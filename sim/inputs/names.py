"""Which file a name means: a slug is looked up in the data root, a path is a path, never one for the other."""

from __future__ import annotations

import os
import re
from pathlib import Path

from sim.domain.errors import InputError, Problem
from sim.inputs.document import nearest
from sim.inputs.limits import limit
from sim.inputs.text import bare, shown

SUFFIX = ".yaml"
_SLUG = re.compile(r"[a-z0-9][a-z0-9.-]*")
_PATH_SUFFIXES = (".yaml", ".yml", ".xlsx")


def is_path(name: str) -> bool:
    """Whether a name is a path: it holds a slash of either kind or ends like a YAML file or a workbook."""
    return "/" in name or "\\" in name or name.lower().endswith(_PATH_SUFFIXES)


def slug_of(name: str | os.PathLike[str]) -> str:
    """The slug a name is meant to be, or "" when it is a path."""
    return name if isinstance(name, str) and not is_path(name) else ""


def slug_like(text: str) -> str:
    """The slug a text gives: small letters without accents, hyphens for blanks and commas; "" where it gives none."""
    slug = re.sub(r"-{2,}", "-", re.sub(r"[\s_,]+", "-", bare(text))).strip("-.")
    return slug if _SLUG.fullmatch(slug) and len(slug) <= limit("name_characters") else ""


def known_slugs(folder: Path) -> tuple[str, ...]:
    """The slugs a folder of the data root offers, sorted."""
    try:
        names = [entry.name.removesuffix(SUFFIX) for entry in folder.iterdir() if entry.name.endswith(SUFFIX)]
    except OSError:
        return ()
    return tuple(sorted(name for name in names if _SLUG.fullmatch(name)))


def resolve(kind: str, name: str | os.PathLike[str], root: Path) -> Path:
    """The file a name stands for.

    Parameters
    ----------
    kind : "scenarios", "plans" or "worlds": the folder of the data root
    name : a slug, matched exactly, or a path

    Raises
    ------
    InputError
        When the name is no slug, or none that exists; with the nearest one.
    """
    slug = slug_of(name)
    if not slug and os.fspath(name):
        return Path(name)
    problem = unknown_slug(kind, slug, root)
    if problem is not None:
        raise InputError(problem)
    return root / kind / (slug + SUFFIX)


def unknown_slug(kind: str, slug: str, root: Path) -> Problem | None:
    """Why a slug means no file of the data root, or None when it means one."""
    known = known_slugs(root / kind)
    if slug in known:
        return None
    well_formed = _SLUG.fullmatch(slug) and len(slug) <= limit("name_characters")
    return Problem(
        f"unknown_{kind.removesuffix('s')}" if well_formed else "bad_name",
        {"name": shown(slug)},
        value=shown(slug),
        allowed=", ".join(known) if well_formed else "",
        suggestion=nearest(slug, known),
    )
