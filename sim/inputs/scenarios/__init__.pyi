from .check import (
    Grid as Grid,
)
from .check import (
    check_file as check_file,
)
from .check import (
    load_grid as load_grid,
)
from .check import (
    too_large as too_large,
)
from .plans import (
    list_worlds as list_worlds,
)
from .plans import (
    load_plan as load_plan,
)
from .plans import (
    load_world as load_world,
)
from .scenarios import (
    Background as Background,
)
from .scenarios import (
    list_scenarios as list_scenarios,
)
from .scenarios import (
    load_background as load_background,
)
from .scenarios import (
    load_scenario as load_scenario,
)
