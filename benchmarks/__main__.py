"""``python -m benchmarks`` (``make bench``): the model against its peers, two areas, then start-up, then notebooks."""

from __future__ import annotations

from benchmarks import model_speed, notebooks, startup, two_areas

if __name__ == "__main__":
    model_speed.main([])
    two_areas.main([])
    startup.main([])
    notebooks.main([])
