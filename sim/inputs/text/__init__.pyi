from .cache import (
    cache_dir as cache_dir,
    remembered as remembered,
)
from .cells import (
    FORMULA_STARTS as FORMULA_STARTS,
    csv_cell as csv_cell,
    put as put,
)
from .decoding import (
    UTF16_MARKS as UTF16_MARKS,
    bare as bare,
    clean as clean,
    collation_key as collation_key,
    decode as decode,
    hidden_characters as hidden_characters,
    position as position,
    read_file as read_file,
    shown as shown,
)
from .document import (
    SUFFIX as SUFFIX,
    Document as Document,
    Mark as Mark,
    Place as Place,
    dotted as dotted,
    is_path as is_path,
    known_slugs as known_slugs,
    listed as listed,
    nearest as nearest,
    refuse as refuse,
    resolve as resolve,
    slug_like as slug_like,
    slug_of as slug_of,
    unknown_slug as unknown_slug,
)
from .numbers import (
    MINUS as MINUS,
    Reading as Reading,
    exact_text as exact_text,
    grouped as grouped,
    one_reading as one_reading,
    read_number as read_number,
    settle_decimal as settle_decimal,
)
from .places import (
    MARK as MARK,
    OBSERVATIONS as OBSERVATIONS,
    PACK as PACK,
    SOURCES as SOURCES,
    VARIABLE as VARIABLE,
    data_root as data_root,
    limit as limit,
    program_data as program_data,
    shown_path as shown_path,
    source_data as source_data,
)
