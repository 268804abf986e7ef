"""The predictions of every fit, kept so that a measure can be added without fitting again."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

import numpy as np

from focalboost.benchmark.errors import BenchmarkError
from focalboost.datasets._tables import pd, read_parquet, replace_parquet

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from focalboost.benchmark.results import Key

_FOLDER = "predictions"
_DIGEST = 16
# Of file names that are limited to 255 bytes.
_LONGEST_LABEL = 100


class Predictions:
    """The files of a folder's ``predictions``, one a fit.

    Each has the fit's task, booster, method and fold, which are the same in all of its rows, so that the files
    read together are one table, and of each test row: ``row``, its place in the user's file or the simulation,
    from 0; ``label``, 0 or 1; and ``probability``, in float64, so that measures come out the same to the last bit.

    Parameters
    ----------
    folder : Path
        The folder of the results.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / _FOLDER

    def path(self, key: Key) -> Path:
        """Return the file of a fit, which need not exist.

        Its name is safe on every system: the key's letters and digits, and a digest of the whole key, because
        names of tasks may differ in other characters alone, or in case alone.
        """
        label = re.sub("[^A-Za-z0-9]+", "-", " ".join(map(str, key)))[-_LONGEST_LABEL:].strip("-")
        digest = hashlib.sha256(json.dumps(key).encode()).hexdigest()[:_DIGEST]
        return self._folder / f"{label}-{digest}.parquet"

    def save(self, key: Key, row: NDArray[np.intp], label: NDArray[np.int8], probability: NDArray[np.floating]) -> None:
        """Save a fit's predictions, in place of those that are there."""
        self._folder.mkdir(exist_ok=True)
        task, booster, method, fold = key
        frame = pd.DataFrame({"row": row, "label": label, "probability": np.asarray(probability, dtype=np.float64)})
        replace_parquet(frame.assign(task=task, booster=booster, method=method, fold=fold), self.path(key))

    def read(self, key: Key) -> tuple[NDArray[np.int8], NDArray[np.float64]] | None:
        """Return the labels and the probabilities of a fit, or None if they were not saved.

        Raises
        ------
        BenchmarkError
            If the file cannot be read.
        """
        path = self.path(key)
        if not path.exists():
            return None
        try:
            table = read_parquet(path)
            return table["label"].to_numpy(dtype=np.int8), table["probability"].to_numpy(dtype=np.float64)
        except ImportError:
            raise
        # Whatever is wrong with the file, the user needs to know which it is.
        except Exception as error:
            raise BenchmarkError(
                f"{path} cannot be read as predictions ({error}): remove it, and the fit keeps the measures it has"
            ) from error


def discard_predictions(folder: Path) -> None:
    """Remove the files of `Predictions`, and those that a killed run left unfinished, and nothing else."""
    # The folder may be the user's own, with tables of another kind.
    for path in (folder / _FOLDER).glob(f"*-{'[0-9a-f]' * _DIGEST}.parquet*"):
        path.unlink()
