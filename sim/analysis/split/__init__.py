"""Which split of the fund does most, what each line does, the least money that reaches a target."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
