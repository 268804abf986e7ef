"""The error for data that cannot be used as they are."""


class DataError(ValueError):
    """Data cannot be used as they are; the message says what is wrong with them and how to mend it."""
