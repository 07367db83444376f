from . import (
    notebook as notebook,
)
from .notebook import (
    FRAGMENT as FRAGMENT,
)
