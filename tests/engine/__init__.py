"""Images that are built and started on a real Docker engine, before and after `harden`."""
