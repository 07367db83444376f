"""The planner as an application in the browser: Voilà on this machine alone, behind a random token.

Voilà runs one notebook and shows its output. What it offers beyond that (files, themes, a tree of
notebooks, request details) is not served: see docs/decisions for what was weighed.
"""

import atexit
import html
import json
import os
import secrets
import shutil
import sys
import tempfile
import threading
import warnings
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.inputs.text import data_root, shipped
from sim.planner.opening import Asked
from sim.planner.words import Words

HOST = "127.0.0.1"
_HERE = Path(__file__).resolve().parent
_NOTEBOOK = shipped("notebooks") / "planner.ipynb"
_PARAMETERS = "parameters"
#: Handlers of Voilà that the planner does not need: files of the notebook's and templates' folders, request details.
_UNUSED = ("AllowListFileHandler", "RequestInfoSocketHandler", "TemplateStaticFileHandler", "ThemesHandler")
#: Parts of JupyterLab that show widgets; no other is loaded.
_EXTENSIONS = ["anywidget", "@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8"]
#: Widget modules arrive as blobs and Vega compiles its expressions; nothing may come from another machine.
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
    """Serve the planner until interrupted; prints its address with the token."""
    # Notes of libraries to programmers are no news for a planner.
    warnings.filterwarnings("ignore")
    os.environ.setdefault("JUPYTER_PLATFORM_DIRS", "1")
    os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [str(_HERE / "web"), os.environ.get("JUPYTER_PATH")]))
    os.environ["COOPSIM_DATA"] = str(data_root().resolve())
    folder = Path(tempfile.mkdtemp(prefix="coopsim-planner-"))
    try:
        # A copy of the notebook alone in a folder of its own, with the parameters as literals.
        content = json.loads(_NOTEBOOK.read_text(encoding="utf-8"))
        cell = next(cell for cell in content["cells"] if _PARAMETERS in cell["metadata"].get("tags", ()))
        known = {key: value for key, value in service.parameters.items() if key in Asked.__dataclass_fields__}
        cell["source"] = "".join([*cell["source"], *(f"\n{key} = {value!r}" for key, value in known.items())])
        notebook = folder / _NOTEBOOK.name
        notebook.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        server = _server_class()(config=_config(service), service=service)
        server.initialize([str(notebook)])
        server.start()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _config(service: Service) -> Any:
    from traitlets.config import Config

    words = Words(service.lang)
    page = {"lang": service.lang, "title": words.say("title"), "opening": words.say("opening")}
    return Config(
        Voila={
            "ip": HOST,
            "port": service.port,
            "token": secrets.token_urlsafe(32),
            "open_browser": True,  # the moment when the address is known; see `announce`
            "kernel_websocket_connection_class": "sim.planner.prompt_connection.PromptConnection",
            "config_file_paths": [],  # a settings file that happens to lie about must not open the door
            "log_level": "WARN",
            "tornado_settings": {"allow_remote_access": False, "local_hostnames": ["localhost"], "headers": _HEADERS},
        },
        KernelManager={} if os.name == "nt" else {"transport": "ipc"},  # no port on the network for the kernel
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
        },
    )


def _server_class() -> type:
    """Voilà with fewer doors; imported late, since it takes a second."""
    from tornado.web import ErrorHandler
    from voila.app import Voila

    class PlannerServer(Voila):
        """Serves the planner's notebook and nothing beside it."""

        def __init__(self, *, service: Service, **kwargs: Any) -> None:
            self.service = service
            super().__init__(**kwargs)

        def init_handlers(self) -> list[Any]:
            nothing = (ErrorHandler, {"status_code": 404})
            return [
                (handler[0], *nothing) if handler[1].__name__ in _UNUSED else handler
                for handler in super().init_handlers()
            ]

        def launch_browser(self) -> None:
            announce(f"http://{HOST}:{self.port}/?token={self.token}", self.service)

    return PlannerServer


def announce(address: str, service: Service) -> None:
    """Say where the planner is and show it there.

    Notes
    -----
    The browser is given a private file that leads on, so that the token is not among the
    arguments of a process, where everyone on the machine could read it.
    """
    print(Words(service.lang).say("serving", address=address), flush=True)
    if not service.browser:
        return
    handle, name = tempfile.mkstemp(suffix=".html", prefix="coopsim-")
    with open(handle, "w", encoding="utf-8") as stream:
        atexit.register(Path(name).unlink, missing_ok=True)
        stream.write(f'<meta http-equiv="refresh" content="0;url={html.escape(address)}">')

    def show() -> None:
        try:
            webbrowser.open(Path(name).as_uri())
        except webbrowser.Error as error:
            print(f"coopsim: {error}", file=sys.stderr)

    threading.Thread(target=show, daemon=True).start()
