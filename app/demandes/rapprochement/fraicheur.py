"""How old a register may be before nothing is validated on its word: a setting of the installation."""

from __future__ import annotations

JOURS = 45
