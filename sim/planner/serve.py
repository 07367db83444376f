"""The planner as an application in the browser: Voilà on this machine alone, behind a random token.

Voilà runs one notebook and shows its output. What it offers beyond that (files, themes, a tree of
notebooks, request details) is not served: see docs/decisions for what was weighed.
"""

import html
import json
import os
import secrets
import signal
import sys
import threading
import warnings
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.inputs.pack import load_province
from sim.inputs.text import data_root, require_files, shipped
from sim.planner.opening import Asked, setting
from sim.planner.private import Lodging, lodging, shut_out
from sim.planner.words import Words

HOST = "127.0.0.1"
_HERE = Path(__file__).resolve().parent
_NOTEBOOK = shipped("notebooks") / "planner.ipynb"
_PARAMETERS = "parameters"
#: Parts of JupyterLab that show widgets; no other is loaded.
_EXTENSIONS = ["anywidget", "@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8"]
#: Widget modules arrive as blobs and Jupyter compiles its schemas; nothing may come from another machine.
_POLICY = (
    "default-src 'self'",
    "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)
_HEADERS = {
    "Content-Security-Policy": "; ".join(_POLICY),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True)
class Service:
    """How the planner is served.

    Attributes
    ----------
    parameters : of the notebook; see `sim.planner.opening.Asked`
    port : first one tried
    browser : whether a browser is opened
    """

    parameters: dict[str, Any]
    lang: str
    port: int
    browser: bool = True


def serve(service: Service) -> None:
    """Serve the planner until interrupted; prints its address with the token.

    Raises
    ------
    InputError
        When it cannot start here: no such data pack, no folder, no port, too few open files.
    """
    load_province()  # a data pack that cannot be read is told here, not by a page
    require_files()
    # Notes of libraries to programmers are no news for a planner.
    warnings.filterwarnings("ignore")
    os.environ["COOPSIM_DATA"] = str(data_root().resolve())
    with _ending_in_order(), lodging() as home:
        shut_out(home, _HERE / "web")
        from sim.planner.server import PlannerServer

        notebook = _notebook(service, home.below("notebook"))
        server = PlannerServer(
            config=_config(service, home), words=Words(service.lang), patience=setting("page_patience"),
            announce=lambda address: announce(address, service, home.folder),
        )  # fmt: skip
        server.initialize([str(notebook)])
        server.start()


@contextmanager
def _ending_in_order() -> Iterator[None]:
    """A window that is closed while the server starts ends it like Ctrl-C, with everything tidied up."""
    if not hasattr(signal, "SIGHUP") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGHUP, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


def _notebook(service: Service, folder: Path) -> Path:
    """A copy of the notebook alone in a folder of its own, with the parameters as literals."""
    content = json.loads(_NOTEBOOK.read_text(encoding="utf-8"))
    cell = next(cell for cell in content["cells"] if _PARAMETERS in cell["metadata"].get("tags", ()))
    known = {key: value for key, value in service.parameters.items() if key in Asked.__dataclass_fields__}
    cell["source"] = "".join([*cell["source"], *(f"\n{key} = {value!r}" for key, value in known.items())])
    path = folder / _NOTEBOOK.name
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def _config(service: Service, home: Lodging) -> Any:
    from traitlets.config import Config

    words = Words(service.lang)
    page = {"lang": service.lang, **{key: words.say(key) for key in ("title", "opening", "lost_opening")}}
    return Config(
        Voila={
            "ip": HOST,
            "port": service.port,
            "token": secrets.token_urlsafe(32),
            "open_browser": True,  # the moment when the address is known; see `announce`
            "kernel_websocket_connection_class": "sim.planner.prompt_connection.PromptConnection",
            "config_file_paths": [],  # a settings file that happens to lie about must not open the door
            "connection_dir_root": str(home.folder),
            "log_level": "CRITICAL",  # what a planner should know is said in words
            "tornado_settings": {
                "allow_remote_access": False, "local_hostnames": ["localhost"], "headers": _HEADERS,
                "xsrf_cookie_kwargs": {"samesite": "Strict"},
            },
        },
        # No port on the network for the kernel, where the path of a socket is short enough; else one with a key.
        KernelManager={"transport": "ipc"} if home.sockets else {},
        PlannerKernel={"sockets": str(home.folder)},
        PlannerKernels={
            "kernel_manager_class": "sim.planner.kernels.PlannerKernel",
            "temporary": str(home.below("kernels")),
            "most": setting("pages"),
            "gone_after": setting("page_gone"),
            "never_after": setting("page_never"),
            "look_every": setting("page_look"),
        },
        # A kernel that died is not started again empty behind its page's back: the page says so and opens anew.
        KernelRestarter={"restart_limit": 0, "time_to_dead": setting("kernel_look")},
        VoilaConfiguration={
            "template": "coopsim",
            "resources": {"coopsim": page},
            "strip_sources": True,
            "show_tracebacks": False,
            "allow_template_override": "NO",
            "allow_theme_override": "NO",
            "file_allowlist": [],
            "preheat_kernel": True,
            "extension_allowlist": _EXTENSIONS,
            "multi_kernel_manager_class": "sim.planner.kernels.PlannerKernels",
            "kernel_spec_manager_class": "sim.planner.kernels.OwnInterpreter",
        },
    )  # fmt: skip


def announce(address: str, service: Service, folder: Path) -> None:
    """Say where the planner is and show it there.

    Notes
    -----
    The browser is given a private file that leads on, so that the token is not among the
    arguments of a process, where everyone on the machine could read it.
    """
    print(Words(service.lang).say("serving", address=address), flush=True)
    if not service.browser:
        return
    path = folder / "open.html"
    path.write_text(f'<meta http-equiv="refresh" content="0;url={html.escape(address)}">', encoding="utf-8")

    def show() -> None:
        try:
            webbrowser.open(path.as_uri())
        except webbrowser.Error as error:
            print(f"coopsim: {error}", file=sys.stderr)

    threading.Thread(target=show, daemon=True).start()
