"""Text in files: where it lies, how it is decoded, cached and refused, and how numbers are written."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
