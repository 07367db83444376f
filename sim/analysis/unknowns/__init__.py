"""What is not known: Sobol indices, EVPPI, PRIM, robustness."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
