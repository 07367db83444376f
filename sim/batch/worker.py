"""A worker process: reads jobs as JSON lines, runs them one by one, answers with outcomes.

Papermill changes the working directory and its kernels are children of the caller, so notebooks
never run in threads of the user's process: a worker can be stopped with all it started.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict

from sim.batch.execute import execute
from sim.batch.job import Job


def main() -> None:
    """Serve jobs until standard input closes."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # anything a library prints goes to stderr, never between the answers
    for line in sys.stdin:
        outcome = execute(Job.from_json(line))
        answers.write(json.dumps(asdict(outcome)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
