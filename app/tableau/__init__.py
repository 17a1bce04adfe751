"""The table engine: columns, filters, sort, pages. Knows no feature."""
