from .arguments import (
    Misused as Misused,
    number as number,
    pointed as pointed,
)
from .entry import (
    command_line as command_line,
    main as main,
)
