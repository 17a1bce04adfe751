"""What people are told, in the application first, by mail at most once a day."""
