"""*Liste des demandes*: the columns of all features, composed; its live stream."""
