"""Pull requests: what a run would change, as commits on a branch of its own, explained and kept up to date."""
