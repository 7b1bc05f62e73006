"""What runs, and whether it still does: the Docker Engine asked, never told to change what is not ours."""
