"""The import of the previous tool's demandes."""
