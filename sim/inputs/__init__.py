"""Files to domain values: strict YAML and CSV, every problem found at once, told with its place.

Nothing is imported here: a warm start (`sim.inputs.text.places`) must not pay for the YAML and
validation libraries it does not need.
"""
