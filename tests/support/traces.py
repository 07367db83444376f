"""What one notebook could leave behind for the next: how it is left, and how the next one would see it."""

from __future__ import annotations

from dataclasses import dataclass

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook


@dataclass(frozen=True)
class Trace:
    """One place a notebook can leave something in.

    Attributes
    ----------
    leave : statement that leaves something no machine starts with (a mask, a time zone of nobody)
    look : expression that shows it; a new interpreter and a clean kernel give the same
    """

    name: str
    leave: str
    look: str


#: Both notebooks begin with this, so that they differ in nothing but what was left. Variables that a kernel sets for
#: itself are no trace of another; PYDEVD is the debugger, which forked kernels do without.
IMPORTS = """\
import builtins, decimal, gc, json, locale, logging, os, random, resource, signal, subprocess, sys, tempfile
import threading, time, warnings
import altair, numpy, pandas, psutil, sim
from sim.run import cells
from sim.inputs.text import places
OWN = "PYDEVD_USE_FRAME_EVAL JPY_PARENT_PID JPY_SESSION_NAME PYTEST_CURRENT_TEST MPLBACKEND".split()
"""

TRACES = (
    Trace("random numbers", "random.seed(1)", "random.random() == random.Random(1).random()"),
    Trace("NumPy's random numbers", "numpy.random.seed(1)",
          "numpy.random.random() == numpy.random.RandomState(1).random()"),
    Trace("pandas options", "pandas.set_option('display.max_rows', 7)",
          "[str(getattr(pandas.options.display, name)) for name in dir(pandas.options.display)"
          " if name not in ('html', 'unicode')]"),
    Trace("NumPy options", "numpy.set_printoptions(precision=3)", "numpy.get_printoptions()['precision']"),
    Trace("Altair options", "altair.data_transformers.disable_max_rows()",
          "[altair.data_transformers.options, altair.renderers.active, altair.theme.active]"),
    Trace("environment", "os.environ['COOPSIM_LEFT'] = '1'",
          "sorted(item for item in os.environ.items() if item[0] not in OWN)"),
    Trace("time zone", "os.environ['TZ'] = 'LEFT-11:23'; time.tzset()", "time.tzname[0]"),
    Trace("locale", "locale.setlocale(locale.LC_NUMERIC, 'C.UTF-8')", "locale.setlocale(locale.LC_NUMERIC)"),
    Trace("working folder", "os.chdir(tempfile.mkdtemp())", "os.path.basename(os.getcwd())"),
    Trace("file mask", "os.umask(0o017)", "open('/proc/self/status').read().split('Umask:')[1].split()[0]"),
    Trace("function replaced", "numpy.mean = json.dumps", "numpy.mean.__module__"),
    Trace("attribute of a module", "sim.left = 1", "hasattr(sim, 'left')"),
    Trace("built-in", "builtins.left = 1", "hasattr(builtins, 'left')"),
    Trace("module", "sys.modules['left'] = json", "'left' in sys.modules"),
    Trace("variable", "left = 1", "'left' in globals()"),
    Trace("cache of the program", "places._all()", "places._all.cache_info().currsize"),
    Trace("warnings", "warnings.simplefilter('error')",
          "[one[0] for one in warnings.filters if one[1:4] == (None, Warning, None)]"),
    Trace("logging", "logging.getLogger().setLevel(logging.ERROR)", "logging.getLogger().level"),
    Trace("recursion limit", "sys.setrecursionlimit(5000)", "sys.getrecursionlimit()"),
    Trace("garbage collector", "gc.disable()", "gc.isenabled()"),
    Trace("search path", "sys.path.append('left')", "sys.path"),
    Trace("decimal precision", "decimal.getcontext().prec = 9", "decimal.getcontext().prec"),
    Trace("switch interval", "sys.setswitchinterval(0.5)", "sys.getswitchinterval()"),
    Trace("signal handler", "signal.signal(signal.SIGUSR1, signal.SIG_IGN)",
          "[str(signal.getsignal(getattr(signal, 'SIG' + name))) for name in ('USR1', 'CHLD', 'TERM', 'PIPE', 'HUP')]"),
    Trace("timer", "signal.setitimer(signal.ITIMER_REAL, 600)", "signal.getitimer(signal.ITIMER_REAL)[0] > 0"),
    Trace("limit of open files",
          "resource.setrlimit(resource.RLIMIT_NOFILE, (256, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))",
          "resource.getrlimit(resource.RLIMIT_NOFILE)"),
    Trace("open file", "open_file = open(os.path.join(tempfile.mkdtemp(), 'coopsim-left'), 'w')",
          "any('coopsim-left' in file.path for file in psutil.Process().open_files())"),
    Trace("thread", "threading.Thread(target=time.sleep, args=(600,), daemon=True, name='left').start()",
          "any(thread.name == 'left' for thread in threading.enumerate())"),
    Trace("process", "child = subprocess.Popen(['sleep', '600'])", "len(psutil.Process().children())"),
    Trace("memory", "held = numpy.ones(60_000_000)", "psutil.Process().memory_info().rss > 450_000_000"),
)  # fmt: skip


def leaving() -> NotebookNode:
    """A notebook that leaves something everywhere."""
    return new_notebook(cells=[new_code_cell(IMPORTS), new_code_cell("\n".join(trace.leave for trace in TRACES))])


def looking() -> NotebookNode:
    """A notebook whose last cell prints what it finds, as JSON in the order of the traces."""
    looks = ",\n".join(f"repr({trace.look})" for trace in TRACES)
    return new_notebook(cells=[new_code_cell(IMPORTS), new_code_cell(f"print(json.dumps([{looks}]))")])
