"""The kernels' cache on disk: where it may lie, what may be wrong with it, and who may share it."""

import json
import os
import re

import numba
import numpy as np
import pytest

from focalboost.kernels import cache, compiler

CASE = "float32 truncated"

# Prints, for each case, gradients and curvatures and whether something was compiled.
PROGRAM = """
import json, sys
import numpy as np
from focalboost import BinaryFocalLoss
from numba.core import event
for dtype, curvature in map(str.split, sys.argv[1:]):
    with event.install_recorder("numba:compile") as compiled:
        found = BinaryFocalLoss(gamma=2.0, curvature=curvature).gradient_hessian(
            [0, 1, 1], np.array([0.5, -1.0, 2.0], dtype))
    print(json.dumps({"values": np.stack(found).tolist(), "compiled": len(compiled.buffer) > 0}))
"""


@pytest.fixture
def compute(child, site):
    """Compute one case with a copy of the package in a new process."""

    def compute(program=PROGRAM, **extra):
        return json.loads(child(program, CASE, PYTHONPATH=site, PYTHONDONTWRITEBYTECODE=1, **extra))

    return compute


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A cache folder for what this process compiles."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    return tmp_path


def kept(folder):
    return sorted(folder.rglob("*.nbc"))


def plus(amount):
    """A kernel with a closure: its code is the same for every amount."""
    return compiler.compile_kernel(lambda x: x + amount)


def was_loaded(kernel):
    return sum(kernel.stats.cache_hits.values()) == 1


def test_the_folder_that_is_asked_for_is_used_and_no_other(compute, tmp_path):
    first = compute(NUMBA_CACHE_DIR=tmp_path / "asked", HOME=tmp_path / "home")
    assert first["compiled"]
    assert len(kept(tmp_path)) == 1
    assert kept(tmp_path) == kept(tmp_path / "asked")
    assert compute(NUMBA_CACHE_DIR=tmp_path / "asked") == {**first, "compiled": False}


def test_nothing_can_be_written_anywhere(compute, nowhere, tmp_path):
    found = compute(**nowhere)
    assert found["compiled"]
    assert np.isfinite(found["values"]).all()
    assert kept(tmp_path) == []


@pytest.mark.skipif(os.name != "posix", reason="needs RLIMIT_FSIZE")
def test_a_disk_without_space_for_a_kernel(compute, tmp_path):
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
    found = compute(limit + PROGRAM, NUMBA_CACHE_DIR=tmp_path / "cache")
    assert found["compiled"]
    assert np.isfinite(found["values"]).all()
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []  # nor half a file


def test_an_upgrade_that_changes_only_what_a_kernel_inlines(compute, site, tmp_path):
    module = site / "focalboost" / "kernels" / "focal.py"
    text = module.read_text(encoding="utf8")
    older = compute(HOME=tmp_path)
    assert min(older["values"][1]) < 0.25
    module.write_text(re.sub(r"(?m)^CURVATURE_FLOOR = .*$", "CURVATURE_FLOOR = 0.25", text), encoding="utf8")
    newer = compute(HOME=tmp_path)
    assert min(newer["values"][1]) == 0.25
    assert newer["compiled"]
    # Back again: both versions' kernels are there, beside the sources.
    module.write_text(text, encoding="utf8")
    assert compute(HOME=tmp_path) == {**older, "compiled": False}
    assert len(kept(site / "focalboost" / "kernels" / "__pycache__")) == 2


def test_another_processor_compiles_for_itself(compute, tmp_path):
    other = compute(NUMBA_CACHE_DIR=tmp_path, NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES="")
    ours = compute(NUMBA_CACHE_DIR=tmp_path)
    assert other["compiled"]
    assert ours["compiled"]
    np.testing.assert_allclose(other["values"], ours["values"], rtol=1e-6)


