"""The figures of a report, one a file: each takes the results and returns a Matplotlib figure."""
