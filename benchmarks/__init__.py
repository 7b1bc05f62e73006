"""How fast harden is, and how much memory it takes: `python -m benchmarks` from the top of the checkout."""
