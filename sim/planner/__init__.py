"""The interactive planner: levers on the left, the answer on the right. No arithmetic of its own.

``from sim.planner import Planner; Planner(json_parameters)`` in a notebook.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.planner.app import Planner

__all__ = ["Planner"]


def __getattr__(name: str) -> Any:
    """The planner itself only when it is asked for: its server serves it without holding it."""
    if name == "Planner":
        from sim.planner.app import Planner

        return Planner
    raise AttributeError(name)
