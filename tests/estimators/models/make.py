"""Write small models, and what they predict, with the installed boosters.

    python tests/estimators/models/make.py

Each supported version that is to be read for ever has a folder here, made once with that version installed.
"""

import json
from pathlib import Path

import lightgbm
import numpy as np
import xgboost

from focalboost import FocalLGBMClassifier, FocalXGBClassifier

X = np.sin(np.arange(900.0) ** 1.5).reshape(300, 3)
SCORE = X @ [2.0, 1.0, 0.0] + X[:, 2] * X[:, 0]
LABELS = {
    "binary": np.where(SCORE > 1.5, 'fraud "é]"', "fine"),
    "classes": np.digitize(SCORE, [-1.0, 1.5]) + 10,
}
WEIGHTS = {"binary": {'fraud "é]"': 3.0}, "classes": None}
PARAMETERS = {"gamma": 2.0, "n_estimators": 3, "max_depth": 2, "n_jobs": 1}


def make(folder: Path) -> None:
    """Write the models and predictions of the installed versions."""
    for library in (xgboost, lightgbm):
        out = folder / f"{library.__name__}-{library.__version__}"
        out.mkdir(exist_ok=True)
        expected = {"X": X[:8].tolist()}
        for task, labels in LABELS.items():
            parameters = {"class_weight": WEIGHTS[task], **PARAMETERS}
            if library is xgboost:
                model = FocalXGBClassifier(**parameters).fit(X, labels)
                model.save_model(out / {"binary": "binary.ubj", "classes": "classes.json"}[task])
            else:
                model = FocalLGBMClassifier(**parameters, min_child_samples=5, verbosity=-1).fit(X, labels)
                model.booster_.save_model(out / f"{task}.txt")
            expected[task] = {
                "labels": model.classes_.tolist(),
                "probability": model.predict_proba(X[:8]).tolist(),
            }
        (out / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    make(Path(__file__).parent)
