"""The model, its answers and the planner's session once more in JavaScript, for one file that needs no Python."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
