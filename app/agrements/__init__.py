"""What was granted."""
