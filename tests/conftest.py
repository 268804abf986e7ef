"""Settings of every test run."""

from hypothesis import settings

settings.register_profile("focalboost", deadline=None, derandomize=True)  # the first call compiles
settings.load_profile("focalboost")
