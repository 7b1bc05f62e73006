"""What the three formats mean, as views on the trees of `hardener.text`."""
