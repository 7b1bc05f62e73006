"""What Compose files say, put together as Compose does it."""
