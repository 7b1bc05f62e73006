"""Routes /<service>/... to the AI service of that name."""
