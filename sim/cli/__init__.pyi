from .arguments import (
    Misused as Misused,
    number as number,
    pointed as pointed,
)
from .entry import (
    main as main,
)
