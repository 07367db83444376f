from .cells import (
    Ask as Ask,
)
from .credibility import (
    run_full as run_full,
)
from .credibility import (
    standing as standing,
)
from .credibility import (
    workers as workers,
)
from .entries import (
    CHANGED as CHANGED,
)
from .entries import (
    EDITED as EDITED,
)
from .entries import (
    FAILED_BEFORE as FAILED_BEFORE,
)
from .entries import (
    MISSING as MISSING,
)
from .entries import (
    NEW as NEW,
)
from .entries import (
    Entry as Entry,
)
from .entries import (
    Settings as Settings,
)
from .entries import (
    read_entries as read_entries,
)
from .entries import (
    reuse as reuse,
)
from .exchange import (
    SERIES as SERIES,
)
from .exchange import (
    Understood as Understood,
)
from .exchange import (
    estimate as estimate,
)
from .exchange import (
    export as export,
)
from .exchange import (
    export_figures as export_figures,
)
from .exchange import (
    keep as keep,
)
from .exchange import (
    scenario_bytes as scenario_bytes,
)
from .exchange import (
    understand as understand,
)
from .exchange import (
    write_grid as write_grid,
)
from .execute import (
    MOST_TEXT as MOST_TEXT,
)
from .execute import (
    ended as ended,
)
from .exports import (
    formats_of as formats_of,
)
from .files import (
    csv_text as csv_text,
)
from .files import (
    page_stem as page_stem,
)
from .files import (
    sha256_file as sha256_file,
)
from .files import (
    sweep as sweep,
)
from .files import (
    write_atomic as write_atomic,
)
from .imports import (
    asked_of as asked_of,
)
from .imports import (
    understand_figures as understand_figures,
)
from .imports import (
    write_pack as write_pack,
)
from .job import (
    END_MARKER as END_MARKER,
)
from .job import (
    EXECUTED as EXECUTED,
)
from .job import (
    FAILED as FAILED,
)
from .job import (
    INVALID as INVALID,
)
from .job import (
    KILLED as KILLED,
)
from .job import (
    OK as OK,
)
from .job import (
    TIMEOUT as TIMEOUT,
)
from .job import (
    Ending as Ending,
)
from .job import (
    Job as Job,
)
from .job import (
    Limits as Limits,
)
from .newer_year import (
    add as add,
)
from .newer_year import (
    score_file as score_file,
)
from .newer_year import (
    understand_outturns as understand_outturns,
)
from .newer_year import (
    write_new_base as write_new_base,
)
from .own_files import (
    require_no_report_table as require_no_report_table,
)
from .own_files import (
    verify as verify,
)
from .pool import (
    Worker as Worker,
)
from .pool import (
    crew_of as crew_of,
)
from .pool import (
    run_jobs as run_jobs,
)
from .preflight import (
    check_folder as check_folder,
)
from .preflight import (
    check_templates as check_templates,
)
from .preflight import (
    system_refusal as system_refusal,
)
from .project import (
    compare_csv as compare_csv,
)
from .project import (
    compared as compared,
)
from .project import (
    inputs_csv as inputs_csv,
)
from .project import (
    load_all as load_all,
)
from .project import (
    require_kept as require_kept,
)
from .project import (
    taken as taken,
)
from .project import (
    write_projection as write_projection,
)
from .publish import (
    FAILED_FOLDER as FAILED_FOLDER,
)
from .publish import (
    OVERVIEWS as OVERVIEWS,
)
from .publish import (
    TEMPLATES as TEMPLATES,
)
from .record import (
    RECORDS as RECORDS,
)
from .record import (
    build_record as build_record,
)
from .record import (
    now as now,
)
from .record import (
    only_one as only_one,
)
from .record import (
    write_record as write_record,
)
from .report import (
    MAIN as MAIN,
)
from .unknowns import (
    examined as examined,
)
