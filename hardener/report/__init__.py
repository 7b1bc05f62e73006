"""What a run found, in the form that each reader needs."""
