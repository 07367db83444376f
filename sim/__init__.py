"""coopsim: what a support programme can be expected to do to the cooperative sector, and how sure that is.

``import sim`` is light; the public names below load what they need when they are first used.
"""

import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

__version__ = "0.1.0"

_PUBLIC = {
    "load_province": "sim.api",
    "load_scenario": "sim.api",
    "list_scenarios": "sim.api",
    "run": "sim.api",
    "summarise": "sim.api",
    "compare": "sim.api",
    "response_surface": "sim.api",
    "allocate": "sim.api",
    "seek": "sim.api",
    "sensitivity": "sim.api",
    "credibility": "sim.api",
    "Result": "sim.results",
    "Plan": "sim.domain",
    "World": "sim.domain",
    "Scenario": "sim.domain",
    "list_plans": "sim.api",
    "load_plan": "sim.api",
    "list_worlds": "sim.api",
    "load_world": "sim.api",
    "indicators": "sim.api",
    "objectives": "sim.api",
}
__all__ = [*_PUBLIC, "__version__"]
#: Further verbs, reached by name and not listed among the first ones.
_FURTHER = {**dict.fromkeys(("attribute", "curve", "robust", "ledger"), "sim.api"), "planner": "sim.results"}


def __getattr__(name: str) -> Any:
    home = _FURTHER.get(name) or _PUBLIC.get(name)
    if home is None:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    _ = import_module("sim.inputs.yaml").speak  # errors read as sentences from here on
    found = getattr(import_module(home), name)
    return found if isinstance(found, type) else _spoken(found)


@cache
def _spoken(verb: Callable[..., Any]) -> Callable[..., Any]:
    """A verb that refuses in words what it cannot take, in surroundings of its own."""
    domain = import_module("sim.domain")
    spoken: Callable[..., Any] = domain.in_own_surroundings(domain.answering(verb))
    spoken.__module__, spoken.__qualname__ = __name__, f"verbs.{verb.__name__}"
    return spoken


class _Verbs:
    """The verbs by name, where pickle finds them again: `sim.run` may be the verb or the room of its name."""

    def __getattr__(self, name: str) -> Any:
        return __getattr__(name)


verbs = _Verbs()


def __dir__() -> list[str]:
    return sorted(__all__)


class _Verb(ModuleType):
    """A room that bears the name of a public verb, and is called as the verb."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self._verb()(*arguments, **options)

    def __reduce__(self) -> tuple[Callable[[str], Any], tuple[str]]:
        return __getattr__, (self.__name__.rpartition(".")[2],)

    def _verb(self) -> Any:
        return __getattr__(self.__name__.rpartition(".")[2])

    @property
    def __signature__(self) -> Any:
        from inspect import signature  # for whoever asks what it takes

        return signature(self._verb())


class _Package(ModuleType):
    """Python binds a room to its package when it is first imported; `sim.run` stays what it was before."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name in (*_PUBLIC, *_FURTHER) and isinstance(value, ModuleType):
            value.__class__ = _Verb
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
