"""``python -m benchmarks`` (``make bench``): the model against its peers, then start-up, then notebooks."""

from __future__ import annotations

from benchmarks import model_speed, notebooks, startup

if __name__ == "__main__":
    model_speed.main([])
    startup.main([])
    notebooks.main([])