def test_processes_that_fill_an_empty_folder_at_once(child, tmp_path):
    cases = [CASE, "float64 truncated", "float32 fisher"]
    together = [child.start(PROGRAM, case, NUMBA_CACHE_DIR=tmp_path) for case in (*cases, CASE)]
    first = [json.loads(process.result()) for process in together]
    assert len(kept(tmp_path)) == 3
    later = [json.loads(line) for line in child(PROGRAM, *cases, NUMBA_CACHE_DIR=tmp_path).splitlines()]
    assert later == [{**result, "compiled": False} for result in first[:3]]
    expected = [json.loads(line)["values"] for line in child(PROGRAM, *cases, NUMBA_DISABLE_JIT=1).splitlines()]
    np.testing.assert_allclose([result["values"] for result in later], expected, rtol=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_without_compilation_the_results_are_the_same(child, dtype):
    program = f"""
import json
import numpy as np
from focalboost import BinaryFocalLoss, MulticlassFocalLoss
rng = np.random.default_rng(0)
raw = (4 * rng.normal(size=(12, 3))).astype({dtype!r})
y = rng.integers(0, 2, 12)
found = [BinaryFocalLoss(2.0).loss(y, raw[:, 0]), *MulticlassFocalLoss(3).gradient_hessian(y, raw)[0].T]
for curvature in ("absolute", "fisher"):
    found += BinaryFocalLoss(1.3, curvature=curvature).gradient_hessian(y, raw[:, 0], np.arange(12.0))
print(json.dumps(np.array(found, float).tolist()))
"""
    interpreted = json.loads(child(program, NUMBA_DISABLE_JIT=1))
    compiled = json.loads(child(program))
    rounding = 2 * np.finfo(dtype).eps
    np.testing.assert_allclose(compiled, interpreted, rtol=20 * rounding, atol=rounding)


def test_kernels_that_differ_in_a_closure_or_a_type_alone_have_files_of_their_own(folder):
    for amount in (1, 2, 3):
        assert plus(amount)(1) == 1 + amount
        assert plus(amount)(0.5) == 0.5 + amount
    assert len(kept(folder)) == 6
    for amount in (1, 2, 3):
        kernel = plus(amount)
        assert kernel(1) == 1 + amount
        assert was_loaded(kernel)


def test_every_kind_of_damage_is_noticed_and_mended(folder):
    assert plus(1)(1) == 2
    (file,) = kept(folder)
    whole = file.read_bytes()
    cut = [whole[:size] for size in (0, 1, 31, 32, 33, len(whole) // 2, len(whole) - 1)]
    zeroed = [bytes(len(whole)), whole[:100] + bytes(len(whole) - 100)]
    flipped = []
    for place in np.linspace(0, len(whole) - 1, 25).astype(int):
        flipped.append(bytearray(whole))
        flipped[-1][place] ^= 0x10
    for damaged in (*cut, *zeroed, *flipped, b"not ours", whole + b"\0"):
        file.write_bytes(damaged)
        kernel = plus(1)
        assert kernel(1) == 2
        assert not was_loaded(kernel)
        kernel = plus(1)
        assert kernel(1) == 2
        assert was_loaded(kernel)


@pytest.mark.parametrize("changed", ["numba", "sources"])
def test_files_of_another_version_are_left_alone(folder, monkeypatch, changed):
    assert plus(1)(1) == 2
    if changed == "numba":
        monkeypatch.setattr(numba, "__version__", "0.0.1")
    else:
        monkeypatch.setattr(cache, "sources_digest", lambda: "another")
    kernel = plus(1)
    assert kernel(1) == 2
    assert not was_loaded(kernel)
    assert len(kept(folder)) == 2


def test_a_folder_that_vanishes_before_the_first_call(folder):
    kernel = plus(1)
    (place,) = folder.iterdir()
    place.rmdir()
    place.touch()  # a file in its place, which stops root too
    assert kernel(1) == 2


def test_without_any_folder_kernels_are_compiled_in_memory(monkeypatch):
    def refuse(_):
        raise RuntimeError("cannot cache function: no locator available")

    monkeypatch.setattr(compiler, "KernelCache", refuse)
    assert plus(1)(1) == 2
