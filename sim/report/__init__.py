"""From numbers to pages: wording, marks, charts and sections that render a `ScenarioAnswer`, and compute nothing."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
