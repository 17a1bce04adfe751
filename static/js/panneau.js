// The dossier beside the row.
