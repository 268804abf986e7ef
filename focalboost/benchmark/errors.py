"""The error for a comparison that cannot be made as asked."""


class BenchmarkError(ValueError):
    """A comparison cannot be made as asked; the message says why and how to mend it."""
