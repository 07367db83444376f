"""The catalogue of words a user sees, and the codes of what is refused."""

import math
import os
import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sim.domain import CoopsimError, InputError, Number, Numbers, Problem
from sim.inputs.text import LANG_VARIABLE, File, Place, dotted, exact_text, nearest, program_data, shown, visible
from sim.inputs.yaml.loader import Checked, Loader

# -- Codes that messages carry, so that a planner can quote one over the phone ---------------------
# A code names a class of bad input, not a message: several messages share one. Messages without a row of
# their own carry none.

_KEYS_BY_CODE = {
    "F02": "csv_field_count",
    "F03": "number_ambiguous number_ambiguous_cell argument_two_readings",
    "F04": "number_other_decimal number_unreadable number_with_words money_with_words number_time",
    "F06": "number_undeclared_groups number_groups_cell",
    "F07": "number_mixed_decimals number_mixed_cells",
    "F08": "number_spaced",
    "F09": "number_parentheses",
    "F10": "number_foreign_digits number_too_long argument_too_long",
    "F11": "number_not_finite number_exponent argument_not_finite",
    "F15": "cell_missing empty_value world_own_empty",
    "F16": "number_percent share_out_of_range percent_implausible xlsx_shown_otherwise",
    "F17": "out_of_range money_out_of_range cell_money_range outside_bounds figure_implausible base_zero fund_zero",
    "F18": "number_formula_error",
    "F19": "xlsx_formula xlsx_formula_empty",
    "F20": "csv_duplicate_column px_year_twice",
    "F21": (
        "csv_missing_column csv_unknown_column heading_missing heading_respelt table_keys_missing row_left_out "
        "px_no_years assist_no_heading assist_no_label assist_too_many assist_nothing"
    ),
    "F22": "duplicate_row px_area_twice figure_stored_only price_rise_not_needed",
    "F23": "bad_year bad_date",
    "F24": "years_missing",
    "F25": "observed_in_future",
    "F89": "clock_off clock_off_import",
    "F26": "value_negative",
    "F27": (
        "parts_not_total active_above_registered lines_exceed_fund simplex_sum shares_not_one shares_over_one "
        "area_shares_not_one cell_shares_not_whole area_money_not_line"
    ),
    "F28": "quantile_order zero_width",
    "F29": "file_empty csv_header_only",
    "F30": "csv_one_column",
    "F34": "encoding_unknown encoding_legacy legacy_text lost_character",
    "F37": "hidden_character",
    "F38": "name_alike id_not_ascii bad_id bad_area_code",
    "F40": "csv_stray_quote",
    "F41": "control_character",
    "F42": "xlsx_merged xlsx_hidden sheets_unseen sheet_not_named sheet_missing",
    "F43": "xlsx_bomb xlsx_too_large assist_too_long",
    "F44": "csv_is_binary xlsx_old xlsx_encrypted xlsx_macros xlsx_not_zip xlsx_unreadable assist_not_excel",
    "F47": "yaml_alias yaml_merge",
    "F48": "duplicate_key duplicate_id duplicate_break duplicate_column argument_twice target_twice",
    "F49": "yaml_tag yaml_directive",
    "F50": (
        "yaml_word yaml_time yaml_leading_zero yaml_underscore yaml_date yaml_other_base yaml_exponent "
        "yaml_not_finite yaml_bare_point yaml_decimal_comma yaml_number_like yaml_too_many_digits"
    ),
    "F51": "yaml_too_deep yaml_too_many_values file_too_large",
    "F52": (
        "unknown_key missing_key field_empty arguments_missing import_unasked argument_unknown argument_without_value "
        "argument_empty argument_takes_no_value argument_ambiguous arguments_exclude one_argument_needed "
        "brief_variants not_one_of unknown_command unknown_format unknown_language unknown_line unknown_province "
        "unknown_target target_direction unknown_assumption unknown_indicator unknown_plan unknown_scenario "
        "source_not_listed unknown_source unknown_term unknown_world"
    ),
    "F53": (
        "expected_number expected_money expected_whole expected_text expected_truth count_not_whole "
        "cell_number cell_money cell_whole cell_text cell_truth"
    ),
    "F54": "unknown_parameter parameter_type parameter_kind parameters_too_many parameters_none "
        "parameters_missing",
    "F57": "bad_slug bad_name bad_pack_name",
    "F61": "duplicate_scenario grid_duplicate",
    "F64": "folder_is_link",
    "F65": "money_too_fine",
    "F66": (
        "out_of_bounds too_few_draws argument_whole argument_number argument_probability argument_factor "
        "argument_port bad_amount bad_weight bad_within target_level target_not_whole target_no_band"
    ),
    "F67": "grid_empty grid_too_large",
    "F68": "horizon_out_of_range horizon_over planning_year target_year past_money past_money_replaced",
    "F70": "run_cell_timeout run_timeout",
    "F71": "run_out_of_memory run_killed_memory run_few_files few_files",
    "F72": "disk_refused disk_full run_disk_full run_not_published cache_damaged",
    "F73": "folder_not_writable run_not_permitted path_in_the_way",
    "F74": "run_worker_lost",
    "F75": "run_killed",
    "F78": "run_no_marker",
    "F79": "run_error run_broke run_nothing_to_show",
    "F80": "run_no_start unknown_kernel",
    "F81": "folder_in_use",
    "F83": "record_missing record_changed output_missing",
    "F84": "output_changed output_added file_not_ours folder_holds_report",
    "F91": "template_parameters",
    "F92": "result_not_finite",
    "F93": "other_boundary bad_vintage history_not_joined px_side_unknown px_side_other px_side_years",
    "F94": (
        "other_concept px_other_count px_no_start figure_jumps figure_said_otherwise figure_copies_plan "
        "figure_copies_year"
    ),
    "F95": "wrong_unit",
    "F117": "assist_open assist_meaning assist_map",
    "F118": "assist_kept_unreadable assist_kept_version assist_kept_broken",
}
CODE_OF = {key: code for code, keys in _KEYS_BY_CODE.items() for key in keys.split()}


