"""What a page keeps of its work and takes up again: in a file beside the scenarios, and a copy in the browser."""

import re
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from sim.domain import InputError, Limits, Scenario, World, allocation_of, scenario_fingerprint
from sim.inputs.scenarios import load_scenario
from sim.inputs.text import File, clean, limit
from sim.inputs.yaml import scenario_text
from sim.planner.desk import Desk
from sim.planner.kept import Content, KeptFile, KeptTry, KeptWork, Unreadable, parse
from sim.planner.opening import Opened
from sim.planner.state import KEPT, State, Try
from sim.planner.words import Refusal, Words

_TAB = re.compile("[0-9a-f]{8,32}")
_TRY = re.compile("try-([1-9][0-9]{0,14})")
_MS = 1000


class Resumed(NamedTuple):
    """What is taken up again.

    Attributes
    ----------
    at : when it was last changed [ms since 1970]
    """

    state: State
    prices: str
    at: int


@dataclass
class Work:
    """Keeps what one page shows and every try, once a page has said who it is.

    Attributes
    ----------
    tab : random name of the page; "" while none has come, and then nothing is kept
    failed : why the last thing could not be kept, "" when it could
    """

    opened: Opened
    desk: Desk
    tab: str = ""
    failed: str = ""
    _last: KeptWork | None = None
    _read: dict[str, Try | None] = field(default_factory=dict)
    _behind: bool = False
    _shown: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        self.file = KeptFile(self.opened.folder, self.opened.province.slug)
        self.desk.tries.store = self

    # -- tries -----------------------------------------------------------------------------------

    def take(self, one: Try) -> Try | None:
        """Keep a try; an equal one that is kept already lends its number, and keeps its name unless one is given."""
        if not self.tab:
            return None
        record = self._record(one)

        def put(content: Content) -> Content:
            same = next((old for old in content.tries if old.mark == record.mark), None)
            if not same:
                return content.with_try(record.model_copy(update={"number": 0}))
            name = {"name": one.name or same.name, "note": one.note or same.note} if not one.number else {}
            return content.with_try(record.model_copy(update={"number": same.number, "at": same.at, **name}))

        kept = self._change(put)
        found = kept and next((each for each in kept.tries if each.mark == record.mark), None)
        self._behind = self._behind or not found
        return replace(one, number=found.number, name=found.name, note=found.note, at=found.at) if found else None

    def get(self, key: str) -> Try | None:
        """A try that is kept, or None."""
        number = _TRY.fullmatch(key)
        found = self.content().find(int(number.group(1))) if self.tab and number else None
        return self._try(found) if found else None

    def merge(self) -> None:
        """Take in what other pages tried since."""
        if not self.tab:
            return
        tries = self.content().tries
        said = [one for one in tries if one.name or one.note]
        bare = [one for one in tries if not (one.name or one.note)][-KEPT:]
        known = {one.key: one for one in self.desk.tries}
        changed = []
        for one in (*said, *bare):
            before = known.get(f"try-{one.number}")
            if before is None or (before.name, before.note) != (one.name, one.note):
                changed.append(self._try(one))
        self.desk.tries.hold([one for one in changed if one], keep="")

    def out_of_sight(self) -> list[Try]:
        """Kept tries that are not among the last ones, oldest first."""
        here = {one.key for one in self.desk.tries}
        found = (self._try(one) for one in self.content().tries if f"try-{one.number}" not in here)
        return [one for one in found if one]

    def content(self) -> Content:
        """What is kept now; nothing where that cannot be read."""
        try:
            return self.file.read()
        except OSError as error:
            self.failed = error.strerror or type(error).__name__
            return Content(province=self.file.province)

    # -- what a page shows -----------------------------------------------------------------------

    def resume(self, asked: Any, state: State) -> Resumed | None:
        """A page is there: take up what it showed before it was left, or what was shown last anywhere.

        Parameters
        ----------
        asked : tab, and `kept`: the copy in the browser, which is believed no more than the file

        Raises
        ------
        InputError
            When what was kept is refused by today's data.
        """
        if self.tab or not _TAB.fullmatch(str(asked["tab"])):
            return None  # shown once more: what is here is newer than anything kept
        self.tab = str(asked["tab"])
        works, copied = self.content().works, self._copied(asked.get("kept"))
        here = [one for one in (*works, *copied) if (one.start, one.present) == self._start(state)]
        mine = [one for one in here if one.tab == self.tab] or here
        self.merge()
        if not mine:
            return None
        latest = max(mine, key=lambda one: one.at)
        try:
            taken = self._state(latest, state)
        except InputError:  # what this page goes on with is kept beside it, not over it
            self.tab = secrets.token_hex(len(self.tab) // 2)
            raise
        self._last = latest
        return Resumed(taken, latest.prices, latest.at)

    def keep(self, state: State, prices: str, lang: str) -> dict[str, Any] | None:
        """Keep what is shown: a copy for the browser, with the tries where the file could not be written.

        None where nothing has changed since.
        """
        if (shown := (state, prices, lang, self.tab)) == self._shown:
            return None
        self._shown = shown
        if not self.tab:
            return {}
        start, present = self._start(state)
        limits = state.allocation.limits
        work = KeptWork(
            tab=self.tab, at=round(time.time() * _MS), start=start, present=present,
            yaml=self._yaml(state.scenario), edited=state.edited, draws=state.draws,
            reference=state.reference.key, prices=prices, year=state.year or 0, area_line=state.area_line,
            locked=sorted(limits.locked), floors=dict(limits.floors), caps=dict(limits.caps),
        )  # fmt: skip
        if self.failed or self._last is None or work != self._last.model_copy(update={"at": work.at}):
            self._last = work if self._change(lambda content: content.with_work(work)) else None
        if self._behind and not self.failed:
            self._behind = False
            for one in list(self.desk.tries):
                self.desk.tries.hold([self.take(one) or one])
        pinned = [one for one in self.desk.tries if self.failed or one.key == state.reference.key]
        tries = [self._record(one) for one in pinned]
        copy = Content(province=self.file.province, tries=tries, works=[self._last or work])
        return copy.model_dump(mode="json")

    def say(self, key: str, name: str, note: str) -> None:
        """Name a try and write down what is to be remembered of it.

        Raises
        ------
        Refusal
            When there is no such try or a text is too long.
        """
        found = self.desk.tries.get(key)
        if found is None:
            raise Refusal("no_try")
        name, note = _typed(name, "name_characters", "name_long"), _typed(note, "text_characters", "note_long")
        self.desk.tries.put(replace(found, name=name, note=note))

    def name(self, state: State) -> str:
        """What the browser calls its copy."""
        start, present = self._start(state)
        return f"{self.file.province} {present} {start}"

    def told(self, words: Words) -> str:
        """What is to be known of what is kept: that it cannot be, or that an older file was put aside."""
        told = [words.say("unkept", file=self.file.path, detail=self.failed)] if self.failed else []
        if self.file.aside:
            reason, where = self.file.aside
            told.append(words.say(f"kept_{reason}", file=self.file.path.name, aside=where))
        return " ".join(told)

    # -- between the page and what is kept ---------------------------------------------------------

    def _start(self, state: State) -> tuple[str, int]:
        return self.opened.asked.scenario, state.present

    def _change(self, act: Any) -> Content | None:
        try:
            content = self.file.change(act)
        except OSError as error:
            self.failed = error.strerror or str(error) or type(error).__name__
            return None
        self.failed = ""
        return content

    def _copied(self, kept: Any) -> list[KeptWork]:
        """What the browser kept, with its tries put where they belong."""
        if not isinstance(kept, str) or not kept:
            return []
        try:
            copy = parse(kept, self.file.province)
        except Unreadable:
            return []
        names = {}
        for one in copy.tries:
            if found := self._try(one):
                names[f"try-{one.number}"] = self.desk.tries.put(replace(found, number=0)).key
        again = ({"reference": names.get(one.reference, one.reference)} for one in copy.works)
        return [one.model_copy(update=update) for one, update in zip(copy.works, again, strict=True)]

    def _state(self, work: KeptWork, before: State) -> State:
        """The state a page was left in; what today's data no longer allow of it is left out."""
        scenario = self._scenario(work.yaml)
        state = before
        for name, value in (("draws", work.draws), ("reference", work.reference)):
            with suppress(Refusal, KeyError):
                state = self.desk.changed(state, name, value)
        state = state.with_scenario(scenario)
        limits = Limits(frozenset(work.locked), work.floors, work.caps)
        year = work.year if work.year in state.years else None if state.flat else state.year
        allocation = allocation_of(state.plan, year or state.years[0], limits)
        return replace(state, year=year, allocation=allocation, area_line=work.area_line, edited=work.edited)

    def _try(self, one: KeptTry) -> Try | None:
        """A kept try as a plan and a world; None where today's data refuse it, and it stays in the file."""
        if one.mark not in self._read:
            try:
                scenario = self._scenario(one.yaml)
                self._read[one.mark] = Try(0, scenario.plan, scenario.world)
            except InputError:
                self._read[one.mark] = None
        found = self._read[one.mark]
        return found and replace(found, number=one.number, name=one.name, note=one.note, at=one.at)

    def _record(self, one: Try) -> KeptTry:
        scenario = one.scenario(max(one.plan.fund))
        at = one.at or round(time.time())
        text = self._yaml(scenario)
        return KeptTry(number=one.number, at=at, mark=_mark(scenario), yaml=text, name=one.name, note=one.note)

    def _yaml(self, scenario: Scenario) -> str:
        worlds: dict[str, World] = dict(self.opened.worlds)
        return scenario_text(scenario, worlds=worlds)

    def _scenario(self, text: str) -> Scenario:
        return load_scenario(File(text.encode(), self.file.path.name), background=self.opened.background)


def _mark(scenario: Scenario) -> str:
    """Equal money in an equal world has an equal mark."""
    return scenario_fingerprint(replace(scenario, horizon=0, targets=()))


def _typed(text: str, most: str, key: str) -> str:
    """A text as it is kept: composed, in one line, of characters that can be written."""
    held = " ".join(clean(str(text)).encode("utf-8", "replace").decode().split())
    if len(held) > limit(most):
        raise Refusal(key, limit=limit(most))
    return held
