from . import (
    terminal as terminal,
)
from .assisted import (
    question_content as question_content,
    reading_content as reading_content,
    reading_lines as reading_lines,
)
from .brief import (
    decision_docx as decision_docx,
    decision_pdf as decision_pdf,
)
from .docx import (
    REFERENCE as REFERENCE,
    find_pandoc as find_pandoc,
    manuscript as manuscript,
)
from .pdf import (
    appendix as appendix,
    find_browser as find_browser,
    print_page as print_page,
)
from .previews import (
    figures_preview as figures_preview,
    later_preview as later_preview,
    px_preview as px_preview,
    scenario_preview as scenario_preview,
)
from .terminal import (
    refitted as refitted,
    scores as scores,
    show as show,
)
from .xlsx import (
    Head as Head,
    Number as Number,
    Sheet as Sheet,
    Workbook as Workbook,
    repack as repack,
)