# -- The words users see, by key and language, and problems as sentences ---------------------------

LANGUAGES = ("vi", "en")
_ERRORS = "errors"
#: Ending of the text of a problem that is told where the usual one names options there are not.
OTHERWISE = "_no_option"
#: A command written out, which can be given anywhere, and an option by itself.
_COMMAND = re.compile(r"coopsim [^;”\"]*|ulimit -n")
_OPTION = re.compile(r"(?<![\w-])-{1,2}[a-z][a-z-]*")


@dataclass(frozen=True)
class Catalogue:
    """Every text of one language.

    Attributes
    ----------
    texts : {dotted key: template}; placeholders are plain names in braces
    """

    language: str
    texts: Mapping[str, str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "texts", MappingProxyType(dict(self.texts)))

    def __contains__(self, key: str) -> bool:
        return key in self.texts

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    def text(self, key: str, /, **params: object) -> str:
        """A text with its placeholders filled in.

        Texts are put in as they are: braces in them stay braces, they are never looked up. Numbers that are no
        whole numbers, and `Numbers`, are written in the way of the language.

        Raises
        ------
        KeyError
            When the key is not in the catalogue or a placeholder gets no value.
        """
        return self.texts[key].format_map({name: self._filled(value) for name, value in params.items()})

    def section(self, prefix: str) -> dict[str, str]:
        """{key without the prefix: template} of everything below a dotted prefix."""
        start = prefix + "."
        return {key.removeprefix(start): text for key, text in self.texts.items() if key.startswith(start)}

    def describe(self, problem: Problem) -> str:
        """One full sentence: code, file:line:column, place, value, reason, what is allowed, the fix."""
        params = {"value": problem.value, "place": problem.place, "allowed": problem.allowed, **problem.params}
        reason = self.text(self._advised(problem.key), **params).strip()
        value = None if problem.value is None else self._part("value", value=problem.value)
        parts = [": ".join(part for part in (value, reason) if part)]
        if problem.allowed:
            parts.append(self._part("allowed", allowed=problem.allowed))
        if problem.suggestion:
            parts.append(self._part("suggestion", suggestion=problem.suggestion))
        code = CODE_OF.get(problem.key, "")
        warning = self._part("warning") if problem.warning else ""
        where = ":".join(str(part) for part in (problem.file, problem.line, problem.column) if part)
        head = " ".join(part for part in (code, warning, where) if part)
        return visible(": ".join(part for part in (head, problem.place, "; ".join(parts)) if part))

    def describe_all(self, error: CoopsimError) -> list[str]:
        """A sentence for each problem of an error."""
        return [self.describe(problem) for problem in error.problems]

    def _advised(self, key: str) -> str:
        """The text of a problem, or its other one where it names an option that the command at hand does not have."""
        usual, otherwise = f"{_ERRORS}.{key}", f"{_ERRORS}.{key}{OTHERWISE}"
        return otherwise if otherwise in self and options_in(self.texts[usual]) - CoopsimError.options else usual

    def _filled(self, value: object) -> str:
        """A value as text, so that no template can reach into it."""
        if isinstance(value, Numbers):
            told = value.written(self._number)
            return told.replace(" %", "%") if self.language == "en" else told
        if isinstance(value, (float, Decimal)) and math.isfinite(value):
            return self._number(value)
        return "" if value is None else str(value)

    def _number(self, number: Number) -> str:
        return shown(exact_text(number, self.language))  # a cell may hold a number of hundreds of digits

    def _part(self, name: str, **params: object) -> str:
        return self.text(f"{_ERRORS}.part_{name}", **params)


