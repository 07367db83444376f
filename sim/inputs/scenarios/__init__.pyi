from .check import (
    check_file as check_file,
    load_grid as load_grid,
    too_large as too_large,
)
from .parts import (
    list_plans as list_plans,
    list_worlds as list_worlds,
    load_plan as load_plan,
    load_world as load_world,
)
from .scenarios import (
    MAIN as MAIN,
    Background as Background,
    checked_scenario as checked_scenario,
    list_scenarios as list_scenarios,
    load_background as load_background,
    load_scenario as load_scenario,
    opening as opening,
)
