"""Agrément : de la demande d'un terrain de stage à la décision publiée de la commission."""
