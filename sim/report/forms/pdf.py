"""The page as PDF: printed by a browser of the machine on A4, with bookmarks, and with no clock in the file.

The browser gets no network, no profile and no endless wait. On paper nothing can be opened, so the figures
behind every chart are set together after the sections.
"""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import psutil
from markupsafe import Markup

from sim.domain import Problem, RunError
from sim.report.print import Wording, el, join, page, parse, section, written

#: Names the path of a browser that is to be used instead of a found one.
VARIABLE = "COOPSIM_CHROMIUM"
_COMMANDS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge",
    "microsoft-edge-stable", "msedge",
)  # fmt: skip
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"%ProgramFiles%\Google\Chrome\Application\chrome.exe",
    r"%ProgramFiles(x86)%\Google\Chrome\Application\chrome.exe",
    r"%LocalAppData%\Google\Chrome\Application\chrome.exe",
    r"%ProgramFiles%\Microsoft\Edge\Application\msedge.exe",
    r"%ProgramFiles(x86)%\Microsoft\Edge\Application\msedge.exe",
)
_OFFLINE = (
    "--headless", "--disable-gpu", "--disable-quic", "--disable-extensions", "--no-first-run", "--disable-sync",
    "--no-default-browser-check", "--disable-background-networking", "--disable-component-update",
    "--disable-default-apps", "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:9",
)  # fmt: skip
_PRINTING = ("--no-pdf-header-footer", "--generate-pdf-document-outline")
#: Seconds a browser may take to start, and to print.
_START, _PRINT = 60, 180


def find_browser() -> str:
    """The browser to print with.

    Raises
    ------
    RunError
        When there is none, or the one that was named does not start.
    """
    named = os.environ.get(VARIABLE)
    if named:
        chosen = shutil.which(named) or named
        if _starts(chosen):
            return chosen
        raise RunError(Problem("browser_named_wrong", {"variable": VARIABLE}, value=named))
    found = [path for command in _COMMANDS if (path := shutil.which(command))]
    for candidate in [*found, *map(os.path.expandvars, _PLACES)]:
        if _starts(candidate):
            return candidate
    raise RunError(Problem("browser_missing", {"variable": VARIABLE}))


@cache
def _starts(path: str) -> bool:
    """Whether a browser starts: some systems ship a `chromium` that only says where to get one."""
    if not Path(path).is_file():
        return False
    if sys.platform == "win32":  # there ``--version`` opens a window
        return True
    try:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=_START, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and any(name in done.stdout for name in ("Chrom", "Edge"))


def print_page(html: str) -> bytes:
    """A page as PDF.

    Parameters
    ----------
    html : a self-contained page without script

    Raises
    ------
    RunError
        When no browser is found, or it does not finish in time.
    """
    browser = find_browser()
    with tempfile.TemporaryDirectory(prefix="coopsim-print-", ignore_cleanup_errors=True) as folder:
        page, out = Path(folder, "page.html"), Path(folder, "page.pdf")
        page.write_text(html, encoding="utf-8")
        # Chromium's sandbox does not start for root; the page has no script anyway.
        root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        command = [browser, *_OFFLINE, *_PRINTING, *root, f"--user-data-dir={Path(folder, 'profile')}"]
        _run([*command, f"--print-to-pdf={out}", page.as_uri()])
        if not out.is_file() or not out.stat().st_size:
            raise RunError(Problem("browser_did_not_print", {"browser": browser}))
        return out.read_bytes()


