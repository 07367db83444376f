"""Draws, runs and their labelled results: the same luck for every scenario that is compared."""
