// What the stream brings: marks, rows out of the filter, announcements, who is there.
