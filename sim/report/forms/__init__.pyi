from .archive import (
    FORMATS as FORMATS,
)
from .archive import (
    repack as repack,
)
from .docx import (
    REFERENCE as REFERENCE,
)
from .docx import (
    find_pandoc as find_pandoc,
)
from .docx import (
    manuscript as manuscript,
)
from .pdf import (
    appendix as appendix,
)
from .pdf import (
    find_browser as find_browser,
)
from .pdf import (
    print_page as print_page,
)
from .preview import (
    figures_preview as figures_preview,
)
from .preview import (
    scenario_preview as scenario_preview,
)
from .preview import (
    score_table as score_table,
)
from .terminal import (
    comparison_table as comparison_table,
)
from .terminal import (
    robust_tables as robust_tables,
)
from .terminal import (
    sensitivity_tables as sensitivity_tables,
)
from .xlsx import (
    Head as Head,
)
from .xlsx import (
    Number as Number,
)
from .xlsx import (
    Sheet as Sheet,
)
from .xlsx import (
    Workbook as Workbook,
)
