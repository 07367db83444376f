"""Draws, runs and their labelled results: the same event ranks for every scenario that is compared."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
