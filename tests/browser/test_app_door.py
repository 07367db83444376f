"""Who may come in to the planner's server, and what is behind the door. No browser needed."""

from __future__ import annotations

import html
import http.client
import re
import socket

import jinja2
import pytest
from tornado.testing import AsyncHTTPTestCase
from tornado.web import Application

from sim.inputs.yaml import load_catalogue
from sim.planner import Words
from sim.planner.server import PAGES, InWords
from tests.browser.app import App

_STRANGER = "planner.example"


def answer(app: App, path: str, *, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
    """One request without any cookie; the token only where the test gives it."""
    connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=60)
    connection.putrequest(method, path, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    return connection.getresponse()


@pytest.mark.parametrize("path", ["/", "/?token=", "/?token=guess", "/api/kernels/x", "/voila/render/planner.ipynb"])
def test_without_the_token_there_is_no_planner(app: App, path: str) -> None:
    assert answer(app, path).status in {302, 403, 404}
    assert b"jupyter-config-data" not in answer(app, path).read()


def test_the_token_is_long_and_new_at_every_start(app: App) -> None:
    assert len(app.token) >= 43  # 256 bits


def test_a_page_of_another_site_cannot_reach_the_planner_under_its_own_name(app: App) -> None:
    """DNS rebinding: the browser is led here under a stranger's name, with everything else right."""
    assert answer(app, f"/?token={app.token}", Host=_STRANGER).status == 403
    assert (answer(app, "/here").status, answer(app, "/here", Host=_STRANGER).status) == (204, 403)


def test_another_origin_is_given_no_leave_to_read(app: App) -> None:
    found = answer(app, "/login", Origin=f"http://{_STRANGER}")
    assert found.getheader("Access-Control-Allow-Origin") is None
    policy = found.getheader("Content-Security-Policy") or ""
    assert "frame-ancestors 'none'" in policy and "default-src 'self'" in policy


def test_another_origin_cannot_open_the_line_to_a_kernel(app: App) -> None:
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec_WebSocket_Version": "13"}
    key = {"Sec_WebSocket_Key": "AAAAAAAAAAAAAAAAAAAAAA==", "Origin": f"http://{_STRANGER}"}
    path = "/api/kernels/00000000-0000-0000-0000-000000000000/channels"
    assert answer(app, path, **upgrade, **key).status in {302, 403}


@pytest.mark.parametrize(
    "path",
    [
        "/voila/files/planner.ipynb", "/voila/tree", "/api/contents", "/api/terminals", "/api/sessions", "/lab",
        "/tree", "/files/planner.ipynb", "/voila/render/../../etc/passwd", "/voila/static/../../../../../etc/passwd",
        "/voila/templates/coopsim/static/../../../../../../../etc/passwd", "/voila/query/x",
    ],
)  # fmt: skip
def test_nothing_is_served_beside_the_planner(app: App, path: str) -> None:
    found = answer(app, path, Authorization=f"token {app.token}")
    body = found.read()
    assert found.status in {302, 400, 403, 404}
    assert b"root:" not in body and b'"cells"' not in body


#: {what is asked for: (method, address, sentence without the token, sentence with it)}
ERRORS = {
    "no such page": ("GET", "/nothing", "page_closed", "page_none"),
    "no such file": ("GET", "/static/nothing.js", "page_closed", "page_none"),
    "no such part": ("GET", "/voila/labextensions/nothing.js", "page_none", "page_none"),
    "a file outside": ("GET", "/voila/static/nothing.js", "page_none", "page_none"),
    "what is shut": ("GET", "/voila/files/planner.ipynb", "page_none", "page_none"),
    "not to be sent to": ("POST", "/", "page_closed", "page_none"),
    "not to be sent to either": ("POST", "/voila/static/nothing.js", "page_none", "page_none"),
    "the door by hand": ("POST", "/login", "page_closed", "page_closed"),
    "no text": ("GET", "/%ff", "page_none", "page_none"),
    "no address": ("OPTIONS", "*", "page_none", "page_none"),
}


@pytest.mark.parametrize("known", [False, True], ids=["stranger", "with the token"])
@pytest.mark.parametrize("what", ERRORS)
def test_every_error_is_one_page_in_the_planner_s_words_and_from_nowhere_else(app: App, what: str, known: bool) -> None:
    method, path, *sentences = ERRORS[what]
    token = {"Authorization": f"token {app.token}"} if known else {}
    found = answer(app, path, method=method, **token)
    if found.status == 302:  # to the door, which says it
        found = answer(app, found.getheader("Location") or "")
    else:
        assert found.status >= 400
    page = found.read().decode()
    words = load_catalogue("vi")
    assert words.text(f"planner.{sentences[known]}") in html.unescape(page) and words.text("planner.title") in page
    assert '<html lang="vi">' in page and found.getheader("Content-Type") == "text/html; charset=UTF-8"
    assert not re.search(r"https?:|//|<link|<script|<img|@import|url\(", page)


class _Failing(InWords):
    """What fails for a reason nobody foresaw, as any page of the server might."""

    def get(self) -> None:
        """Fail."""
        raise RuntimeError("secret")


def test_a_failure_of_the_server_is_told_in_words_and_without_its_details() -> None:
    pages = jinja2.Environment(loader=jinja2.FileSystemLoader(PAGES), autoescape=True)
    pages.globals["planner"] = Words("en")

    class Failing(AsyncHTTPTestCase):
        def get_app(self) -> Application:
            return Application([("/", _Failing)], jinja2_env=pages)

        def runTest(self) -> None:
            failed = self.fetch("/")
            page = html.unescape(failed.body.decode())
            assert failed.code == 500 and '<html lang="en">' in page and "secret" not in page
            assert load_catalogue("en").text("planner.page_failed") in page

    outcome = Failing().run()
    assert outcome is not None and outcome.wasSuccessful(), outcome


def test_no_kernel_can_be_started_over_the_net(app: App) -> None:
    found = answer(app, "/api/kernels", method="POST", Authorization=f"token {app.token}")
    assert found.status in {403, 404, 405}


def test_it_listens_on_this_machine_alone(app: App) -> None:
    with socket.socket() as other:  # another address of this machine is still free
        other.bind(("127.0.0.2", app.port))
