from . import (
    sections as sections,
)
from .answer import (
    finding as finding,
    header as header,
    lead as lead,
    title as title,
)
from .arrived import (
    arrived as arrived,
    arrived_beside as arrived_beside,
    arrived_notes as arrived_notes,
    arrived_sentences as arrived_sentences,
)
from .basis import (
    known_sources as known_sources,
    source_names as source_names,
    source_title as source_title,
    sources_of as sources_of,
    unit_beside as unit_beside,
    used_distribution as used_distribution,
)
from .brief import (
    MOST_VARIANTS as MOST_VARIANTS,
    Brief as Brief,
    amounts_of as amounts_of,
    brief as brief,
    brief_title as brief_title,
)
from .choices import (
    parts_and_whole as parts_and_whole,
)
from .credibility import (
    checks_of as checks_of,
    checks_section as checks_section,
    counts as counts,
    model_card as model_card,
    parameter_page as parameter_page,
    register_page as register_page,
)
from .decision import (
    others_near as others_near,
)
from .frames import (
    largest_apart as largest_apart,
)
from .funding import (
    funding_lines as funding_lines,
    size_of as size_of,
)
from .growth import (
    area_table as area_table,
    base_mark as base_mark,
    beside_table as beside_table,
    fan_rows as fan_rows,
    year_table as year_table,
)
from .ledger import (
    break_sentence as break_sentence,
    frozen_on as frozen_on,
    known_to as known_to,
    ledger as ledger,
    lines_table as lines_table,
    mark_sentences as mark_sentences,
    skill_sentences as skill_sentences,
    split_table as split_table,
)
from .listing import (
    FailedScenario as FailedScenario,
    ScenarioRow as ScenarioRow,
    row_of as row_of,
)
from .own import (
    PUT_IN as PUT_IN,
    Refused as Refused,
    own_sections as own_sections,
    title_of as title_of,
)
from .peers import (
    peers_section as peers_section,
)
from .revised import (
    revised_beside as revised_beside,
)
from .turning import (
    box_sentence as box_sentence,
    low_worths as low_worths,
    regret_table as regret_table,
    rules_verdict as rules_verdict,
)
from .unknowns import (
    part_figures as part_figures,
    part_label as part_label,
    plan_name as plan_name,
    share_figure as share_figure,
    swing_ends as swing_ends,
    swing_values as swing_values,
    width as width,
    worth_figure as worth_figure,
)
