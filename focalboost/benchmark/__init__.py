"""The comparison: tasks x methods x folds, to a table of results, to a report."""
