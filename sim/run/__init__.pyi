from . import (
    cells as cells,
    credibility as credibility,
    imports as imports,
    unknowns as unknowns,
)
from .asking import (
    questions_of_file as questions_of_file,
)
from .assist import (
    EVERY as EVERY,
    Assistant as Assistant,
    aim_of as aim_of,
    open_questions as open_questions,
    open_workbook as open_workbook,
    reader_of as reader_of,
)
from .briefing import (
    BRIEF_GOAL as BRIEF_GOAL,
    BRIEF_KINDS as BRIEF_KINDS,
    briefed as briefed,
    document as document,
    write_brief as write_brief,
)
from .credibility import (
    run_full as run_full,
    standing as standing,
    workers as workers,
)
from .entries import (
    CHANGED as CHANGED,
    EDITED as EDITED,
    FAILED_BEFORE as FAILED_BEFORE,
    MISSING as MISSING,
    NEW as NEW,
    Entry as Entry,
    Settings as Settings,
    read_entries as read_entries,
    reuse as reuse,
)
from .exchange import (
    SERIES as SERIES,
    ScenarioImport as ScenarioImport,
    estimate as estimate,
    export_figures as export_figures,
    export_scenario as export_scenario,
    scenario_bytes as scenario_bytes,
    understand_scenario as understand_scenario,
    write_grid as write_grid,
    write_scenario as write_scenario,
)
from .execute import (
    ASIDE as ASIDE,
    MOST_TEXT as MOST_TEXT,
    ended as ended,
)
from .explore import (
    parts_by_active as parts_by_active,
)
from .exports import (
    formats_of as formats_of,
)
from .files import (
    csv_text as csv_text,
    page_stem as page_stem,
    sha256_file as sha256_file,
    sweep as sweep,
    write_atomic as write_atomic,
)
from .funding import (
    funding_of as funding_of,
    printed_by_years as printed_by_years,
)
from .imports import (
    PackImport as PackImport,
    Reader as Reader,
    asked_of as asked_of,
    understand_figures as understand_figures,
    write_pack as write_pack,
)
from .job import (
    END_MARKER as END_MARKER,
    EXECUTED as EXECUTED,
    FAILED as FAILED,
    INVALID as INVALID,
    KILLED as KILLED,
    OK as OK,
    SKIPPED as SKIPPED,
    TIMEOUT as TIMEOUT,
    Ending as Ending,
    Job as Job,
    Limits as Limits,
    filled as filled,
)
from .later_figures import (
    LaterFigures as LaterFigures,
    understand_later as understand_later,
    write_later as write_later,
)
from .ledger import (
    DEFAULT as DEFAULT,
    freeze_forecast as freeze_forecast,
    kept_forecasts as kept_forecasts,
    score_forecasts as score_forecasts,
)
from .newer_year import (
    understand_outturns as understand_outturns,
    write_new_base as write_new_base,
)
from .own_files import (
    check_folder as check_folder,
    check_templates as check_templates,
    require_no_report_table as require_no_report_table,
    system_refusal as system_refusal,
)
from .own_notebooks import (
    new_notebook as new_notebook,
)
from .parameters import (
    Ask as Ask,
    read as read,
    require_declared as require_declared,
)
from .pool import (
    Worker as Worker,
    begin_loading as begin_loading,
    crew_of as crew_of,
    run_jobs as run_jobs,
)
from .project import (
    AT_A_TIME as AT_A_TIME,
    compared as compared,
    in_parts as in_parts,
    load_all as load_all,
    projection_folder as projection_folder,
    require_kept as require_kept,
    require_one_horizon as require_one_horizon,
    write_projection as write_projection,
)
from .publish import (
    FAILED_FOLDER as FAILED_FOLDER,
    OVERVIEWS as OVERVIEWS,
    TEMPLATES as TEMPLATES,
)
from .px import (
    PxImport as PxImport,
    understand_px as understand_px,
    write_px as write_px,
)
from .record import (
    RECORDS as RECORDS,
    build_record as build_record,
    now as now,
    only_one as only_one,
    verify as verify,
    write_record as write_record,
)
from .refitting import (
    Refitted as Refitted,
    refit as refit,
)
from .unknowns import (
    examined as examined,
)
