"""The requirements as Rego, for other policy engines: what is written, with which data, and where."""
