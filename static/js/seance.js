// The line in discussion.
