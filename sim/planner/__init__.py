"""The interactive planner: levers on the left, the answer on the right. No arithmetic of its own.

``from sim.planner import Planner; Planner("fund-12.3")`` in a notebook.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
