from .asked import (
    COLUMN as COLUMN,
    ROW as ROW,
    UNKNOWN as UNKNOWN,
    WHOLE as WHOLE,
    Aim as Aim,
    Answers as Answers,
    Line as Line,
    Question as Question,
    Reading as Reading,
    Sum as Sum,
)
from .grid import (
    find_block as find_block,
)
from .kept import (
    FILE as FILE,
    keep as keep,
    load_kept as load_kept,
)
from .reading import (
    understand as understand,
)
from .spelling import (
    Unit as Unit,
    names_of as names_of,
    unit_of as unit_of,
)
from .vocabulary import (
    OUT as OUT,
    Said as Said,
    Vocabulary as Vocabulary,
)
