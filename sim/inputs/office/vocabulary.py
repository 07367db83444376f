"""What the headings and labels of an office's table say, by a dictionary: never by how alike two spellings are."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from sim.domain import LINES, Problem
from sim.inputs import text as texts
from sim.inputs.excel import folded
from sim.inputs.figures import SPENT, SPENT_LINE, load_indicator_map
from sim.inputs.office.moments import Moment, moments
from sim.inputs.office.spelling import (
    UNIT_WORDS,
    Unit,
    base,
    cut_unit,
    dictionary,
    entity,
    entity_of,
    is_entity,
    is_missing as is_missing,
    masked as masked,
    plain,
    unit_of,
    weighty,
    without_unit as without_unit,
)
from sim.inputs.yaml import LANGUAGES, load_catalogue

#: Why something is what it is taken for, surest first.
EXACT, ALIKE, KNOWN = "exact", "alike", "known"
CHOSEN, REMEMBERED = "chosen", "remembered"
#: What a column or row may be beside figures.
OUT, COMPARED, TOTAL = "out", "compared", "total"
_PAGE = "page_"
_ENUMERATED = re.compile(
    r"^\s*(?:\(?(?:[ivxlc]+|[0-9]+(?:\.[0-9]+)*|[a-zđ])[.)]|[0-9]+ ?[-.]|[-+*•–])\s*", re.IGNORECASE
)


#: A mark of a footnote, or how a column is worked out: (1), (3=1+2).
_FOOTNOTE = re.compile(r"\s*[(\[][0-9]{1,2}(?:\s*=[0-9+\-/*x: ]{1,40})?[)\]]\s*$")


@dataclass(frozen=True)
class Said:
    """What a label says; what it does not speak of is empty.

    Attributes
    ----------
    role : what a column holds that is no figure, or why it is left out
    terms : printed terms it may stand for; more than one has to be chosen from
    reason : why it stands for them
    rest : words nobody knows
    narrower : words of a title above that may narrow what the label alone would stand for
    marks : decimal sign, confirmations
    """

    role: str = ""
    terms: tuple[str, ...] = ()
    unit: Unit | None = None
    moment: Moment = Moment()
    status: str = ""
    area: str = ""
    reason: str = ""
    rest: str = ""
    narrower: str = ""
    marks: frozenset[str] = frozenset()

    @property
    def sure(self) -> bool:
        """Whether nothing is left to be asked about the label itself."""
        known = self.role or self.terms or self.area or self.status or self.moment or self.unit
        return bool(known) and not self.rest and not self.narrower and len(self.terms) < 2  # noqa: PLR2004


@dataclass(frozen=True)
class Vocabulary:
    """The dictionary for one pack.

    Attributes
    ----------
    areas : {code: names}
    terms : further terms the pack has figures of
    """

    areas: Mapping[str, Sequence[str]] = field(default_factory=dict)

    # -- terms -----------------------------------------------------------------------------------

    @cached_property
    def _names(self) -> tuple[dict[str, set[str]], dict[str, set[str]], dict[str, set[str]]]:
        exact, alike, known = dict[str, set[str]](), dict[str, set[str]](), dict[str, set[str]]()
        mapped = load_indicator_map()
        ours = {one.indicator: term for term, one in reversed(list(mapped.items()))}
        for language in LANGUAGES:
            terms = load_catalogue(language).section("terms")
            page = {key.removeprefix(_PAGE): name for key, name in terms.items() if key.startswith(_PAGE)}
            own = {term: terms[key] for key, term in ours.items()}
            for term, name in (*page.items(), *own.items()):
                exact.setdefault(texts.clean(name), set()).add(term)
                alike.setdefault(texts.bare(folded(name)), set()).add(term)
                known.setdefault(plain(name), set()).add(term)
        words = dictionary()
        for term, names in words["terms"].items():
            for name in names:
                known[plain(name)] = {term}
        known |= {plain(name): set(terms) for name, terms in words["several"].items()}
        return exact, alike, known

    @cached_property
    def known_terms(self) -> frozenset[str]:
        """Every term a heading can be matched with."""
        return frozenset().union(*self._names[2].values(), load_indicator_map(), self._spent)

    @property
    def _spent(self) -> tuple[str, ...]:
        return (SPENT, *(SPENT_LINE.format(line) for line in LINES))

    def _term(self, text: str) -> tuple[tuple[str, ...], str]:
        """Terms a whole text is the name of, and why."""
        exact, alike, known = self._names
        if texts.clean(text) in self.known_terms:  # the id itself
            return (texts.clean(text),), EXACT
        keys = (texts.clean(text), exact, EXACT), (texts.bare(folded(text)), alike, ALIKE), (plain(text), known, KNOWN)
        for key, names, reason in keys:
            if found := names.get(key):
                mapped = found & set(load_indicator_map())
                return tuple(sorted(mapped if len(mapped) == 1 and reason != KNOWN else found)), reason
        return (), ""

    # -- labels ----------------------------------------------------------------------------------

    def read(self, path: Sequence[str]) -> Said:
        """What a label says beneath the titles above it, from the top down."""
        return self._read(tuple(path))

    @cached_property
    def _memory(self) -> dict[tuple[str, ...], Said]:
        return {}

    def _read(self, path: tuple[str, ...]) -> Said:
        if path not in self._memory:
            self._memory[path] = self._read_anew(path)
        return self._memory[path]

    def _read_anew(self, path: tuple[str, ...]) -> Said:
        spelt = [_FOOTNOTE.sub("", _ENUMERATED.sub("", level)) for level in path]
        levels = [(level, *cut_unit(level)) for level in spelt]
        whole, own, unit = levels[-1]
        unit = unit or next((one for _, _, one in reversed(levels) if one), None)
        above = [text for _, text, _ in levels[:-1]]
        for text in dict.fromkeys((whole, own)):
            terms, reason = self._term(text)
            if terms and reason in (EXACT, ALIKE) and not any(map(plain, above)):
                return Said(terms=terms, reason=reason, unit=unit)
        if (area := self._area(whole)) and not above:  # a code or a name may hold a year that says nothing else
            return Said(area=area, reason=EXACT)
        parts = [self._peeled(text) for text in (*above, own)]
        said = Said(unit=unit)
        for part, _ in parts:
            said = replace(said, moment=said.moment.also(part.moment), status=part.status or said.status)
        return self._told(said, [rest for _, rest in parts], " ".join((*above, own)))

    def _told(self, said: Said, rests: Sequence[str], whole: str) -> Said:
        """A label whose times and states were taken out, by the words that remain."""
        filled = [rest for rest in rests if rest]
        said, found = replace(said, reason=KNOWN), self._phrase(rests)
        if found.terms or found.role or found.area:
            return replace(said, **{name: getattr(found, name) for name in ("role", "terms", "area", "narrower")},
                           reason=found.reason)  # fmt: skip
        spelt = base(whole)
        if any(base(phrase) in spelt for phrase in dictionary()["compared"]):
            return Said(role=COMPARED, reason=KNOWN)
        if not filled and spelt.endswith("%") and (said.status or said.moment):
            return Said(role=COMPARED, reason=KNOWN)
        return replace(said, rest=" ".join(filled))

    def _phrase(self, rests: Sequence[str]) -> Said:
        """The role, area or terms of what remains of the levels of a label."""
        *above, own = rests
        own_plain = plain(own)
        over = [text for text in above if weighty(text)]
        for context in over:
            for text in (f"{context} {own}", f"{own} {context}"):
                terms, _ = self._term(text)
                if terms:
                    return Said(terms=terms, reason=KNOWN)
        kinds = {entity(plain(context)) for context in above} - {""}
        found = self._alone(own) if own else self._alone(" ".join(above))
        left = [context for context in over if own and not is_entity(context)]
        other = bool(found.terms) and len(found.terms) == 1 and kinds and entity_of(found.terms[0]) not in kinds
        if (left or other) and found.terms:
            return replace(found, narrower=" ".join(left) or " ".join(kinds))
        if found.role == TOTAL and left:
            return Said()
        return found if own_plain or found.role else Said()

    def _alone(self, text: str) -> Said:
        terms, reason = self._term(text)
        if terms:
            return Said(terms=terms, reason=reason)
        key = plain(text)
        if area := self._area(text):
            return Said(area=area, reason=EXACT)
        role = _roles().get(key, "")
        return Said(role=role, reason=KNOWN) if role else Said()

    def _area(self, text: str) -> str:
        """The area a whole text is the code or a name of, or ""."""
        key = plain(text)
        return next((code for code, names in self.areas.items() if key and key in map(plain, (code, *names))), "")

    def _peeled(self, text: str) -> tuple[Said, str]:
        """Year, part of the year and state within a text, and the words that remain."""
        moment, rest = moments(base(text))
        status = ""
        for phrase, name in _statuses():
            pattern = re.compile(rf"\b{re.escape(phrase)}\b")
            if pattern.search(rest):
                status, rest = name, pattern.sub(" ", rest, count=1)
                break
        return Said(moment=moment, status=status), " ".join(rest.split())

    def title(self, text: str) -> Said:
        """What a title above a table says of all of it: one year, one part of the year, one state, a unit."""
        body, unit = cut_unit(text)
        said, rest = self._peeled(body)
        again, _ = self._peeled(rest)
        status = "" if again.status or len(said.moment.years) > 1 else said.status
        return Said(unit=unit if UNIT_WORDS.search(texts.clean(text)) else None, moment=said.moment, status=status)

    # -- answers ---------------------------------------------------------------------------------

    def meaning(self, text: str) -> Said:
        """What an answer says: a term's id or name, ``bỏ``, a unit, a state, a year, a part of the year, an area.

        Raises
        ------
        InputError
            When a part of it says nothing that is known.
        """
        whole = texts.clean(text)
        if terms := self._terms_of_answer(whole):
            return Said(terms=terms, reason=CHOSEN)
        said = Said(reason=CHOSEN)
        for part in filter(None, map(texts.clean, re.split("[,;]", whole))):
            said = self._with(said, part)
        return said

    def _with(self, said: Said, part: str) -> Said:
        words, key = dictionary(), base(part)
        for mark, names in words["answers"].items():
            if part in names or key in filter(None, map(base, names)):
                return replace(said, role=OUT) if mark == OUT else replace(said, marks=said.marks | {mark})
        if terms := self._terms_of_answer(part):
            return replace(said, terms=terms)
        if area := self._area(part):
            return replace(said, area=area)
        if unit := unit_of(part):
            return replace(said, unit=unit)
        if part in words["statuses"]:
            return replace(said, status=part)
        if part in words["roles"]:
            return replace(said, role=part)
        moment = Moment.coded(part)
        found = Said(moment=moment) if moment else self.read([part])
        if found.rest or not found.sure:
            near = texts.nearest(part, (*self.known_terms, *words["statuses"], *words["units"]))
            texts.refuse([Problem("assist_meaning", place="--map", value=texts.shown(part), suggestion=near)])
        moment = said.moment.also(found.moment)
        return replace(
            said, role=found.role or said.role, area=found.area or said.area, status=found.status or said.status,
            moment=moment, terms=found.terms or said.terms,
        )  # fmt: skip

    def _terms_of_answer(self, text: str) -> tuple[str, ...]:
        if text in self.known_terms:
            return (text,)
        terms, reason = self._term(text)
        return terms if len(terms) == 1 and reason in (EXACT, ALIKE) else ()


@lru_cache(maxsize=1)
def _roles() -> dict[str, str]:
    words = dictionary()
    pairs = (*words["roles"].items(), (TOTAL, words["total"]))
    found: dict[str, str] = {}
    for role, names in pairs:
        for name in names:
            found.setdefault(plain(name), role)
    return found


def role_of(text: str) -> str:
    """What a column headed with just this text holds that is no figure, or ""."""
    return _roles().get(plain(text), "") if len(text) < texts.limit("shown_characters") else ""


@lru_cache(maxsize=1)
def _statuses() -> tuple[tuple[str, str], ...]:
    found = ((base(phrase), name) for name, names in dictionary()["statuses"].items() for phrase in names)
    return tuple(sorted(found, key=lambda pair: -len(pair[0])))
