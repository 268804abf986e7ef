"""The data: a fraud simulator and the reading of a user's own files."""
