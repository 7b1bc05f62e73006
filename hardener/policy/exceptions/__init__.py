"""Justified exceptions: the file that holds them, read, checked and edited, and their decision records."""
