"""Voilà with fewer doors, in the planner's words. Imported late: Voilà takes a second."""

import asyncio
import html
import logging
import signal
from pathlib import Path
from typing import Any

import jinja2
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import APIHandler, JupyterHandler
from tornado.iostream import StreamClosedError
from tornado.web import ErrorHandler, HTTPError, RequestHandler
from voila.app import Voila
from voila.tornado.handler import TornadoVoilaHandler

from sim.domain import InputError, Problem
from sim.planner.words import Words

#: Handlers of Voilà that the planner does not need: files of the notebook's and templates' folders, request details,
#: a way to be logged out by a link of another site.
_UNUSED = (
    "AllowListFileHandler", "RequestInfoSocketHandler", "TemplateStaticFileHandler", "ThemesHandler", "LogoutHandler",
)  # fmt: skip
_NOTHING = {"status_code": 404}
PAGES = Path(__file__).resolve().parent / "web" / "pages"
#: Libraries that would tell a planner, in English, about requests that were refused.
_LOUD = ("tornado", "asyncio", "traitlets", "jupyter_client")
_UNAVAILABLE, _NO_CONTENT = 503, 204
#: See `line.js` and the page's template.
_HERE = "/here"
#: A page that has begun cannot become another one: its waiting line is replaced.
_INSTEAD = """<script>document.getElementById("loading")?.remove()</script>
<p role="alert" style="max-width:40em;margin:20vh auto;padding:0 24px;font-weight:600">{}</p></body></html>"""


class InWords(RequestHandler):
    """Errors a person may come upon are the planner's one page: its language, no address outside this server."""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say what is wrong in one sentence, whatever Voilà, Jupyter or Tornado would show."""
        del kwargs  # what only a programmer reads
        page = self.settings["jinja2_env"].get_template("error.html")
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.finish(page.render(status_code=status_code, known=self._known()))

    def _known(self) -> bool:
        """Whether whoever asks has shown the token, or was asked for none."""
        try:
            return not isinstance(self, JupyterHandler) or bool(self.current_user)
        except Exception:  # what is asked for in a way that cannot be read names nobody
            return False


class NothingHandler(InWords, ErrorHandler):
    """Where nothing is served."""


class HereHandler(JupyterHandler):
    """Where an open page asks whether its server is still there: it opens nothing and starts nothing."""

    @allow_unauthenticated
    def get(self) -> None:
        """Yes."""
        self.set_status(_NO_CONTENT)


class PageHandler(InWords, TornadoVoilaHandler):
    """The planner's page, or one sentence on why there is none."""

    _opening: Any = None

    async def get(self, path: str | None = None) -> None:
        """Show the page; a kernel that waits for it is given away with it."""
        if not self.current_user:
            self.redirect(self.get_login_url())
            return
        if path:
            raise HTTPError(404)
        _ = self.xsrf_token  # leaves the cookie without which a closing page could not say so
        app: PlannerServer = self.settings["planner"]
        manager = self.kernel_manager
        if not await manager.room():
            self._say("pages_full", most=manager.most)
            return
        if not manager.get_pool_size(self.notebook_path):
            manager.fill_if_needed(delay=0, notebook_name=self.notebook_path)
        self._opening = asyncio.ensure_future(TornadoVoilaHandler.get(self))
        manager.opening += 1
        try:
            await asyncio.wait_for(self._opening, app.patience)
        except (StreamClosedError, asyncio.CancelledError):
            return
        except TimeoutError:
            self._say("kernel_late", seconds=round(app.patience))
        except Exception as error:  # a planner reads words, whatever went wrong
            detail = getattr(error, "strerror", None) or type(error).__name__
            self._say("kernel_none", detail=detail)
        finally:
            manager.opening -= 1

    def on_connection_close(self) -> None:
        """The page was left before it was there."""
        super().on_connection_close()
        if self._opening:
            self._opening.cancel()

    def _say(self, key: str, **params: object) -> None:
        words = self.settings["planner"].words
        sentence = words.say(key, **params)
        if self._headers_written:
            self.finish(_INSTEAD.format(html.escape(sentence)))
            return
        self.set_status(_UNAVAILABLE)
        self.finish(self.settings["jinja2_env"].get_template("error.html").render(status_code=0, sentence=sentence))


class PlannerServer(Voila):
    """Serves the planner's notebook and nothing beside it."""

    def __init__(self, *, words: Words, announce: Any, patience: float, **kwargs: Any) -> None:
        self.words, self._announce, self.patience = words, announce, patience
        super().__init__(**kwargs)
        for name in _LOUD:
            logger = logging.getLogger(name)
            logger.addHandler(logging.NullHandler())
            logger.propagate = False

    def initialize(self, argv: Any = None) -> None:
        """Also a window that is closed ends the server in order."""
        super().initialize(argv)
        if hasattr(signal, "SIGHUP"):
            signal.signal(signal.SIGHUP, self._handle_signal_stop)

    def init_settings(self) -> dict[str, Any]:
        """Voilà's, with refusals in the planner's words."""
        settings: dict[str, Any] = super().init_settings()
        environment = settings["jinja2_env"]
        environment.loader = jinja2.ChoiceLoader([jinja2.FileSystemLoader(PAGES), environment.loader])
        environment.globals["planner"] = self.words
        return settings | {"planner": self, "default_handler_class": NothingHandler, "default_handler_args": _NOTHING}

    def init_handlers(self) -> list[Any]:
        """Voilà's, without those the planner does not need, and with errors in words where a person may read them."""
        found: list[Any] = [(_HERE, HereHandler)]
        for address, handler, *settings in super().init_handlers():
            if handler.__name__ in _UNUSED:
                found.append((address, NothingHandler, _NOTHING))
            elif handler is TornadoVoilaHandler:
                found.append((address, PageHandler, *settings))
            elif issubclass(handler, APIHandler):  # programs read these
                found.append((address, handler, *settings))
            else:
                found.append((address, type(handler.__name__, (InWords, handler), {}), *settings))
        return found

    def exit(self, exit_status: int = 0) -> None:
        """Voilà leaves on its own only when every port it tried was taken."""
        raise InputError(Problem("planner_no_port", place="--port", value=self.port))

    def launch_browser(self) -> None:
        """Called when the address is known."""
        self._announce(f"http://{self.ip}:{self.port}/?token={self.token}")
