"""The page of earlier forecasts in a report: led to, kept, made again when a forecast is frozen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.run import OVERVIEWS

ROOT = Path(__file__).resolve().parents[2]
FEW = ("--draws", "64")


def coopsim(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a folder of one's own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "sim", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=280)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a report was made before anything was frozen there."""
    folder = tmp_path_factory.mktemp("desk")
    done = coopsim(folder, "report", "fund-12.3", "-o", "out", *FEW)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_index_and_scenario_lead_to_what_earlier_forecasts_said(folder: Path) -> None:
    index, scenario, page = (
        (folder / "out" / f"{name}.html").read_text(encoding="utf-8") for name in ("index", "fund-12.3", "ledger")
    )
    assert 'href="ledger.html"' in index and index.count("forecast-") == 0
    basis = scenario.split('id="basis"')[1].split("</section>")[0]
    assert 'href="ledger.html"' in basis
    assert 'id="forecast-0"' in page and 'id="forecast-1"' not in page


def test_freezing_a_forecast_makes_that_page_again_and_no_other(folder: Path) -> None:
    frozen = coopsim(folder, "ledger", "add", "no-support", *FEW)
    assert frozen.returncode == 0, frozen.stderr
    again = coopsim(folder, "report", "fund-12.3", "-o", "out", *FEW)
    assert again.returncode == 0, again.stderr
    assert again.stderr.count("giữ nguyên") == 1 + len(OVERVIEWS) - 1  # the scenario, and overviews but this one
    page = (folder / "out" / "ledger.html").read_text(encoding="utf-8")
    assert 'id="forecast-0"' in page and 'id="forecast-1"' in page


def test_a_page_that_stands_alone_leads_to_none(folder: Path) -> None:
    done = coopsim(folder, "report", "fund-12.3", "-o", "alone", *FEW, "--only", "page")
    assert done.returncode == 0, done.stderr
    assert not (folder / "alone" / "ledger.html").exists()
    assert "ledger.html" not in (folder / "alone" / "fund-12.3.html").read_text(encoding="utf-8")
