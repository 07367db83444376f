"""``python -m benchmarks`` (``make bench``): the model and its peers, growth, two areas, start-up, notebooks."""

from __future__ import annotations

from benchmarks import growth, model_speed, notebooks, startup, two_areas

if __name__ == "__main__":
    model_speed.main([])
    growth.main([])
    two_areas.main([])
    startup.main([])
    notebooks.main([])
