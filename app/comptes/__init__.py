"""People, their dated functions, their sessions, and OpenID Connect."""
