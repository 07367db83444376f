"""Types under which notebooks show what is ours; in a module of their own because readers need nothing else."""

#: Under this type a notebook keeps the bare section for the page made from it.
FRAGMENT = "application/vnd.coopsim.fragment+json"
