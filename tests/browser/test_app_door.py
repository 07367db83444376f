"""Who may come in to the planner's server, and what is behind the door. No browser needed."""

from __future__ import annotations

import http.client
import socket

import pytest

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


def test_no_kernel_can_be_started_over_the_net(app: App) -> None:
    found = answer(app, "/api/kernels", method="POST", Authorization=f"token {app.token}")
    assert found.status in {403, 404, 405}


def test_it_listens_on_this_machine_alone(app: App) -> None:
    with socket.socket() as other:  # another address of this machine is still free
        other.bind(("127.0.0.2", app.port))
