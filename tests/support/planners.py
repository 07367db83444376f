"""What a planner's session says, once asked."""

from __future__ import annotations

from typing import Any


def notice(planner: Any) -> str:
    """What it says about the last wish."""
    return str(planner.view.status.get("notice", ""))


def rest(planner: Any) -> dict[str, Any]:
    """What follows the answer, once all of it has come."""
    for _ in range(100):
        planner.wish("more", planner.view.revision)
        if not planner.view.more["rest"]:
            return dict(planner.view.more)
    raise AssertionError("it never ends")
