"""No row of the list of bad inputs and faults is without a test: by the names of the tests, from 97 on by a table."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.faults.test_rows import CASES, READ

HERE = Path(__file__).resolve().parent
#: Rows whose faults need whole runs, proved by tests of the batch: row → file and test.
ELSEWHERE = {
    69: ("batch/test_truthful_states.py", "test_a_cell_that_prints_without_end_is_cut_and_its_run_goes_on"),
    74: (
        "batch/test_report_folder.py",
        "test_a_killed_report_leaves_nothing_half_done_and_resumes_to_the_same_figures",
    ),
    75: ("batch/test_kernel_failures.py", "test_a_failure_ends_as_in_the_ordinary_kernel"),
    76: ("batch/test_report_folder.py", "test_an_interrupted_report_exits_130_and_leaves_no_process"),
    87: ("batch/test_formats.py", "test_a_file_held_open_by_another_program_is_tried_again"),
    90: ("batch/test_kernel_isolation.py", "test_a_kernel_has_the_surroundings_its_client_asked_for"),
}
#: Kinds that bug reports of neighbouring tools and an attacker found, each with at least three instances:
#: row → what must happen, and where that is proved: file → tests.
KINDS: dict[int, tuple[str, dict[str, list[str]]]] = {
    97: (
        "a percent is what the cell shows, or is refused with both readings",
        {"faults/test_shown_numbers.py": [
            "test_one_rate_of_price_rises_is_read_however_it_is_shown",
            "test_a_number_shown_as_another_is_refused_with_both",
            "test_a_hundredfold_rate_is_refused_with_the_right_one",
        ]},
    ),
    98: (
        "what is read back from the cache is checked and made anew, said once",
        {"unit/test_store.py": ["test_a_damaged_entry_is_found_made_anew_and_said_once"],
         "unit/test_inputs.py": ["test_entries_swapped_between_keys_are_found_made_anew_and_said_once"]},
    ),
    99: (
        "a warning refuses nothing, at any door",
        {"faults/test_warnings.py": [
            "test_a_scenario_with_a_warning_goes_through_every_door",
            "test_figures_with_a_warning_go_through_every_door",
        ]},
    ),
    100: (
        "nothing good goes before something better is there; what is old says so",
        {"batch/test_stale_pages.py": [
            "test_a_failed_scenario_leaves_its_page_marked_on_its_first_line_in_the_index_and_in_the_record",
            "test_a_disk_that_fills_takes_no_good_page",
            "test_a_file_that_cannot_be_made_beside_a_good_page_leaves_the_old_one_which_its_link_says",
        ]},
    ),
    101: (
        "no set reaches a page: other hash seeds, workers and kills give the same bytes",
        {"batch/test_same_bytes.py": [
            "test_lists_of_pages_are_the_same_under_other_hash_seeds",
            "test_a_report_is_the_same_under_other_hash_seeds_and_numbers_of_workers",
            "test_reports_that_were_killed_and_resumed_are_the_same_whatever_the_hash_seeds",
        ]},
    ),
    102: (
        "a figure that is stored but not used is said to be",
        {"unit/test_import_figures.py": [
            "test_a_price_rise_that_is_there_already_is_stored_and_said_not_to_be_used",
            "test_a_price_rise_of_a_year_that_is_not_needed_is_said_to_be_kept_only",
            "test_another_fund_and_a_plan_beside_the_outturn_are_said_to_be_kept_only",
        ]},
    ),
    103: (
        "every kernel of the planner has an end",
        {"unit/test_planner_server.py": [
            "test_a_kernel_ends_some_time_after_its_page_and_not_before",
            "test_pages_that_are_gone_make_room_and_pages_that_are_open_do_not",
            "test_a_page_that_takes_long_to_open_keeps_its_kernel",
        ],
         "browser/test_line.py": [
             "test_reloads_and_closed_tabs_leave_at_most_two_calculations_and_hold_memory_flat",
        ]},
    ),
    104: (
        "a line that is gone, or a server that cannot start, is one sentence",
        {"unit/test_planner_server.py": ["test_what_keeps_it_from_starting_is_one_sentence"],
         "browser/test_line.py": [
             "test_every_page_says_within_5_s_that_its_server_is_gone",
             "test_a_page_whose_server_hung_while_it_was_filled_is_filled_once_it_is_back",
        ]},
    ),
    105: (
        "nothing a user set up for Jupyter or IPython reaches the planner or a report",
        {"unit/test_planner_server.py": ["test_nothing_a_user_set_up_for_jupyter_is_found"],
         "batch/test_truthful_states.py": ["test_nothing_a_user_set_up_reaches_a_run"]},
    ),
    106: (
        "what a killed process left behind goes when the next one starts",
        {"unit/test_planner_server.py": [
            "test_what_a_server_made_is_gone_with_it_or_when_the_next_one_starts",
            "test_folders_of_servers_that_were_killed_go_and_those_in_use_stay",
        ],
         "unit/test_inputs.py": ["test_the_cache_of_a_command_that_was_killed_goes_when_the_next_begins"]},
    ),
    107: (
        "a step that a drive does not have is gone without, and said once",
        {"faults/test_plain_drives.py": [
            "test_a_folder_that_cannot_be_flushed_is_written_to",
            "test_a_folder_without_locks_is_held_by_a_file",
            "test_a_ledger_is_written_to_a_drive_that_cannot_flush_and_refused_by_one_that_fails",
            "test_a_zygote_s_socket_is_private_without_a_mode_being_set",
        ]},
    ),
    108: (
        "any console, a closed or full one too, ends in no traceback",
        {"faults/test_console.py": [
            "test_a_console_shows_what_comes_closest", "test_closed_full_and_broken_streams_leave_the_exit_code",
        ]},
    ),
    109: (
        "a clock that is far off is one line",
        {"faults/test_clock.py": [
            "test_a_question_is_answered_with_one_line_on_the_clock",
            "test_a_report_is_made_with_one_line_on_the_clock",
            "test_an_import_which_writes_the_day_down_is_refused_in_one_line",
        ]},
    ),
    110: (
        "a caller's settings change no figure, and a command leaves none behind",
        {"unit/test_surroundings.py": ["test_a_callers_settings_change_no_figure"],
         "unit/test_one_command.py": ["test_a_province_that_was_named_holds_for_its_command_alone"]},
    ),
    111: (
        "a failure names its cause by the error itself; a HOME that takes no file costs little time",
        {"faults/test_causes.py": [
            "test_a_kernel_that_does_not_start_is_told_by_what_the_system_refused",
            "test_a_process_that_is_gone_is_told_by_how_it_ended",
        ],
         "unit/test_inputs.py": [
             "test_where_home_takes_no_file_a_command_and_what_it_starts_share_a_cache_that_goes_with_it",
        ]},
    ),
    112: (
        "an address without a scheduler is refused within ten seconds",
        {"batch/test_cluster.py": ["test_whoever_is_no_scheduler_is_refused_in_one_sentence_within_ten_seconds"]},
    ),
    113: (
        "tables as offices make them are read, and what was left out is said",
        {"faults/test_offices.py": ["test_a_table_in_an_office_s_file_gives_its_figures"]},
    ),
    114: (
        "text of old Vietnamese encodings is refused with what was meant",
        {"faults/test_legacy_text.py": [
            "test_old_text_is_read_as_it_was_meant", "test_tables_of_figures_are_refused_at_the_cell",
        ]},
    ),
    115: (
        "the check knows what the reader of packs knows",
        {"faults/test_check_knows.py": [
            "test_a_figure_that_cannot_be_right_is_refused_by_the_check",
            "test_the_reader_of_a_pack_knows_what_the_check_knows",
        ]},
    ),
    116: (
        "the set-up runs no package manager unasked",
        {"architecture/test_system_packages.py": [
            "test_without_a_browser_it_says_what_to_install", "test_without_pip_it_says_what_to_install",
            "test_anything_but_one_is_no_permission",
        ]},
    ),
    117: (
        "what an office's table does not say is asked, never guessed",
        {"recovery/test_office_tables.py": [
            "test_a_heading_that_could_be_two_indicators_is_asked", "test_a_unit_that_is_wrong_by_a_thousand_is_asked",
            "test_years_out_of_order_are_asked_and_stand_when_they_are_confirmed",
            "test_two_columns_of_one_figure_are_asked", "test_what_nobody_knows_is_asked_or_left_out_never_taken",
        ]},
    ),
    118: (
        "what is remembered of an office's table is data; what is damaged is told and passed over",
        {"unit/test_office.py": [
            "test_a_damaged_memory_is_told_and_passed_over",
            "test_a_remembered_answer_that_says_nothing_is_passed_over",
        ]},
    ),
    119: (
        "the words of an office's table stay text, and one without end is refused before it is matched",
        {"unit/test_office.py": [
            "test_a_hostile_heading_is_text_that_has_to_be_answered",
            "test_a_sheet_without_end_is_refused_before_it_is_matched",
            "test_a_merged_range_without_end_costs_nothing",
        ]},
    ),
}  # fmt: skip
_ROWS = re.compile(r"^def test_(\d\d)(?:_(to|and)_(\d\d))?_", re.MULTILINE)


def covered() -> set[int]:
    """Rows named by a test of this folder, or by a case of the table."""
    rows = {case.row for case in CASES} | {row for row, *_ in READ}
    for path in HERE.glob("test_*.py"):
        for first, word, last in _ROWS.findall(path.read_text(encoding="utf-8")):
            stated = {int(first), int(last or first)}
            rows |= set(range(min(stated), max(stated) + 1)) if word == "to" else stated
    return rows


def test_every_row_has_a_test():
    assert set(range(1, 97)) - set(ELSEWHERE) - covered() == set()


def test_the_tests_that_stand_elsewhere_are_there():
    for file, name in ELSEWHERE.values():
        assert f"def {name}(" in (HERE.parent / file).read_text(encoding="utf-8"), name


def test_every_kind_has_three_instances_at_least():
    """Counted as they are collected, with every set of parameters."""
    files = sorted({f"tests/{file}" for _, proofs in KINDS.values() for file in proofs})
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *files]
    found = subprocess.run(command, cwd=HERE.parents[1], capture_output=True, text=True).stdout
    instances = Counter(re.findall(r"^tests/(\S+?::\w+)", found, re.MULTILINE))
    for row, (what, proofs) in KINDS.items():
        counted = {name: instances[f"{file}::{name}"] for file, names in proofs.items() for name in names}
        assert all(counted.values()) and sum(counted.values()) >= 3, (row, what, counted)


def test_the_kinds_follow_the_rows():
    assert list(KINDS) == list(range(97, 97 + len(KINDS)))


def test_a_row_without_a_test_would_be_noticed():
    assert 97 not in covered() and 0 not in covered()
