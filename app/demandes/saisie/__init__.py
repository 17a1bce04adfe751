"""The dossier as its RTS types it: draft, autosave, pieces, submission."""
