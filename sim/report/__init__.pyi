from .notebook import (
    FRAGMENT as FRAGMENT,
)
