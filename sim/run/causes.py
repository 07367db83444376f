"""Why a run failed, told by the error itself or by how its process ended; what neither says is not guessed."""

import errno
import os
import re
import signal
from contextlib import suppress
from pathlib import Path

from sim.run.job import Job

#: What the system answers, and the sentence on it.
_SAYS = (
    dict.fromkeys((errno.EMFILE, errno.ENFILE), "run_few_files")
    | dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "run_disk_full")
    | dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "run_not_permitted")
    | {errno.ENOMEM: "run_out_of_memory"}
)
_NUMBER = re.compile(r"\[Errno (\d+)\]")
_NO_MEMORY = "MemoryError"
#: How a process ends that the system kills for want of memory, or anybody for whatever reason.
_KILLED = -9


def cause_of(error: BaseException) -> str:
    """The catalogue's key for what the system refused, somewhere in the chain of an error; empty for anything else."""
    seen: BaseException | None = error
    while seen is not None:
        if type(seen).__name__.endswith(_NO_MEMORY):
            return "run_out_of_memory"
        if found := _SAYS.get(getattr(seen, "errno", None) or 0):
            return found
        seen = seen.__cause__ or seen.__context__
    return ""


def cause_in(name: str, text: str) -> str:
    """The same for an error in another process, of which there is its name and what it says."""
    if name.endswith(_NO_MEMORY):
        return "run_out_of_memory"
    if number := _NUMBER.search(text):
        return _SAYS.get(int(number[1]), "")
    return next((key for code, key in _SAYS.items() if os.strerror(code) in text), "")  # ZeroMQ gives words alone


def reason_of_death(job: Job, code: int | None, killed_before: int) -> str:
    """The sentence on a process that is gone.

    Parameters
    ----------
    code : how it ended, as `subprocess.Popen` has it; None where nobody knows
    killed_before : `killed_for_memory` when it began
    """
    if code is None:
        how = job.words("batch.ended_unknown")
    elif code >= 0:
        how = job.words("batch.ended_itself", code=code)
    elif code == _KILLED and killed_for_memory() > killed_before:
        return job.reason("run_killed_memory")
    else:
        how = job.words("batch.ended_signal", signal=signal.Signals(-code).name)
    return job.reason("run_killed", how=how)


def killed_for_memory() -> int:
    """How many processes the system has ended so far because memory was used up; 0 where it does not say."""
    with suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/vmstat").read_text(encoding="ascii").splitlines()
        return int(next(line for line in lines if line.startswith("oom_kill ")).split()[1])
    return 0
