"""The model of docs/model.md sections 2 to 4: pure functions, arrays in, arrays out.

No file is read here and no random number drawn. The last axis is always the draw.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
