from .assumptions import (
    NO_SOURCE as NO_SOURCE,
)
from .assumptions import (
    PACK_FILE as PACK_FILE,
)
from .assumptions import (
    load_register as load_register,
)
from .assumptions import (
    read_register_file as read_register_file,
)
from .assumptions import (
    studies as studies,
)
from .draft import (
    MERGER as MERGER,
)
from .draft import (
    Asked as Asked,
)
from .draft import (
    Draft as Draft,
)
from .draft import (
    draft_pack as draft_pack,
)
from .draft import (
    pack_data as pack_data,
)
from .history import (
    FILE as FILE,
)
from .history import (
    load_calibration as load_calibration,
)
from .province import (
    list_provinces as list_provinces,
)
from .province import (
    load_province as load_province,
)
from .province import (
    refuse_unknown as refuse_unknown,
)
