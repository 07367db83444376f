"""The page of the Python door, made from docstrings and signatures alone."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterator
from typing import Any

import sim

_HEAD = """# Python API

*Generated from the docstrings by `make docs`.* `import sim` offers {count} names; everything else may change.
What is refused raises `InputError`, whose text names place, value, what is allowed and the mend. Money is in đồng
inside plans and in billion VND (tỷ đồng) where an argument says so; shares are between 0 and 1. First steps: the
tutorial for analysts; other tools: [recipes](recipes.md).
"""
#: Values whose methods stand below their class.
_VALUES = ("Result", "Plan", "World", "Scenario")
#: Characters of a call that stands on one line.
_WIDTH = 96
#: Between two arguments, outside of brackets, with the comma kept on its line.
_COMMA = re.compile(r"(?<=,) (?![^\[(]*[\])])")
_ARRAY = re.compile(r"numpy\.ndarray\[tuple\[Any, \.\.\.\], numpy\.dtype\[numpy\.float\w+\]\]")
#: Sections of a numpydoc docstring.
_SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}\n", re.MULTILINE)


def page() -> str:
    """The page as markdown."""
    names = [name for name in sim.__all__ if name != "__version__"]
    verbs = [name for name in names if name not in _VALUES]
    parts = [_HEAD.format(count=len(names)), "## Verbs\n"]
    parts += [_entry(f"sim.{name}", sim.__getattr__(name), level=3) for name in verbs]  # not the room `sim.run`
    for name in _VALUES:
        value = getattr(sim, name)
        parts.append(_entry(f"sim.{name}", value, level=2))
        parts += [_entry(f"{name}.{method}", found, level=3) for method, found in _methods(value)]
    return "\n".join(parts).rstrip() + "\n"


def _methods(value: type) -> Iterator[tuple[str, Any]]:
    """Public methods and properties of a class, with those it takes over, in their order."""
    seen: dict[str, Any] = {}
    for base in value.__mro__[:-1]:
        fields = vars(base).get("__annotations__", {})  # a field may hold a function
        for name, found in vars(base).items():
            plain = found.__func__ if isinstance(found, (classmethod, staticmethod)) else found
            public = not name.startswith("_") and name not in fields
            if public and (inspect.isfunction(plain) or isinstance(plain, property)):
                seen.setdefault(name, plain)
    yield from seen.items()


def _entry(name: str, found: Any, *, level: int) -> str:
    """Heading, signature and docstring of one name."""
    text = _numpydoc(inspect.getdoc(found) or "")
    shown = "" if isinstance(found, property) else _signature(name, found)
    return f"{'#' * level} `{name}`\n\n{shown}{text}\n"


def _signature(name: str, found: Any) -> str:
    """The call, one argument a line where it would be long; nothing for a value that is only ever given."""
    if inspect.isclass(found) and found.__name__ in ("Result",):
        return ""
    shown = inspect.signature(found)
    kept = [one for place, one in shown.parameters.items() if place not in ("self", "cls")]
    whole = re.sub(r"(?<=[:>] )'([^']+)'", r"\1", str(shown.replace(parameters=kept)))
    whole = _ARRAY.sub("Array", whole.replace("'", '"').replace("pandas.", "pd.").replace("typing.", ""))
    whole = re.sub(r"\b(?:sim|collections|numpy|pathlib)\.(?:[\w]+\.)*(?=[A-Z])", "", whole)
    call = f"{name}{whole}"
    if len(call) > _WIDTH:
        opened, _, rest = call.partition("(")
        inside, _, given = rest.rpartition(")")
        call = f"{opened}(\n{textwrap.indent(_COMMA.sub(chr(10), inside), '    ')}\n){given}"
    return f"```python\n{call}\n```\n\n"


def _numpydoc(text: str) -> str:
    """A docstring as markdown: its sections as bold words, its fields as a list, its examples as code."""
    begin, *rest = _SECTION.split(text)
    out = [begin.strip()]
    for title, body in zip(rest[::2], rest[1::2], strict=True):
        out.append(f"**{title}**")
        if title == "Examples":
            out.append(f"```python\n{body.strip()}\n```")
        elif title in ("Parameters", "Attributes"):
            fields = [one.replace("\n", " ") for one in re.split(r"\n(?=\S)", body.strip())]
            out.append("\n".join(f"- {_field(' '.join(one.split()))}" for one in fields))
        else:
            out.append(_described(body))
    return "\n\n".join(part for part in out if part) + "\n"


def _described(body: str) -> str:
    """A section of prose, or of a type and what it is."""
    head, _, below = body.strip().partition("\n")
    if below.startswith(" "):
        return f"`{head.strip()}` – {' '.join(below.split())}"
    return body.strip()


def _field(line: str) -> str:
    name, _, meaning = line.partition(" : ")
    return f"`{name}` – {meaning}" if meaning else line
