"""The demande: its life from draft to decision, and the lines that hang under it."""
