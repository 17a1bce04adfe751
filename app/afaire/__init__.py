"""What waits for me, by age since it is my turn."""
