"""What a refusal advises can be done with the command at hand: no option is named that it does not have."""

from __future__ import annotations

import errno
import os
import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from sim.cli import VERBS, Verb, command_line, main
from sim.domain import CoopsimError, InputError, Problem
from sim.inputs.yaml import OTHERWISE, load_catalogue, options_in, placeholders

LANGUAGES = ("vi", "en")
#: {refusal that names options and has no other text: the only commands that raise it}
RAISED_BY = {
    "folder_holds_report": "project compare sensitivity robust allocate attribute curve",
    "run_out_of_memory": "report batch", "run_killed_memory": "report batch", "run_few_files": "report batch",
    "run_cell_timeout": "report batch", "run_timeout": "report batch",
    "planner_no_port": "planner", "no_history_to_check": "credibility",
    "px_no_start": "import", "assist_map": "import", "assist_open": "import", "import_unasked": "import",
}  # fmt: skip


def leaves(verbs: tuple[Verb, ...] = VERBS, before: str = "") -> Iterator[tuple[str, Verb]]:
    """Every command by its words, ``ledger add``."""
    for verb in verbs:
        name = f"{before}{verb.name}"
        yield from leaves(verb.actions, f"{name} ") if verb.actions else [(name, verb)]


COMMANDS: Mapping[str, Verb] = dict(leaves())


def argv(name: str) -> list[str]:
    """A command as one of its examples types it."""
    verb = COMMANDS[name]
    return [*name.split(), *shlex.split(max(verb.examples, key=lambda one: len(one) > 0))]


def has(name: str) -> frozenset[str]:
    """The options of a command, as its parser has them."""
    options: frozenset[str] = command_line("vi").parse_args(argv(name)).options
    return options


def advising(lang: str) -> dict[str, frozenset[str]]:
    """{refusal: the options its text names}."""
    found = {key: options_in(text) for key, text in load_catalogue(lang).section("errors").items()}
    return {key: options for key, options in found.items() if options}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_refusal_that_names_an_option_has_another_text_or_comes_from_commands_that_have_it(lang: str) -> None:
    texts = load_catalogue(lang).section("errors")
    for key, options in advising(lang).items():
        if key in RAISED_BY:
            assert all(options <= has(name) for name in RAISED_BY[key].split()), key
        else:
            assert f"{key}{OTHERWISE}" in texts, key
    for key in (key for key in texts if key.endswith(OTHERWISE)):
        usual = texts[key.removesuffix(OTHERWISE)]
        assert options_in(usual) and not options_in(texts[key]), key
        assert placeholders(texts[key]) <= placeholders(usual), key
    assert not RAISED_BY.keys() - advising(lang).keys()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_both_languages_advise_the_same(lang: str) -> None:
    assert advising(lang) == advising("vi")


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_whatever_a_command_is_refused_for_names_only_options_it_has(
    name: str, lang: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue, options = load_catalogue(lang), has(name)
    keys = [key for key in advising(lang) if key not in RAISED_BY or name in RAISED_BY[key].split()]
    params = {one: "1" for key in keys for one in placeholders(catalogue.texts[f"errors.{key}"])}

    def refused(_self: Verb, _arguments: object) -> int:
        raise InputError(*(Problem(key, params) for key in keys))

    for kind in {type(verb) for verb in COMMANDS.values()}:
        monkeypatch.setattr(kind, "run", refused)
    assert main([*argv(name), "--lang", lang]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) >= len({catalogue.texts[f"errors.{key}"] for key in keys}) - 3
    for line in said:
        assert options_in(line) <= options, line
    assert CoopsimError.options == frozenset(), "what one command has is nothing to the next"


@pytest.mark.parametrize(("name", "advised"), [("refit", False), ("report", True), ("new notebook", False)])
def test_where_nothing_can_be_written_only_commands_with_a_place_advise_another(
    name: str, advised: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(_self: Verb, _arguments: object) -> int:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), "/somewhere")

    monkeypatch.setattr(Verb, "run", refused)
    assert main([*argv(name), "--lang", "en"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("F73 /somewhere: ") and "mend the permission" in said and (" -o" in said) is advised


def test_a_file_that_goes_into_a_pack_is_sent_to_no_other_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``import`` has ``-o``, for a scenario; a table of figures becomes a pack of the data folder."""
    monkeypatch.setattr("sim.run.understand_figures", lambda *_, **__: (_ for _ in ()).throw(
        PermissionError(errno.EACCES, os.strerror(errno.EACCES), "/somewhere")))  # fmt: skip
    (table := tmp_path / "figures.csv").write_text("area,value\n", encoding="utf-8")
    asked = ["--pack", "mine", "--name", "X", "--area", "VN-99", "--base-year", "2024", "--lang", "en"]
    assert main(["import", str(table), *asked]) == 2
    said = capsys.readouterr().err
    assert said.startswith("F73 /somewhere: ") and "-o" not in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_commands_that_a_text_writes_out_are_commands_there_are(lang: str) -> None:
    """``coopsim import TỆP --sheet TÊN``: the command exists, and has the options written with it."""
    found = 0
    for key, text in load_catalogue(lang).texts.items():
        for command in re.findall(r"(?<![\w/.-])coopsim ([a-z][^;”\"()<{.]*)", text):
            words = command.split()
            name = next((one for one in (" ".join(words[:2]), words[0]) if one in COMMANDS), "")
            if not name and words[0] not in {verb.name for verb in VERBS}:
                assert not re.search(r"(?<![\w-])--?[a-z]", command), f"{key}: {command}"
                continue
            found += 1
            asked = set(re.findall(r"(?<![\w-])-{1,2}[a-z][a-z-]*", command))
            assert not name or asked <= has(name), f"{key}: {command}"
    assert found > 10
