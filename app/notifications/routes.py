"""What the feature answers to."""

from __future__ import annotations

from app.notifications import afaire  # noqa: F401 (its block)
from app.notifications.controllers import routes_pages
from app.notifications.controllers_adresse import routes_adresse
from app.notifications.controllers_courriers import routes_courriers

routes_notifications = [*routes_pages, *routes_adresse, *routes_courriers]
