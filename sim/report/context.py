"""The plan around the fund: where a planner finds his own document again, and what no line moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from sim.analysis.story import Story
from sim.report.marks import plain, said
from sim.report.markup import details, el, join, listing, section
from sim.report.tables import Column, table
from sim.report.wording import Wording

#: Figures in the pack's own words come from printed pages.
_CITED = "actual"


def context(story: Story, lang: str = "vi", *, worlds: Mapping[str, str] | None = None) -> Markup:
    """What is no lever here, and how the plan's own headings meet lines and worlds.

    Parameters
    ----------
    worlds : {slug: name} of the shipped worlds; a slug without a name is printed as it is
    """
    w = Wording(lang)
    names = dict(worlds or {})
    names.setdefault(story.scenario.world.slug, w.label(story.scenario.world.label))
    pack = story.province.context
    levers = _entries(pack, "not_levers")
    return section(
        "context",
        w.text("context_title"),
        el(
            "div",
            el("h3", w.text("not_levers_title")),
            el("p", w.html("not_levers_text")),
            listing(_cited(w, entry) for entry in levers),
            cls="not-levers",
        )
        if levers
        else None,
        details(
            w.text("context_plan"),
            _groups(w, pack, names),
            _difficulties(w, pack, names),
            _programmes(w, pack),
            cls="print-open",
        ),
    )


def _entries(pack: Mapping[str, object], name: str) -> Sequence[Mapping[str, Any]]:
    found = pack.get(name) or ()
    return found if isinstance(found, Sequence) else ()


def _cited(w: Wording, entry: Mapping[str, Any]) -> Markup | str:
    label = w.label(entry["label"])
    return said(label, _CITED)


def _groups(w: Wording, pack: Mapping[str, object], names: Mapping[str, str]) -> Markup | None:
    groups = _entries(pack, "solution_groups")
    if not groups:
        return None
    columns = [Column(w.text(key), numeric=False) for key in ("column_group", "column_lines", "column_worlds")]
    rows = [
        (
            plain(w.label(group["label"])),
            join((w.term(f"line_{line}") for line in group.get("lines", ())), "; ") or w.text("nothing_here"),
            join((said(names.get(world, world), "assumption") for world in group.get("worlds", ())), "; ")
            or w.text("nothing_here"),
        )
        for group in groups
    ]
    return table(columns, rows, caption=w.text("groups_caption"), cls="wordy")


def _difficulties(w: Wording, pack: Mapping[str, object], names: Mapping[str, str]) -> Markup | None:
    found = _entries(pack, "difficulties")
    if not found:
        return None
    rows = [(_cited(w, entry), said(names.get(entry["world"], entry["world"]), "assumption")) for entry in found]
    columns = [Column(w.text("column_difficulty"), numeric=False), Column(w.text("column_worlds"), numeric=False)]
    return table(columns, rows, caption=w.text("difficulties_caption"), cls="wordy")


def _programmes(w: Wording, pack: Mapping[str, object]) -> Markup | None:
    found = _entries(pack, "programmes")
    if not found:
        return None
    return el(
        "div", el("h3", w.text("programmes_title")), listing(el("cite", w.label(entry["label"])) for entry in found)
    )
