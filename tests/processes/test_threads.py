"""Eight trainings at once in the threads of one process give what each gives alone."""

import threading
from concurrent.futures import ThreadPoolExecutor

from processes.children import run_in_child
from processes.trainings import TRAININGS, undisturbed


def eight_trainings_at_once():
    expected = undisturbed()
    works = [*TRAININGS, *TRAININGS]
    begin = threading.Barrier(len(works))

    def same(work):
        begin.wait()
        return work(threads=2) == expected[work.__name__]

    with ThreadPoolExecutor(len(works)) as pool:
        assert list(pool.map(same, works)) == [True] * len(works)


def test_eight_trainings_at_once():
    run_in_child(eight_trainings_at_once)
