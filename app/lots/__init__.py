"""Acts on many lines at once: preview, progress, undone as one."""
