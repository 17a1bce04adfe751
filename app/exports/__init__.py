"""The table as a file: exactly what its reader sees, or all that he may see."""
