from .cache import (
    cache_dir as cache_dir,
)
from .cache import (
    remembered as remembered,
)
from .cells import (
    FORMULA_STARTS as FORMULA_STARTS,
)
from .cells import (
    csv_cell as csv_cell,
)
from .cells import (
    put as put,
)
from .decoding import (
    UTF16_MARKS as UTF16_MARKS,
)
from .decoding import (
    bare as bare,
)
from .decoding import (
    clean as clean,
)
from .decoding import (
    collation_key as collation_key,
)
from .decoding import (
    decode as decode,
)
from .decoding import (
    hidden_characters as hidden_characters,
)
from .decoding import (
    position as position,
)
from .decoding import (
    read_file as read_file,
)
from .decoding import (
    shown as shown,
)
from .document import (
    SUFFIX as SUFFIX,
)
from .document import (
    Document as Document,
)
from .document import (
    Mark as Mark,
)
from .document import (
    Place as Place,
)
from .document import (
    dotted as dotted,
)
from .document import (
    is_path as is_path,
)
from .document import (
    known_slugs as known_slugs,
)
from .document import (
    listed as listed,
)
from .document import (
    nearest as nearest,
)
from .document import (
    refuse as refuse,
)
from .document import (
    resolve as resolve,
)
from .document import (
    slug_like as slug_like,
)
from .document import (
    slug_of as slug_of,
)
from .document import (
    unknown_slug as unknown_slug,
)
from .numbers import (
    MINUS as MINUS,
)
from .numbers import (
    Reading as Reading,
)
from .numbers import (
    exact_text as exact_text,
)
from .numbers import (
    grouped as grouped,
)
from .numbers import (
    one_reading as one_reading,
)
from .numbers import (
    read_number as read_number,
)
from .numbers import (
    settle_decimal as settle_decimal,
)
from .places import (
    MARK as MARK,
)
from .places import (
    OBSERVATIONS as OBSERVATIONS,
)
from .places import (
    PACK as PACK,
)
from .places import (
    SOURCES as SOURCES,
)
from .places import (
    VARIABLE as VARIABLE,
)
from .places import (
    data_root as data_root,
)
from .places import (
    limit as limit,
)
from .places import (
    program_data as program_data,
)
from .places import (
    shown_path as shown_path,
)
from .places import (
    source_data as source_data,
)
