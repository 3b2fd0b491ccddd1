"""The runner: one model, many callers, one batch at a time."""
