"""The error for data that cannot be had or used as asked."""


class DataError(ValueError):
    """Data cannot be read, made or used as asked; the message says what is wrong and how to mend it."""
