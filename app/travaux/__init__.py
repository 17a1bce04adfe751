"""Long work that somebody may leave and come back to: its progress, its result."""
