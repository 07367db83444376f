"""Words that claim more than three years of data can give are not used anywhere a user reads."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN = re.compile(r"chứng minh|dự báo chính xác|đã kiểm định|\bvalidated\b|\bproves\b", re.IGNORECASE)
#: "chắc chắn" may only be denied, within a few words before it.
CERTAIN = re.compile(r"chắc chắn", re.IGNORECASE)
DENIED = re.compile(r"(?:không|chưa|chẳng)(?:\s+\w+){0,3}\s*$", re.IGNORECASE)


def claims(text: str) -> list[str]:
    """Every claim of a text that must not stand there, with a little of what surrounds it."""
    found = list(FORBIDDEN.finditer(text))
    found += [match for match in CERTAIN.finditer(text) if not DENIED.search(text[: match.start()][-40:])]
    return [text[max(0, match.start() - 30) : match.end() + 20] for match in found]


def read_by_users() -> dict[str, str]:
    """Every text that reaches a user, by file."""
    paths = [
        *ROOT.glob("README*.md"),
        *ROOT.glob("docs/vi/*.md"),
        *ROOT.glob("docs/en/*.md"),
        *ROOT.glob("data/**/*.yaml"),
    ]
    texts = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in paths}
    for path in (*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("tutorials/*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        texts[str(path.relative_to(ROOT))] = "\n".join("".join(cell["source"]) for cell in cells)
    return texts


@pytest.mark.parametrize("name", sorted(read_by_users()))
def test_nothing_claims_more_than_it_can(name):
    assert not claims(read_by_users()[name])


@pytest.mark.parametrize(
    "text",
    ["Điều này chứng minh quỹ có tác dụng", "kết quả chắc chắn đạt", "The model is validated", "dự báo chính xác"],
)
def test_such_a_claim_would_be_caught(text):
    assert claims(text)


@pytest.mark.parametrize("text", ["không chắc chắn", "chưa thể nói chắc chắn", "unvalidated guess"])
def test_denying_it_is_fine(text):
    assert not claims(text)
