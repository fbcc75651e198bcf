// A file without ops.
