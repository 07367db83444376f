"""Write the generated pages under docs/ anew (``make docs``); a test fails when they are stale."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts import api_page
from sim.evidence import load_knowledge
from sim.report.pages import model_card, parameter_page, register_page
from sim.run import credibility

DOCS = Path(__file__).resolve().parent.parent / "docs"


def pages() -> dict[str, str]:
    """{path under docs: text} of every generated page."""
    known = load_knowledge()
    slow = credibility.stored(known)
    checks = credibility.standing(known, slow)
    found = {"en/api.md": api_page.page()}
    for lang in ("vi", "en"):
        found[f"{lang}/assumptions.md"] = register_page(known, lang)
        found[f"{lang}/parameters.md"] = parameter_page(known, lang)
        found[f"{lang}/model-card.md"] = model_card(known, checks, credibility.status(slow, lang), lang)
    return found


if __name__ == "__main__":
    for name, text in pages().items():
        path = DOCS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        print(path.relative_to(DOCS.parent))
