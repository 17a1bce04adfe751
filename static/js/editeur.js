// The editor in a cell: its keys, its state, what it keeps.
