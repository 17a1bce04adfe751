"""The Cockpit's own records, as tables: Etablissements, Terrains, Praticiens."""
