"""A SHA-256 inside a model's file, by which damage is told before the booster's own parser meets it."""

import hashlib
from dataclasses import dataclass

NAME = b"focalboost_sha256"
_DIGITS = 64


@dataclass(frozen=True)
class Checksum:
    """How a kind of file holds the digest of all its other bytes.

    It tells damage, not forgery: whoever changes a file on purpose can write the digest that fits.

    Attributes
    ----------
    before, after : bytes
        What stands around the digest, which nothing else in such a file can look like. The library must pass over all
        of it on loading, and so leave it out on saving: the digest of a file that it has changed would be wrong.
    """

    before: bytes
    after: bytes

    def added(self, content: bytes, end: int) -> bytes:
        """Return a file's bytes with their digest before the last ``-end`` bytes."""
        return content[:end] + self.before + _digest(content) + self.after + content[end:]

    def removed(self, content: bytes, name: str) -> bytes:
        """Return a file's bytes without the digest, if it has one.

        Raises
        ------
        ValueError
            If the digest is not theirs; ``name`` is the file's.
        """
        head, found, rest = content.rpartition(self.before)
        if not found:
            return content
        digest, rest = rest[:_DIGITS], rest[_DIGITS:]
        body = head + rest.removeprefix(self.after)
        if not rest.startswith(self.after) or digest != _digest(body):
            raise ValueError(f"{name} is damaged: its SHA-256 is not that with which it was saved; get the file again")
        return body


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
