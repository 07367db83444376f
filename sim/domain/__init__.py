"""Frozen values every other part speaks in: money, assumptions, plans, worlds, scenarios, errors.

Nothing here reads a file, draws a random number or knows a language.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
