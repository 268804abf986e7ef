"""Damage model files in many ways, and count what loading them does.

    python tests/security/fuzz_model_files.py --mutations 300

Each damaged file is loaded, and predicts, in a process of its own, because a booster's parser may end it. The files
with a digest are those of ``save``, the others those of the boosters' own ``save_model``.
"""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path

SECONDS = 5
MEMORY = 8 << 30


def flipped(content, rng):
    """Change one to three bits."""
    changed = bytearray(content)
    for _ in range(rng.randint(1, 3)):
        changed[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def replaced(content, rng):
    """Change one digit, which leaves the file well formed."""
    places = [place for place, byte in enumerate(content) if chr(byte).isdigit()]
    place = rng.choice(places)
    return content[:place] + rng.choice(b"0123456789").to_bytes(1, "big") + content[place + 1 :]


def truncated(content, rng):
    """Cut the end off."""
    return content[: rng.randrange(len(content))]


def holed(content, rng):
    """Leave a part out."""
    start = rng.randrange(len(content))
    return content[:start] + content[start + rng.randint(1, 200) :]


def zeroed(content, rng):
    """Write zeros over a part, as of a disk's block."""
    start = rng.randrange(len(content))
    length = min(rng.randint(1, 512), len(content) - start)
    return content[:start] + bytes(length) + content[start + length :]


KINDS = (flipped, replaced, truncated, holed, zeroed)


def make_files(folder):
    """Save a model of each library in each format, with and without a digest; return files and what they predict."""
    import numpy as np

    from focalboost import FocalLGBMClassifier, FocalXGBClassifier
    from focalboost.estimators.model_file import save

    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 4))
    y = X[:, 0] + rng.normal(size=400) > 1
    small = {"n_estimators": 10, "n_jobs": 1}
    xgboost = FocalXGBClassifier(max_depth=3, **small).fit(X, y)
    lightgbm = FocalLGBMClassifier(num_leaves=7, verbosity=-1, **small).fit(X, y)
    expected = {}
    for name in ("digest.ubj", "digest.json", "digest.txt"):
        model = lightgbm if name.endswith("txt") else xgboost
        save(model, folder / name)
        expected[name] = model.predict_proba(X[:50]).tolist()
        (model.booster_ if model is lightgbm else model).save_model(folder / name.replace("digest", "plain"))
        expected[name.replace("digest", "plain")] = expected[name]
    return X[:50].tolist(), expected


def outcome(path, X, expected):
    """Load the file in a child of this process, which has used no threads yet."""
    child = os.fork()
    if child == 0:
        os._exit(_outcome_here(path, X, expected))
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "hangs" if os.WTERMSIG(status) == signal.SIGALRM else "kills the process"
    return OUTCOMES.get(os.WEXITSTATUS(status), "kills the process")


OUTCOMES = {10: "error", 11: "same", 12: "other error", 13: "predicts something else"}


def _outcome_here(path, X, expected):
    import resource

    import numpy as np

    import focalboost

    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    os.dup2(2, 1)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(SECONDS)
    try:
        model = focalboost.load(path)
    except ValueError as error:
        return 10 if str(path.name) in str(error) or "this model" in str(error) else 12
    except BaseException:
        return 12
    try:
        return 11 if np.array_equal(model.predict_proba(np.array(X)), expected) else 13
    except BaseException:
        return 13


def main():
    """Print, for each file, how often each outcome was seen, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutations", type=int, default=300, help="of each file")
    parser.add_argument("--files", default="digest,plain", help="digest, plain or both")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # In a child, so that this process has no threads when it forks.
        reader, writer = os.pipe()
        if os.fork() == 0:
            os.write(writer, json.dumps(make_files(folder)).encode())
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            X, expected = json.loads(pipe.read())
        import focalboost.estimators.lightgbm
        import focalboost.estimators.model_file
        import focalboost.estimators.xgboost  # noqa: F401 (once, not in each child)

        rng = random.Random(options.seed)
        found = {}
        for file, probabilities in expected.items():
            if file.partition(".")[0] not in options.files.split(","):
                continue
            content, counts = (folder / file).read_bytes(), Counter()
            damaged = folder / f"damaged.{file.rpartition('.')[2]}"
            for number in range(options.mutations):
                change = KINDS[number % len(KINDS)]
                changed = change(content, rng)
                if changed == content:
                    counts["not changed"] += 1
                    continue
                damaged.write_bytes(changed)
                counts[outcome(damaged, X, probabilities)] += 1
            found[file] = dict(counts)
        json.dump(found, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
