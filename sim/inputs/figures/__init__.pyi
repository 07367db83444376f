from .entry import (
    figures_book as figures_book,
)
from .entry import (
    is_table as is_table,
)
from .entry import (
    load_figures as load_figures,
)
from .entry import (
    read_figures as read_figures,
)
from .indicator_map import (
    Mapped as Mapped,
)
from .indicator_map import (
    load_indicator_map as load_indicator_map,
)
from .observations import (
    COLUMNS as COLUMNS,
)
from .observations import (
    OBSERVED as OBSERVED,
)
from .observations import (
    PLANNED as PLANNED,
)
from .observations import (
    SOURCE_COLUMNS as SOURCE_COLUMNS,
)
from .observations import (
    effect_sources as effect_sources,
)
from .observations import (
    gaps as gaps,
)
from .observations import (
    key_of as key_of,
)
from .observations import (
    last_month as last_month,
)
from .observations import (
    load_observations as load_observations,
)
from .observations import (
    observation_from as observation_from,
)
from .observations import (
    parse_observations as parse_observations,
)
from .observations import (
    parse_sources as parse_sources,
)
from .observations import (
    source_ids as source_ids,
)
from .observations import (
    year_span as year_span,
)
