"""From numbers to pages: wording, marks, charts and sections that render a `Story`, and compute nothing."""
