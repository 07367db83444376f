"""The interactive planner: levers on the left, the answer on the right. No arithmetic of its own.

``from sim.planner import Planner; Planner(json_parameters)`` in a notebook.
"""

from sim.planner.app import Planner

__all__ = ["Planner"]
