"""What the feature answers to."""

from app.agrements.controllers import agrements

routes_agrements = [agrements]
