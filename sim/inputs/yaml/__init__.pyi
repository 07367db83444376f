from .catalogue import (
    CODE_OF as CODE_OF,
    LANGUAGES as LANGUAGES,
    OTHERWISE as OTHERWISE,
    Catalogue as Catalogue,
    load_catalogue as load_catalogue,
    note_words as note_words,
    options_in as options_in,
    placeholders as placeholders,
    speak as speak,
    unit_key as unit_key,
)
from .loader import (
    Checked as Checked,
    Loader as Loader,
    checked as checked,
)
from .pack_shapes import (
    AreasShape as AreasShape,
    BreaksShape as BreaksShape,
    CalibrationShape as CalibrationShape,
    ConceptsShape as ConceptsShape,
    IndicatorMapShape as IndicatorMapShape,
    OfficeShape as OfficeShape,
    PackShape as PackShape,
    PeerPriorsShape as PeerPriorsShape,
    PeerRulesShape as PeerRulesShape,
    StandInShape as StandInShape,
)
from .reader import (
    parse_yaml as parse_yaml,
    read_yaml as read_yaml,
)
from .shapes import (
    SLUG_PATTERN as SLUG_PATTERN,
    GridShape as GridShape,
    PlanShape as PlanShape,
    RegisterShape as RegisterShape,
    ScenarioShape as ScenarioShape,
    WorldShape as WorldShape,
    exact as exact,
)
from .validation import (
    check_parts as check_parts,
)
from .writer import (
    plan_data as plan_data,
    scenario_text as scenario_text,
    target_data as target_data,
    world_data as world_data,
    yaml_text as yaml_text,
)
