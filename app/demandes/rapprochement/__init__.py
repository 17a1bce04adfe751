"""The demande against the records: what is compared, what was kept of it, and what the scolarité does of a difference."""
