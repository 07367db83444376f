from .book import (
    MONEY_COLUMNS as MONEY_COLUMNS,
    scenario_book as scenario_book,
)
from .offices import (
    by_folded as by_folded,
    folded as folded,
    heading_row as heading_row,
    is_total as is_total,
    respelling as respelling,
    year_in as year_in,
)
from .sheets import (
    is_scenario_book as is_scenario_book,
    parse_scenario_book as parse_scenario_book,
)
from .table import (
    Cell as Cell,
    Table as Table,
    parse_table as parse_table,
)
from .workbook import (
    Address as Address,
    Doubtful as Doubtful,
    Percent as Percent,
    Sheet as Sheet,
    Value as Value,
    chosen_sheet as chosen_sheet,
    is_workbook as is_workbook,
    letters as letters,
    parse_workbook as parse_workbook,
    shown_value as shown_value,
)
