"""`app.asgi:app`, for any ASGI server."""

import gc

from app.main import creer_app

app = creer_app()
# A full collection over SQLAlchemy's heap costs 50 ms: what the start-up made is left out of it.
gc.collect()
gc.freeze()
