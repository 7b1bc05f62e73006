"""What a Dockerfile's stages make, as whom, and what they give to whom."""
