"""The incomplete loop: remarks prepared while reading, sent with a return, answered, lifted or raised again."""
