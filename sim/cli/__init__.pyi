from .arguments import (
    Misused as Misused,
)
from .arguments import (
    number as number,
)
from .arguments import (
    pointed as pointed,
)
from .entry import (
    main as main,
)
