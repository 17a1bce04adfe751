// Moving in the table with the keyboard.
