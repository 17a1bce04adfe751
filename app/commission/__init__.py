"""The séance: planning, opening, closing, publication."""
