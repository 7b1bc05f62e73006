"""The configuration: what a project says about how it is to be checked."""
