"""How labels are spelt: folded, shortened, taken apart from their units, so that they can be looked up."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from sim.inputs import text as texts, yaml
from sim.inputs.excel import folded
from sim.inputs.yaml import Loader

#: What a unit may be per without being another unit.
_EACH = "each"
_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
UNIT_WORDS = re.compile(r"(?:đvt|đơn vị tính|đơn vị|unit)\s*[:.]\s*(.*)$", re.IGNORECASE | re.DOTALL)
_TAIL = re.compile(r"^(.*?)(?:[,:–-]\s*|\s+)([^,:–-]*)$", re.DOTALL)
_ENTITIES = {"htx": "HTX", "tht": "THT", "lhhtx": "LHHTX"}
_BY_PREFIX = (("htx", "HTX"), ("tht", "THT"), ("union", "LHHTX"), ("support", "budget"), ("cpi", "macro"))
_OFFICE = Loader("office words", lambda: yaml.OfficeShape)


class Unit(NamedTuple):
    """A unit by its kind (``million VND``, ``count``) and the time it is per: "", "yr", "month" or "period"."""

    name: str
    per: str = ""


@lru_cache(maxsize=1)
def dictionary() -> Mapping[str, Any]:
    return dict(_OFFICE.load(texts.File.at(texts.program_data() / "office.yaml")))


def base(text: str) -> str:
    """Small letters without accents; look-alike letters, line breaks and signs apart, but % and /."""
    return " ".join(re.sub(r"[^\w%/]+", " ", texts.bare(folded(text))).split())


def masked(name: str) -> str:
    """A label as it will stand next month too: every number is any number."""
    return re.sub("[0-9]+", "#", base(name)) or texts.clean(name)


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """A label as it is looked up: shortened, without filling words."""
    short = base(text).replace("/", " ")
    short = " ".join(short.split())
    for long, brief in _shorter():
        short = long.sub(brief, short)
    lean = " ".join(_fillers().sub(" ", short).split())
    return lean or short


@lru_cache(maxsize=1)
def _shorter() -> tuple[tuple[re.Pattern[str], str], ...]:
    pairs = dictionary()["short"].items()
    return tuple((re.compile(rf"\b{re.escape(base(long).replace('/', ' '))}\b"), base(brief)) for long, brief in pairs)


@lru_cache(maxsize=1)
def _fillers() -> re.Pattern[str]:
    longest = sorted(map(base, dictionary()["fillers"]), key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, longest)) + r")\b")


def is_missing(text: str) -> bool:
    """Whether a cell says that there is no figure."""
    return not texts.clean(text) or texts.clean(text).casefold() in dictionary()["missing"]


@lru_cache(maxsize=1)
def _units() -> Mapping[str, str]:
    return {_unit_key(word): name for name, found in dictionary()["units"].items() for word in found}


def _unit_key(text: str) -> str:
    return texts.bare(folded(text)).replace(" ", "")


@lru_cache(maxsize=4096)
def unit_of(text: str) -> Unit | None:
    """The unit of ``triệu đồng/năm``, ``tr.đ``, ``%``, ``người``; None where it is none."""
    head, *rest = (_unit_key(part) for part in texts.clean(text).split("/"))
    name = _units().get(head)
    times = {_unit_key(word): key for key, found in dictionary()["per"].items() for word in found}
    if name is None or any(part not in times for part in rest):
        return None
    return Unit(name, next((times[part] for part in rest if times[part] != _EACH), ""))


def cut_unit(text: str) -> tuple[str, Unit | None]:
    """A label without its unit, and the unit: in brackets, behind a comma, behind ``ĐVT:`` or at its very end."""
    text = texts.clean(text)
    stated = UNIT_WORDS.search(text)
    if stated and (unit := unit_of(stated.group(1).strip("() "))):
        return text[: stated.start()].rstrip(" (,;-"), unit
    for found in _BRACKETS.finditer(text):
        inner = found.group(1)
        inside = UNIT_WORDS.search(inner)
        if unit := unit_of(inside.group(1) if inside else inner):
            return " ".join((text[: found.start()] + " " + text[found.end() :]).split()), unit
    tail = _TAIL.match(text)
    if tail and "," in text and (unit := unit_of(tail.group(2))):
        return tail.group(1).rstrip(" ,"), unit
    return (text[:-1].rstrip(), Unit("%")) if text.endswith("%") and len(text) > 1 else (text, None)


def without_unit(text: str) -> str:
    """A label without the unit behind it."""
    return cut_unit(text)[0]


def weighty(text: str) -> str:
    """A title above without what narrows nothing."""
    spelt = plain(text)
    for word in sorted(map(plain, dictionary()["neutral"]), key=len, reverse=True):
        spelt = re.sub(rf"\b{re.escape(word)}\b", " ", spelt)
    return text if spelt.strip() else ""


def entity(spelt: str) -> str:
    return next((kind for word, kind in reversed(_ENTITIES.items()) if word in spelt.split()), "")


def is_entity(text: str) -> bool:
    """Whether a title above names a kind of organisation and nothing else that would narrow it."""
    spelt = plain(text)
    for word in (*map(plain, dictionary()["neutral"]), *_ENTITIES):
        spelt = re.sub(rf"\b{re.escape(word)}\b", " ", spelt)
    return not spelt.strip()


def entity_of(term: str) -> str:
    return next((entity for prefix, entity in _BY_PREFIX if term.startswith(prefix)), "sector")


def names_of(areas: Iterable[tuple[str, Iterable[str]]]) -> dict[str, tuple[str, ...]]:
    """{code: names} of areas, each with the words before a proper name left away too."""
    return {
        code: tuple(dict.fromkeys(one for name in names for one in (name, re.sub(r"^(?:Tỉnh|Thành phố) ", "", name))))
        for code, names in areas
    }
