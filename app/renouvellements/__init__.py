"""Agréments that end, and the invitation to renew them."""
