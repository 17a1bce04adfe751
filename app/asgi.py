"""`app.asgi:app`, for any ASGI server."""

from app.main import creer_app

app = creer_app()
