"""Evidence: conditioning on the observed past, checks that can fail, scores of what was published."""
