"""How a thing is printed: words, figures, marks, tables, charts, the page and its gate."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
