"""Opinions and the commission's decision, one of each per line."""