def _run(command: list[str]) -> None:
    """Run a browser to its end; one that is too slow is killed with every process it started."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(_PRINT)
    except subprocess.TimeoutExpired:
        raise RunError(Problem("browser_too_slow", {"browser": command[0], "seconds": _PRINT})) from None
    finally:
        if process.poll() is None:
            with contextlib.suppress(psutil.NoSuchProcess):
                for child in psutil.Process(process.pid).children(recursive=True):
                    with contextlib.suppress(psutil.NoSuchProcess):
                        child.kill()
            process.kill()
            process.wait()


#: How the tables stand on paper: two beside each other, none of them broken, in small letters.
LOOKS = (
    ".coopsim .behind { columns: 2; column-gap: 14pt; }"
    ".coopsim .behind table { break-inside: avoid; width: 100%; margin: 0 0 10pt; line-height: 1.25; }"
    ".coopsim .behind caption { font-size: 8pt; padding-bottom: 2pt; }"
    ".coopsim .behind :is(th, td) { font-size: 7.5pt; padding-top: 1.5pt; padding-bottom: 1.5pt; }"
)


def appendix(fragments: Sequence[str], *, lang: str) -> Markup:
    """A section with the tables that the page keeps behind its charts, under the charts' captions and in their order.

    Parameters
    ----------
    fragments : sections as they stand on the page

    Returns
    -------
    Markup
        Empty where no chart has a table.
    """
    w, tables = Wording(lang), list[Markup]()
    for figure in (node for fragment in fragments for node in parse(fragment).walk() if node.tag == "figure"):
        words = [part for child in figure.children if child.tag == "figcaption" for part in child.children]
        caption = el("caption", join((written(part) for part in words), " "))
        for node in figure.walk():
            if node.tag == "table" and any(around.tag == "details" for around in node.ancestors()):
                parts = (written(child) for child in node.children if child.tag != "caption")
                tables.append(el("table", caption, *parts, cls=node.attributes.get("class")))
    if not tables:
        return Markup("")
    lead = el("p", w.text("behind_lead"), cls="sub")
    return section("behind", w.text("behind_title"), lead, el("div", *tables, cls="behind"))


_DATE = re.compile(rb"(?<=\(D:)\d{14}(?=(?:[+-]\d\d'\d\d')?\))")
#: Keeps the blank at the end of a heading's line, which the bookmark made of it would lose; and the
#: last words of a document from standing on a page of their own.
_HEADINGS = (
    ".coopsim :is(h1, h2, h3, h4) { white-space: break-spaces; }"
    "@media print { body.coopsim > footer { break-before: avoid; margin-top: 8pt; padding-bottom: 0; } }"
)
_UNSAFE = re.compile(r"[^\w /]")
_EPOCH = b"19800101000000"
#: Names of elements that the reading order refers to.
_NODE = re.compile(rb"\(node\d{8}\)")


def pdf(fragments: Sequence[str], *, title: str, lang: str) -> bytes:
    """The PDF of a scenario's sections, and after them the tables behind their charts.

    Parameters
    ----------
    fragments : sections as they stand on the page
    title : plain text; the title of the document

    Raises
    ------
    sim.domain.errors.RunError
        When no browser can print it.
    """
    html = page(title, [*fragments, appendix(fragments, lang=lang)], lang=lang)
    # Page n of m; the words come from the catalogue and can end neither the string nor the style sheet.
    before, _, rest = Wording(lang).text("page_of_pages", page="\0", pages="\1").partition("\0")
    between, _, after = rest.partition("\1")
    quoted = [f'"{_UNSAFE.sub("", part)}"' for part in (before, between, after)]
    content = f"{quoted[0]} counter(page) {quoted[1]} counter(pages) {quoted[2]}"
    footer = f"@media print {{ @page {{ @bottom-center {{ content: {content}; font-size: 8pt; }} }} }}"
    looks = f"<style>{footer}{_HEADINGS}{LOOKS}</style>"
    return dated(print_page(html.replace("</head>", f"{looks}</head>", 1)))


def dated(content: bytes) -> bytes:
    """A PDF with the moment of printing taken out, and its cells numbered from one on; byte for byte as long.

    The browser counts every element it ever laid out, one more or less by chance; numbers keep their order.
    """
    places = {name: place for place, name in enumerate(sorted(set(_NODE.findall(content))), start=1)}
    numbered = _NODE.sub(lambda found: b"(node%08d)" % places[found.group()], content)
    return _DATE.sub(_EPOCH, numbered)
