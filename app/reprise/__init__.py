"""*Reprise*: the demandes of a previous tool, read from its export, each taken once."""
