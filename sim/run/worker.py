"""A worker process: reads jobs as JSON lines, runs them one by one, answers with endings.

Papermill changes the working directory and its kernels are children of the caller, so notebooks
never run in threads of the user's process: a worker can be stopped with all it started.
"""

import contextlib
import json
import os
import sys
import threading
import time
from dataclasses import asdict

#: Seconds between looks at whether the process that started this worker still lives.
_WATCH = 0.5
#: Beside the private folders of the runs: what their pages show, each picture once.
PICTURES = ".pictures"


def _leave_with(parent: int) -> None:
    """End this worker and its kernels when the process that started it is gone, however it went.

    Its number is given, not looked up: it may have gone before this worker could look, with a job in the pipe.
    """
    try:
        while os.getppid() == parent:
            time.sleep(_WATCH)
        import psutil  # not before the first look

        for child in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                child.kill()
    finally:  # whatever the system refuses to say of the children: this worker goes
        os._exit(1)


def main() -> None:
    """Serve jobs until standard input closes.

    Arguments are the number of the process that sends them, and the name under which one of its workers draws for all.
    """
    # On Windows the launcher of the virtual environment stands between the two.
    parent = os.getppid() if os.name == "nt" else int(sys.argv[1])
    threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()
    # Papermill would load it, and NumPy with it, for a file system that no report reads; no notebook runs in here.
    sys.modules["pyarrow"] = None  # type: ignore[assignment]
    # Loaded under watch: it takes seconds, on a busy machine more than a killed report's worker may be left.
    from sim.report.print import Draughtsman
    from sim.run.execute import execute
    from sim.run.job import Job

    draughtsman = Draughtsman(*sys.argv[2:])

    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # anything a library prints goes to stderr, never between the answers
    for line in sys.stdin:
        job = Job.from_json(line)
        draughtsman.folder = job.folder.parent / PICTURES
        ending = execute(job)
        answers.write(json.dumps(asdict(ending)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
    # Nothing is left to do. An interpreter takes seconds on a busy machine to take all its modules apart, may
    # wait for a library's thread while it does, and the watch has already ended by then.
    os._exit(0)
