"""What is known of images that others made."""
