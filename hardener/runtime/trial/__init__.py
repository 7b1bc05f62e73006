"""Start services before and after hardening, in a place of their own, and find what they really need."""
