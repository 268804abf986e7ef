"""In the workers of a Dask cluster, two threads each, trainings give what they give elsewhere."""

import distributed
from processes.children import run_in_child
from processes.trainings import TRAININGS, gradients, undisturbed


def in_workers():
    expected, works = undisturbed(), (gradients, *TRAININGS)
    for processes in (True, False):
        with (
            distributed.LocalCluster(
                n_workers=1, threads_per_worker=2, processes=processes, dashboard_address=None
            ) as cluster,
            distributed.Client(cluster) as client,
        ):
            found = client.gather([client.submit(work, 2, pure=False) for work in works])
        assert dict(zip(expected, found, strict=True)) == expected


def test_in_workers():
    run_in_child(in_workers, timeout=90)
