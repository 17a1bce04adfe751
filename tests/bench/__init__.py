"""Speed, measured: `make bench`. Never a timed test."""
