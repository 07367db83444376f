from .book import (
    MONEY_COLUMNS as MONEY_COLUMNS,
)
from .book import (
    scenario_book as scenario_book,
)
from .sheets import (
    is_scenario_book as is_scenario_book,
)
from .sheets import (
    parse_scenario_book as parse_scenario_book,
)
from .table import (
    Cell as Cell,
)
from .table import (
    Table as Table,
)
from .table import (
    parse_table as parse_table,
)
from .workbook import (
    SUFFIX as SUFFIX,
)
from .workbook import (
    Sheet as Sheet,
)
from .workbook import (
    Value as Value,
)
from .workbook import (
    chosen_sheet as chosen_sheet,
)
from .workbook import (
    is_workbook as is_workbook,
)
from .workbook import (
    parse_workbook as parse_workbook,
)
