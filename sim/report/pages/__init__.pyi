from .answer import (
    finding as finding,
)
from .answer import (
    header as header,
)
from .answer import (
    lead as lead,
)
from .answer import (
    title as title,
)
from .basis import (
    source_names as source_names,
)
from .basis import (
    sources_of as sources_of,
)
from .basis import (
    unit_beside as unit_beside,
)
from .basis import (
    used_distribution as used_distribution,
)
from .credibility import (
    cells as cells,
)
from .credibility import (
    checks_section as checks_section,
)
from .credibility import (
    checks_table as checks_table,
)
from .credibility import (
    model_card as model_card,
)
from .credibility import (
    parameter_page as parameter_page,
)
from .credibility import (
    register_page as register_page,
)
from .growth import (
    base_mark as base_mark,
)
from .growth import (
    fan_rows as fan_rows,
)
from .listing import (
    FailedScenario as FailedScenario,
)
from .listing import (
    ScenarioRow as ScenarioRow,
)
from .listing import (
    row_of as row_of,
)
from .turning import (
    box_sentence as box_sentence,
)
from .turning import (
    rules_verdict as rules_verdict,
)
from .unknowns import (
    part_label as part_label,
)
from .unknowns import (
    share_cell as share_cell,
)
from .unknowns import (
    width as width,
)
from .unknowns import (
    worth_text as worth_text,
)
