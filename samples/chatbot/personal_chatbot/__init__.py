"""A chatbot that remembers what one person tells it."""
