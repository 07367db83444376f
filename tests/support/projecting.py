"""`coopsim project` behind its door, for the tests that look at how much it does at a time."""

from sim.run.project import project as project

#: How many scenarios are looked at together, and how many draws are kept, by name.
MOST, STORED = "sim.run.project.AT_A_TIME", "sim.run.project.STORED_DRAWS"
