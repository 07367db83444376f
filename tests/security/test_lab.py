"""The same texts in JupyterLab itself: notebooks run there and trusted, their outputs typeset, their widgets used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sim.inputs.text import DATA_VARIABLE
from tests.browser.lab import open_notebook, run_all, running_lab, watched_page
from tests.browser.offline import RAN
from tests.security.hostile import hostile_data
from tests.security.payloads import ALL, PAYLOADS

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(600)]
_WAIT = 240_000
#: Clicks what cells and widgets showed, links of typeset formulas too; nothing of JupyterLab's own.
_TOUCH = """() => {
  const shown = document.querySelectorAll('.jp-OutputArea-output');
  for (const area of shown) {
    for (const details of area.querySelectorAll('details')) details.open = true;
    for (const node of area.querySelectorAll('*'))
      for (const kind of ['mouseover', 'mouseenter', 'focus', 'animationstart', 'toggle'])
        node.dispatchEvent(new Event(kind));
    for (const link of area.querySelectorAll('a')) {
      const href = link.getAttribute('href') ?? link.getAttribute('xlink:href') ?? '';
      if (!/^https?:|html/.test(href)) link.dispatchEvent(new MouseEvent('click', {bubbles: false, cancelable: true}));
    }
  }
  return shown.length;
}"""


@contextmanager
def run_in_lab(notebook: str, tmp_path: Path, browser: Any) -> Iterator[Any]:
    """A notebook opened and run in JupyterLab, and whatever boxes it raised."""
    dialogs: list[str] = []
    with running_lab(tmp_path / "lab", f"{notebook}.ipynb") as lab, watched_page(browser) as watched:
        watched.page.on("dialog", lambda box: (dialogs.append(box.message), box.dismiss()))
        open_notebook(watched.page, lab, f"{notebook}.ipynb")
        run_all(watched.page)
        yield watched, dialogs


def ran(page: Any) -> Any:
    return page.evaluate(f"() => window.{RAN} ?? null")


@pytest.mark.parametrize(
    ("notebook", "done"),
    [
        ("02_scenario_report", "document.body.innerText.includes('coopsim: ok')"),
        ("planner", "document.querySelector('.cs-view')?.dataset.state === 'ready'"),
    ],
)
def test_a_notebook_run_on_hostile_data_is_inert(notebook: str, done: str, tmp_path, monkeypatch, browser):
    hostile_data(tmp_path / "data", turn=7)
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    with run_in_lab(notebook, tmp_path, browser) as (watched, dialogs):
        watched.page.wait_for_function(f"() => {done}", timeout=_WAIT)
        assert watched.page.evaluate(_TOUCH) > 0
        text = watched.page.inner_text("body")
        assert any(payload in text for payload in ALL), "a payload is there to be read"
        watched.page.wait_for_timeout(500)
        assert (ran(watched.page), dialogs) == (None, [])
        assert [address for address in watched.blocked if "attacker" in address] == []


def test_a_cell_that_shows_a_payload_as_markup_is_noticed(tmp_path, browser):
    """The negative control: what is shown as HTML runs in a trusted notebook."""
    with run_in_lab("planner", tmp_path, browser) as (watched, _):
        shown = f"<div class='jp-OutputArea-output'>{PAYLOADS['handler'][0]}</div>"
        watched.page.evaluate("html => document.body.insertAdjacentHTML('beforeend', html)", shown)
        watched.page.wait_for_timeout(500)
        assert ran(watched.page)