def load_catalogue(language: str = "vi", *, folder: Path | None = None) -> Catalogue:
    """The catalogue of a language.

    Parameters
    ----------
    language : "vi" or "en"
    folder : where the label files are; by default those of the program itself, so that a data root
        without labels, or none at all, can still be told in words

    Raises
    ------
    InputError
        When there is no such language or its file is not a tree of texts.
    """
    if language not in LANGUAGES:
        allowed = ", ".join(LANGUAGES)
        near = nearest(language, LANGUAGES)
        raise InputError(Problem("unknown_language", value=language, allowed=allowed, suggestion=near))
    path = (folder or program_data() / "labels") / f"{language}.yaml"
    return Catalogue(language, _LABELS.load(File.at(path)))


@cache
def note_words(language: str) -> Mapping[str, str]:
    """What the notes of the shipped sources say, part by part: English with # for each figure, and this language's."""
    if language == "en":
        return {}
    text = (program_data() / "labels" / "notes.csv").read_text(encoding="utf-8")
    import csv  # a notebook or a report asks for notes, most starts do not
    import io

    return {row["en"]: row[language] for row in csv.DictReader(io.StringIO(text))}


def speak(language: str) -> None:
    """Say errors in this language wherever nobody else puts them into words: in a notebook, a traceback, a log."""
    CoopsimError.in_words = lambda problem: load_catalogue(language).describe(problem)


def options_in(template: str) -> frozenset[str]:
    """Options a text names, but for those of commands it writes out."""
    return frozenset(_OPTION.findall(_COMMAND.sub("", template)))


def placeholders(template: str) -> set[str]:
    """Names of a template's placeholders.

    Raises
    ------
    ValueError
        For anything but plain names: an attribute, an index, a conversion, a format or a lone brace.
    """
    names = set()
    for _, name, form, conversion in string.Formatter().parse(template):
        if name is None:
            continue
        if form or conversion or not name.isidentifier() or not name.isascii():
            raise ValueError(name)
        names.add(name)
    return names


def _check_texts(found: Checked) -> None:
    """Every leaf is a text whose placeholders are plain names."""
    for place, text in _leaves(found.value, ()):
        if found.document.spoilt(place):
            continue
        if not isinstance(text, str):
            found.tell("expected_text", place, value=text)
            continue
        try:
            placeholders(text)
        except ValueError as error:
            found.tell("bad_placeholder", place, value=str(error))


def _leaves(node: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _leaves(value, (*place, key))
    else:
        yield place, node


#: A tree of any depth, which no shape describes.
_LABELS = Loader("labels", None, _check_texts, lambda tree: {dotted(place): text for place, text in _leaves(tree, ())})

_stated = os.environ.get(LANG_VARIABLE, "")
speak(_stated if _stated in LANGUAGES else LANGUAGES[0])


def unit_key(unit: str) -> str:
    """Key of a unit among the terms: ``million VND/yr`` is ``unit_million_vnd_yr``."""
    return "unit_" + re.sub(r"[^a-z0-9]+", "_", unit.lower().replace("%", "percent")).strip("_")
