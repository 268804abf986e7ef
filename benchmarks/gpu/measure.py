"""Measure gradients on a GPU, alone and in training, and print one table.

    python benchmarks/gpu/measure.py [--rows 1e6 1e7 1e8] [--training-rows 1e6 1e7] [--simulator]

Without a GPU it says so and exits with 2; ``--simulator`` tries the whole flow at tiny sizes on the CPU, where times
mean nothing.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

if "--simulator" in sys.argv:
    os.environ["NUMBA_ENABLE_CUDASIM"] = os.environ["NUMBA_DISABLE_JIT"] = "1"  # read when Numba is imported

sys.path.append(str(Path(__file__).parents[1]))  # for the scores of accuracy.py

import accuracy_on_device
import kernels
import rounds
import row
import training

from focalboost.kernels.cuda.support import require_cuda


def rows_of_table(options: argparse.Namespace) -> Iterator[row.Row]:
    """Measure part after part."""
    bandwidth, copy = kernels.copy_bandwidth(max(options.rows))
    yield copy
    yield from kernels.kernel_rows(options.rows, bandwidth)
    yield from accuracy_on_device.accuracy_rows()
    for n_rows in options.training_rows:
        yield from rounds.parts_of_a_round(n_rows, options)
        yield from training.xgboost_rows(n_rows, options)
        yield from training.lightgbm_rows(n_rows, options)


def main() -> None:
    """Print the table, row by row."""
    parser = argparse.ArgumentParser(description="Measure gradients on a GPU.")
    parser.add_argument("--rows", type=float, nargs="+", default=[1e6, 1e7, 1e8], help="of the kernels [1e6 1e7 1e8]")
    parser.add_argument("--training-rows", type=float, nargs="+", default=[1e6, 1e7], help="[1e6 1e7]")
    parser.add_argument("--features", type=int, default=50, help="of the training [50]")
    parser.add_argument("--trees", type=int, default=50, help="of a training [50]")
    parser.add_argument("--pairs", type=int, default=5, help="repeats of a training, each beside the built-in [5]")
    parser.add_argument("--simulator", action="store_true", help="try the flow without a GPU; times mean nothing")
    options = parser.parse_args()
    if options.simulator:
        from focalboost.kernels.cuda import launch

        launch.THREADS, launch.MIN_BLOCKS = 32, 1
        row.REPEATS, kernels.CALLS, accuracy_on_device.STEP = 1, 1, 20
        options.rows, options.training_rows = [64], [64]
        options.features, options.trees, options.pairs = 3, 2, 1
    options.rows, options.training_rows = ([int(n) for n in sizes] for sizes in (options.rows, options.training_rows))
    options.device = "cpu" if options.simulator else "cuda"
    try:
        require_cuda()
    except (ImportError, RuntimeError) as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    print(kernels.machine(options.simulator))
    print("\n| what | rows | ms | GB/s | compared | goal |\n|---|---|---|---|---|---|")
    for line in rows_of_table(options):
        print(line, flush=True)


if __name__ == "__main__":
    main()
