from .catalogue import (
    CODE_OF as CODE_OF,
)
from .catalogue import (
    LANGUAGES as LANGUAGES,
)
from .catalogue import (
    Catalogue as Catalogue,
)
from .catalogue import (
    load_catalogue as load_catalogue,
)
from .catalogue import (
    placeholders as placeholders,
)
from .distributions import (
    QUANTILES as QUANTILES,
)
from .distributions import (
    distribution_from as distribution_from,
)
from .distributions import (
    distribution_problems as distribution_problems,
)
from .distributions import (
    numeric as numeric,
)
from .distributions import (
    plain as plain,
)
from .pack_shapes import (
    CalibrationShape as CalibrationShape,
)
from .pack_shapes import (
    IndicatorMapShape as IndicatorMapShape,
)
from .pack_shapes import (
    PackShape as PackShape,
)
from .pack_shapes import (
    StandInShape as StandInShape,
)
from .reader import (
    parse_yaml as parse_yaml,
)
from .reader import (
    read_yaml as read_yaml,
)
from .shapes import (
    SLUG_PATTERN as SLUG_PATTERN,
)
from .shapes import (
    GridShape as GridShape,
)
from .shapes import (
    PlanShape as PlanShape,
)
from .shapes import (
    RegisterShape as RegisterShape,
)
from .shapes import (
    ScenarioShape as ScenarioShape,
)
from .shapes import (
    WorldShape as WorldShape,
)
from .shapes import (
    exact as exact,
)
from .validation import (
    check_parts as check_parts,
)
from .validation import (
    check_shape as check_shape,
)
from .writer import (
    plan_data as plan_data,
)
from .writer import (
    scenario_text as scenario_text,
)
from .writer import (
    world_data as world_data,
)
from .writer import (
    yaml_text as yaml_text,
)
