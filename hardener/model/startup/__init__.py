"""What an image starts, followed through the scripts and files that say it."""
