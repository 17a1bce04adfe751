"""Campaigns that try to break the application: fuzzing, kills, races, streams. The suite runs them short, `make soak` in full."""
