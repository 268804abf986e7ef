"""What the Dask estimators, and the benchmark on a cluster, are given; all is refused before a cluster would train."""

import dask
import dask.array as da
import dask.dataframe as dd
import numpy as np
import pandas as pd
from bad_input.case import Case

from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.scheduling import DaskCluster, finished
from focalboost.benchmark.settings import Settings
from focalboost.estimators.dask.lightgbm import DaskFocalLGBMClassifier
from focalboost.estimators.dask.xgboost import DaskFocalXGBClassifier

X = da.from_array(np.random.default_rng(0).normal(size=(60, 2)), chunks=(20, 2))
Y = np.arange(60) % 3 == 0
DASK_Y = da.from_array(Y, chunks=20)


class Here:
    """What counting the classes needs of a client, in this thread."""

    def compute(self, tasks):
        return dask.compute(*tasks, scheduler="synchronous")

    def gather(self, results):
        return results


def fitting(given, error, message, y=DASK_Y, X=X, sample_weight=None, **parameters):
    def case(estimator):
        def fit(_):
            return estimator(client=Here(), **parameters).fit(X, y, sample_weight=sample_weight)

        return Case(given, f"{estimator.__name__}.fit", error, message, fit)

    return [case(DaskFocalXGBClassifier), case(DaskFocalLGBMClassifier)]


def chunked(values):
    return da.from_array(np.asarray(values), chunks=20)


def scheduler(given, message, address):
    def connect(_):
        with dask.config.set({"distributed.comm.timeouts.connect": "1s"}):
            list(finished([], Settings(), DaskCluster(address), print))

    return Case(given, "run on a DaskCluster", BenchmarkError, message, connect)


UNREACHED = "no Dask scheduler can be reached at .*start one with `dask scheduler`, and give the address"
CASES = [
    *fitting("labels in memory", TypeError, "y must be a dask Series.*estimator without Dask", y=Y),
    *fitting("labels of two columns", TypeError, "one column after the other", y=da.zeros((60, 2), chunks=20)),
    *fitting("weights in memory", TypeError, "sample_weight must be a dask Series", sample_weight=np.ones(60)),
    *fitting("other partitions of weights", ValueError, "repartition or rechunk", sample_weight=da.ones(60, chunks=30)),
    *fitting("negative weights", ValueError, "finite and >= 0", sample_weight=-da.ones(60, chunks=20)),
    *fitting("NaN weights", ValueError, "finite and >= 0", sample_weight=chunked(np.where(Y, np.nan, 1.0))),
    *fitting("missing labels", ValueError, "missing labels", y=chunked(np.where(np.arange(60) == 3, np.nan, Y))),
    *fitting("continuous labels", ValueError, "continuous", y=chunked(np.linspace(0, 1, 60))),
    *fitting("one class alone", ValueError, "one class alone", y=chunked(np.zeros(60))),
    *fitting("no rows", ValueError, "y has no rows", y=dd.from_pandas(pd.Series([], dtype=int), npartitions=1)),
    *fitting('gamma="auto"', ValueError, "on a cluster gamma is a number", gamma="auto"),
    *fitting("class_weight of an unknown class", ValueError, "which y has not", class_weight={"fraud": 2.0}),
    *fitting("scale_pos_weight=10", ValueError, "no effect with focal loss", scale_pos_weight=10),
    scheduler("an address where no scheduler is", UNREACHED, "tcp://127.0.0.1:1"),
    scheduler("an address without a port", UNREACHED, "scheduler"),
    scheduler("an address of another protocol", UNREACHED, "http://127.0.0.1:8787"),
]
