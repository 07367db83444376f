from .areas import (
    AREA_COLUMNS as AREA_COLUMNS,
    of_areas as of_areas,
)
from .assumptions import (
    NO_SOURCE as NO_SOURCE,
    QUANTILES as QUANTILES,
    distribution_from as distribution_from,
    distribution_problems as distribution_problems,
    load_register as load_register,
    numeric as numeric,
    read_register_file as read_register_file,
    studies as studies,
)
from .draft import (
    MERGER as MERGER,
    Asked as Asked,
    Draft as Draft,
    draft_pack as draft_pack,
    pack_data as pack_data,
    stored_only as stored_only,
)
from .history import (
    START as START,
    history_of as history_of,
    load_calibration as load_calibration,
    load_set_aside as load_set_aside,
)
from .peers import (
    PeerPrior as PeerPrior,
    load_peer_priors as load_peer_priors,
    load_peer_rows as load_peer_rows,
    load_peer_rules as load_peer_rules,
    peers_behind as peers_behind,
    per_inactive as per_inactive,
    updated as updated,
)
from .present import (
    ends_a_year as ends_a_year,
    in_year as in_year,
    plan_in as plan_in,
    years_to_plan as years_to_plan,
)
from .province import (
    chosen_province as chosen_province,
    list_provinces as list_provinces,
    load_province as load_province,
    pack_folder as pack_folder,
    refuse_unknown as refuse_unknown,
)
