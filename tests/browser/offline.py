"""Pages opened from disk in a real Chromium without network, watched for anything they run or reach for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: What every payload does when it runs.
RAN = "coopsimRan"
#: Opens, hovers, focuses and chooses everything, then follows every link that stays on the page or
#: is no address of a file or of the web.
_TOUCH = """() => {
  for (const details of document.querySelectorAll('details')) details.open = true;
  for (const select of document.querySelectorAll('select'))
    for (const option of select.options) { option.selected = true; select.dispatchEvent(new Event('change')); }
  for (const node of document.querySelectorAll('*')) {
    for (const kind of ['mouseover', 'mouseenter', 'pointerover', 'focus', 'animationstart', 'toggle'])
      node.dispatchEvent(new Event(kind));
    if (node.matches('summary, label, button, input')) node.click();
  }
  const hrefs = [];
  for (const link of document.querySelectorAll('a, area')) {
    const href = link.getAttribute('href') ?? link.getAttribute('xlink:href') ?? '';
    if (/^https?:/i.test(href) || /^[\\w.-]+\\.html/.test(href)) hrefs.push(href); else link.click();
  }
  return [...new Set(hrefs)];
}"""


@dataclass
class Opened:
    """An open page, what it ran, what it asked for and what the browser refused it."""

    page: Any
    requests: list[str] = field(default_factory=list)
    executions: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    def touch(self) -> list[str]:
        """Use everything that can be used; returns the addresses of links to other pages."""
        hrefs = list(self.page.evaluate(_TOUCH))
        self.page.wait_for_timeout(50)
        return hrefs

    def ran(self) -> list[str]:
        """Everything that was executed so far."""
        count = self.page.evaluate(f"() => window.{RAN} || 0")
        return [*self.executions, *([f"{RAN} = {count}"] if count else [])]


@contextmanager
def opened(browser: Any, path: Path, *, width: int = 1280, scheme: str = "light") -> Iterator[Opened]:
    """A page of its own, opened from disk without network."""
    context = browser.new_context(offline=True, viewport={"width": width, "height": 900}, color_scheme=scheme)
    address = path.resolve().as_uri()
    page = context.new_page()
    seen = Opened(page)

    def asked(request: Any) -> None:
        if request.url.split("#")[0] != address and not request.url.startswith("about:"):
            seen.requests.append(request.url)

    def said(message: Any) -> None:
        if message.type in ("error", "warning"):
            seen.refusals.append(message.text)

    def dialog(box: Any) -> None:
        seen.executions.append(f"dialog {box.message}")
        box.dismiss()

    page.on("request", asked)
    page.on("console", said)
    page.on("dialog", dialog)
    page.on("pageerror", lambda error: seen.executions.append(f"error {error}"))
    page.on("popup", lambda other: seen.executions.append(f"popup {other.url}"))
    page.on("download", lambda file: seen.executions.append(f"download {file.url}"))
    try:
        page.goto(address)
        yield seen
    finally:
        context.close()
