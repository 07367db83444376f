"""The planner's page in a browser: one set of JavaScript files and one look, whatever engine answers.

It knows the model of anywidget alone: `get`, `on`, `send`. A kernel stands behind it, or a twin in the same page.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
