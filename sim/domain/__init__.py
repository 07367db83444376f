"""Frozen values every other part speaks in: money, assumptions, plans, worlds, scenarios, errors.

Nothing here reads a file, draws a random number or knows a language.
"""
