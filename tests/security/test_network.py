"""Nothing listens or calls out: not on import, not in training, not in a benchmark of the simulator."""

import subprocess
import sys

CHILD = """
import sys
calls = []
def watch(event, arguments):
    harmless = ("socket.__new__", "socket.gethostname")
    if event == "urllib.Request" or (event.startswith("socket.") and event not in harmless):
        calls.append(f"{event} {arguments[-1]!r}")
sys.addaudithook(watch)
if ACT == "socket":
    import socket
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
else:
    import tempfile
    import numpy as np
    import focalboost
    from focalboost.cli import main
    from focalboost.estimators.model_file import load, save
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 3))
    y = X[:, 0] > 0.8
    with tempfile.TemporaryDirectory() as folder:
        for model, name in ((focalboost.FocalXGBClassifier(n_estimators=2, n_jobs=1), "m.ubj"),
                            (focalboost.FocalLGBMClassifier(n_estimators=2, n_jobs=1, verbosity=-1), "m.txt")):
            save(model.fit(X, y), f"{folder}/{name}")
            load(f"{folder}/{name}").predict_proba(X)
        status = main(["benchmark", "--transactions", "3000", "--prevalence", "0.02", "--folds", "2", "--rounds", "2",
                       "--methods", "cross_entropy,focal_gamma_1", "--jobs", "1", "--output", folder])
        assert status == 0
        assert main(["report", folder]) == 0
print("CALLS", calls)
"""


def calls_of(act):
    child = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", f"ACT = {act!r}\n{CHILD}"], capture_output=True, text=True, timeout=120
    )
    assert child.returncode == 0, child.stderr
    return child.stdout.rpartition("CALLS ")[2].strip()


def test_no_network_unless_asked():
    assert calls_of("focalboost") == "[]"


def test_the_watch_sees_a_socket():
    assert "socket.bind ('127.0.0.1', 0)" in calls_of("socket")
