"""Both classifiers on a Dask cluster."""
