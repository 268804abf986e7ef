"""What the arithmetic of the kernels can hold; needs no compiler, so that arguments are checked without one."""

LARGEST_WEIGHT = 1e18
"""Of a row; times a class's weight, which may be as large beside float32 scores, it stays finite."""
