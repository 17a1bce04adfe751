// Ticked rows.
