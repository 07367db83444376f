from .arguments import (
    Misused as Misused,
    in_language as in_language,
    number as number,
    pointed as pointed,
)
from .entry import (
    command_line as command_line,
    main as main,
)
from .questions import VERBS as VERBS, Verb as Verb
