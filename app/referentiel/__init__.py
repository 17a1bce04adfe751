"""Reference data and registers: formations, subdivisions, établissements, terrains, praticiens."""
