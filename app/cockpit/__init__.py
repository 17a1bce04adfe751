"""*Terrains*, *Etablissements*, *Praticiens*: the Cockpit's records as tables, and what the registers changed of them."""
