"""Plumbing shared by every feature; imports none of them."""
