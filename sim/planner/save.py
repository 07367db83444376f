"""The planner's scenarios as files: a name, a place, and never another file's place by accident."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from sim.domain import Scenario, World
from sim.inputs.text import limit, slug_like
from sim.inputs.yaml import scenario_text
from sim.planner.refusals import Refusal
from sim.run import page_stem, write_atomic

_SUFFIX = ".yaml"


def slug_of(name: str, shipped: Collection[str] = ()) -> str:
    """The file name a scenario's name gives: lower case, without diacritics, hyphens for blanks.

    Raises
    ------
    Refusal
        When the name is empty, holds a path, gives no slug, is reserved or is a shipped scenario's.
    """
    text = unicodedata.normalize("NFC", name).strip()
    if not text:
        raise Refusal("name_empty")
    if "/" in text or "\\" in text:
        raise Refusal("name_path")
    if len(text) > limit("name_characters"):
        raise Refusal("name_long", limit=limit("name_characters"))
    slug = slug_like(text)
    if not slug:
        raise Refusal("name_slug", value=text)
    if page_stem(slug) != slug:
        raise Refusal("name_taken", value=slug)
    if slug in shipped:
        raise Refusal("name_shipped", value=slug)
    return slug


def named(scenario: Scenario, slug: str, name: str) -> Scenario:
    """The scenario, and its plan, under a name of the planner's own."""
    label = {"vi": name, "en": name}
    return replace(scenario, slug=slug, label=label, plan=replace(scenario.plan, slug=slug, label=label))


def save(scenario: Scenario, folder: Path, *, known_worlds: Mapping[str, World], overwrite: bool = False) -> Path:
    """Write a named scenario into a folder.

    Parameters
    ----------
    known_worlds : worlds of the data root; another world is written out in full
    overwrite : whether an existing file may be replaced

    Returns
    -------
    Path of the file

    Raises
    ------
    Refusal
        When the file exists and may not be replaced, or cannot be written.

    Notes
    -----
    A file that is replaced keeps its comments.
    """
    path = folder / f"{scenario.slug}{_SUFFIX}"
    exists = path.exists()
    if exists and not overwrite:
        raise Refusal("exists", file=path.as_posix())
    try:
        kept = path.read_bytes() if exists else b""
        write_atomic(path, scenario_text(scenario, worlds=known_worlds, kept=kept))
    except OSError as error:
        raise Refusal("write", file=path.as_posix(), detail=error.strerror or type(error).__name__) from error
    return path
