"""Batches: plan first, run notebooks apart from each other, publish what succeeded, keep a record."""
