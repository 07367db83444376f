"""The guide shows what there is: its pictures exist, its commands are understood, both languages say the same."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from sim.cli import Misused, command_line

DOCS = Path(__file__).resolve().parents[2] / "docs"
GUIDES = {lang: DOCS / lang / "guide.md" for lang in ("vi", "en")}
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)#]+)\)")
_COMMAND = re.compile(r"(?:^|`)(coopsim [^`\n#]+)", re.MULTILINE)


def text(lang: str) -> str:
    return GUIDES[lang].read_text(encoding="utf-8")


def commands(lang: str) -> list[str]:
    return [found.strip() for found in _COMMAND.findall(text(lang))]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_picture_and_page_it_names_is_there(lang: str):
    names = _LINK.findall(text(lang))
    assert len(names) >= 7
    assert [name for name in names if not (GUIDES[lang].parent / name).resolve().is_file()] == []


@pytest.mark.parametrize(("lang", "command"), [(lang, command) for lang in GUIDES for command in commands(lang)])
def test_every_command_it_names_is_understood(lang: str, command: str):
    assert hasattr(command_line(lang).parse_args(shlex.split(command)[1:]), "run")


def test_a_command_that_is_not_there_would_be_noticed():
    with pytest.raises(Misused):
        command_line("vi").parse_args(["explain", "fund-12.3"])


def test_both_languages_have_the_same_parts_pictures_and_number_of_commands():
    shape = {
        lang: (text(lang).count("\n## "), re.findall(r"images/([^)]+)", text(lang)), len(commands(lang)))
        for lang in GUIDES
    }
    assert shape["vi"] == shape["en"]
