"""``python -m benchmarks`` (``make bench``): the model and its peers, growth, two areas, whole commands, notebooks."""

from __future__ import annotations

from benchmarks import commands, growth, model_speed, notebooks, two_areas
from benchmarks.peers.__main__ import main as peers

if __name__ == "__main__":
    peers([])
    model_speed.main(["--strata", "60"])
    growth.main([])
    two_areas.main([])
    commands.main([])
    notebooks.main([])
