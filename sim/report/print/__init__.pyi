from .charts import (
    Band as Band,
)
from .charts import (
    FanRows as FanRows,
)
from .charts import (
    Labelled as Labelled,
)
from .charts import (
    Level as Level,
)
from .charts import (
    Point as Point,
)
from .charts import (
    RangeRow as RangeRow,
)
from .charts import (
    chance_chart as chance_chart,
)
from .charts import (
    curve_chart as curve_chart,
)
from .charts import (
    fan_chart as fan_chart,
)
from .charts import (
    parts_chart as parts_chart,
)
from .charts import (
    range_chart as range_chart,
)
from .charts import (
    trade_off_chart as trade_off_chart,
)
from .drawing import (
    DOT as DOT,
)
from .drawing import (
    LETTER as LETTER,
)
from .drawing import (
    LOCALES as LOCALES,
)
from .drawing import (
    PRINTED as PRINTED,
)
from .drawing import (
    STROKE as STROKE,
)
from .drawing import (
    STYLED as STYLED,
)
from .drawing import (
    VEGALITE as VEGALITE,
)
from .drawing import (
    Bar as Bar,
)
from .drawing import (
    Palette as Palette,
)
from .drawing import (
    Span as Span,
)
from .drawing import (
    altair as altair,
)
from .drawing import (
    bars as bars,
)
from .drawing import (
    compiled as compiled,
)
from .drawing import (
    finish as finish,
)
from .drawing import (
    inline as inline,
)
from .drawing import (
    png as png,
)
from .drawing import (
    round_axis as round_axis,
)
from .drawing import (
    spans as spans,
)
from .drawing import (
    svg as svg,
)
from .drawing import (
    svg_to_png as svg_to_png,
)
from .drawing import (
    tight_axis as tight_axis,
)
from .drawing import (
    value_axis as value_axis,
)
from .drawing import (
    year_axis as year_axis,
)
from .gate import (
    CSP as CSP,
)
from .gate import (
    WEB as WEB,
)
from .gate import (
    Unsafe as Unsafe,
)
from .gate import (
    check_fragment as check_fragment,
)
from .gate import (
    check_page as check_page,
)
from .layout import (
    FRAGMENT as FRAGMENT,
)
from .layout import (
    page as page,
)
from .layout import (
    style as style,
)
from .marks import (
    ACTUAL as ACTUAL,
)
from .marks import (
    ASSUMED as ASSUMED,
)
from .marks import (
    ESTIMATE as ESTIMATE,
)
from .marks import (
    PLAIN as PLAIN,
)
from .marks import (
    number as number,
)
from .marks import (
    plain as plain,
)
from .marks import (
    said as said,
)
from .marks import (
    spoken as spoken,
)
from .marks import (
    symbols as symbols,
)
from .marks import (
    unmarked_numbers as unmarked_numbers,
)
from .marks import (
    year as year,
)
from .markup import (
    Node as Node,
)
from .markup import (
    NotWellFormed as NotWellFormed,
)
from .markup import (
    details as details,
)
from .markup import (
    el as el,
)
from .markup import (
    join as join,
)
from .markup import (
    listing as listing,
)
from .markup import (
    parse as parse,
)
from .markup import (
    section as section,
)
from .markup import (
    written as written,
)
from .tables import (
    Column as Column,
)
from .tables import (
    column as column,
)
from .tables import (
    column_with_ranges as column_with_ranges,
)
from .tables import (
    downloads as downloads,
)
from .tables import (
    file_links as file_links,
)
from .tables import (
    table as table,
)
from .values import (
    FOUND as FOUND,
)
from .values import (
    PARTS as PARTS,
)
from .values import (
    amount as amount,
)
from .values import (
    amounts as amounts,
)
from .values import (
    chance as chance,
)
from .values import (
    chip as chip,
)
from .values import (
    described as described,
)
from .values import (
    difference_with_range as difference_with_range,
)
from .values import (
    in_percent as in_percent,
)
from .values import (
    letter as letter,
)
from .values import (
    level as level,
)
from .values import (
    notes as notes,
)
from .values import (
    p50 as p50,
)
from .values import (
    p80 as p80,
)
from .values import (
    part_places as part_places,
)
from .values import (
    price_year as price_year,
)
from .values import (
    references as references,
)
from .values import (
    sample_worth as sample_worth,
)
from .values import (
    share_and_ends as share_and_ends,
)
from .values import (
    signed_difference as signed_difference,
)
from .values import (
    span as span,
)
from .values import (
    spread as spread,
)
from .values import (
    spread_caption as spread_caption,
)
from .values import (
    target_low as target_low,
)
from .values import (
    traps_of as traps_of,
)
from .words import (
    EN_DASH as EN_DASH,
)
from .words import (
    LANGUAGES as LANGUAGES,
)
from .words import (
    NEARLY_ALWAYS as NEARLY_ALWAYS,
)
from .words import (
    NO_BREAK as NO_BREAK,
)
from .words import (
    RARE as RARE,
)
from .words import (
    WHOLE as WHOLE,
)
from .words import (
    Wording as Wording,
)
from .words import (
    last_place as last_place,
)
from .words import (
    match_name as match_name,
)
from .words import (
    match_note as match_note,
)
from .words import (
    period_name as period_name,
)
from .words import (
    rounded as rounded,
)
from .words import (
    signed_text as signed_text,
)
from .words import (
    told_apart as told_apart,
)
from .words import (
    unit_key as unit_key,
)
