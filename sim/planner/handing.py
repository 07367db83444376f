"""Handing over: what was tried as one document for a decision."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from sim.domain import HEADLINE, Scenario
from sim.evidence import Knowledge
from sim.planner.exchange import named
from sim.planner.state import State, Tries
from sim.planner.tries import try_name
from sim.planner.words import Refusal, Words
from sim.report.pages import MOST_VARIANTS
from sim.run import BRIEF_GOAL, BRIEF_KINDS, briefed, document

#: Media types of the documents.
_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
_FILE = PurePath("to-trinh")


def brief_content(words: Words) -> dict[str, Any]:
    """What the choice of variants shows: the measures they may be put in order by, and how many fit."""
    goals = [(words.term(f"card_{name}"), name) for name in HEADLINE]
    return {"goals": goals, "goal": BRIEF_GOAL, "most": MOST_VARIANTS - 1}


def variants_of(state: State, tries: Tries, keys: Sequence[str], words: Words) -> list[Scenario]:
    """The reference, then the ticked tries, each to the horizon of the moment, under the names they go by.

    Raises
    ------
    Refusal
        When none is ticked, or one is gone or ends before the horizon.
    """
    first = state.reference.scenario(state.scenario)
    found = [first]
    for key in dict.fromkeys(keys):
        one = tries.get(key)
        if one is None:
            raise Refusal("no_try")
        if key == state.reference.key:
            continue
        if not one.plan.covers(state.years):
            raise Refusal("try_years", name=try_name(words, one), year=max(one.plan.fund))
        scenario = named(one.scenario(state.scenario.horizon), one.key, try_name(words, one))
        found.append(replace(scenario, targets=state.scenario.targets))
    if len(found) < 2:
        raise Refusal("brief_none")
    return found


def brief_file(
    known: Knowledge, state: State, tries: Tries, asked: Mapping[str, Any], *, words: Words, seed: int
) -> tuple[str, bytes, str]:
    """File name, content and media type of the document for a decision.

    Parameters
    ----------
    asked : {keys of tries, kind, goal}

    Raises
    ------
    Refusal, InputError, RunError
        When no document can be made of what is asked.
    """
    kind, goal = str(asked.get("kind")), str(asked.get("goal"))
    if kind not in BRIEF_KINDS or goal not in HEADLINE:
        raise Refusal("unknown")
    variants = variants_of(state, tries, [str(key) for key in asked.get("keys", ())], words)
    found = briefed(known, variants, draws=state.draws, seed=seed, goal=goal)
    return f"{_FILE}.{kind}", document(found, kind, words.lang), _TYPES[kind]
