"""Campaigns: a subdivision, formations, dates, and the notice that the RTS reads."""
