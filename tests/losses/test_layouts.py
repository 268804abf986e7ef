"""The same bits in every layout and type, with any number of threads, again and again."""

import os
import subprocess
import sys
import tracemalloc
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from focalboost import BinaryFocalLoss, MulticlassFocalLoss
from focalboost.kernels import chunks

DTYPES = [np.float32, np.float64]
POLICIES = ["exact", "absolute", "fisher", "truncated"]
LOSSES = {
    "binary": (BinaryFocalLoss, ()),
    "multilabel": (BinaryFocalLoss, (3,)),
    "softmax": (lambda **parameters: MulticlassFocalLoss(3, **parameters), (3,)),
}


def rows(kind, n, dtype=np.float64):
    rng = np.random.default_rng(n)
    columns = LOSSES[kind][1]
    y = rng.integers(0, 3, n) if kind == "softmax" else rng.integers(0, 2, (n, *columns))
    return y, rng.normal(0, 4, (n, *columns)).astype(dtype), rng.uniform(0.1, 2, n).astype(dtype)


def strided(array):
    wide = np.zeros((2 * array.shape[0], *(2 * size for size in array.shape[1:])), array.dtype)
    view = wide[tuple(slice(None, None, 2) for _ in array.shape)]
    view[...] = array
    return view


def reversed_in_memory(array):
    flipped = tuple(slice(None, None, -1) for _ in array.shape)
    return array[flipped].copy()[flipped]


def read_only(array):
    array = array.copy()
    array.flags.writeable = False
    return array


def unaligned(array):
    raw = b"x" + array.tobytes()
    return np.frombuffer(raw, array.dtype, offset=1).reshape(array.shape)


def field_of_records(array):
    records = np.zeros(array.shape, [("other", "u1"), ("value", array.dtype)])
    records["value"] = array
    return records["value"]


def memory_mapped(array, path, order):
    mapped = np.memmap(path, array.dtype, "w+", shape=array.shape, order=order)
    mapped[...] = array
    mapped.flush()
    return np.memmap(path, array.dtype, "r", shape=array.shape, order=order)


LAYOUTS = [np.asfortranarray, strided, reversed_in_memory, field_of_records]
RARE_LAYOUTS = [read_only, unaligned]
"""Numba compiles again for each of these."""


def forms(arrays, layouts, folder):
    """Labels, scores and weights in each layout, or mapped from files where there is a folder for these."""
    dtype = arrays[1].dtype
    # Of a list the type of numbers is lost: Python's are float64.
    for layout in (*layouts, *([np.ndarray.tolist] if dtype == np.float64 else [])):
        yield [layout(array) for array in arrays]
    for order in "CF" if folder else "":
        paths = [folder / f"{order}{place}" for place in range(3)]
        yield [memory_mapped(array, path, order) for array, path in zip(arrays, paths, strict=True)]


def same_bits_in(layouts, kind, policy, dtype, n, folder=None):
    y, z, w = rows(kind, n, dtype)
    loss = LOSSES[kind][0](gamma=2.3, class_weight="balanced" if y.ndim == 1 else None, curvature=policy)
    expected = loss.gradient_hessian(y, z, w)
    value = loss.loss(y, z, w)
    proba = loss.resolve_class_weight(y).predict_proba(z)
    for labels, scores, weights in forms((y, z, w), layouts, folder):
        for one, other in zip(expected, loss.gradient_hessian(labels, scores, weights), strict=True):
            assert one.dtype == other.dtype == dtype
            np.testing.assert_array_equal(one, other)
        np.testing.assert_array_equal(value, loss.loss(labels, scores, weights))
        np.testing.assert_array_equal(proba, loss.resolve_class_weight(labels).predict_proba(scores))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("kind", LOSSES)
def test_every_layout_gives_the_same_bits(kind, policy, dtype):
    same_bits_in(LAYOUTS, kind, policy, dtype, 301)


@pytest.mark.parametrize("kind", LOSSES)
def test_layouts_that_are_compiled_apart_give_the_same_bits(kind, tmp_path):
    same_bits_in([read_only], kind, "truncated", np.float32, 301, tmp_path)
    same_bits_in([unaligned], kind, "truncated", np.float64, 301)


def every_layout(folder):
    """Each loss, policy and type in each layout, with numbers of rows whose lines of memory are odd."""
    for kind, policy, dtype in product(LOSSES, POLICIES, DTYPES):
        same_bits_in(LAYOUTS + RARE_LAYOUTS, kind, policy, dtype, 13, folder)


def test_every_layout_of_all_gives_the_same_bits_without_compilation(tmp_path):
    """Compiled, these would take minutes, of Numba's time: the code is the same."""
    here = str(Path(__file__).parent)
    code = (
        f"import sys; sys.path.insert(0, {here!r}); from pathlib import Path; "
        f"import test_layouts; test_layouts.every_layout(Path({str(tmp_path)!r}))"
    )
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120, env=environment)


@pytest.mark.parametrize("kind", LOSSES)
@pytest.mark.parametrize(
    ("dtype", "arithmetic"),
    [
        (np.float16, np.float64), (np.longdouble, np.float64), (">f4", np.float64), (">f8", np.float64),
        (np.int8, np.float64), (np.uint64, np.float64), (bool, np.float64), (np.float32, np.float32),
    ],
)  # fmt: skip
def test_other_types_are_as_their_numbers(kind, dtype, arithmetic):
    """Labels, scores and weights of any type of numbers; all but float32 scores are computed in float64."""
    y, z, _ = rows(kind, 40)
    y, z, w = y.astype(dtype), z.astype(dtype), np.arange(40).astype(dtype)
    if y.max() < 2 and kind == "softmax":
        y = np.minimum(y, 1)
    loss = LOSSES[kind][0](gamma=2.0)
    expected = loss.gradient_hessian(y.astype(np.int64), z.astype(arithmetic), w.astype(np.float64))
    for one, other in zip(expected, loss.gradient_hessian(y, z, w), strict=True):
        assert one.dtype == other.dtype == arithmetic
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("n", [0, 1])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("kind", LOSSES)
def test_no_row_and_one_row(kind, policy, dtype, n):
    y, z, w = rows(kind, 5, dtype)
    rounding = 500 * np.finfo(dtype).eps
    loss = LOSSES[kind][0](gamma=0.7, curvature=policy)
    whole, part = loss.gradient_hessian(y, z, w), loss.gradient_hessian(y[:n], z[:n], w[:n])
    for one, other in zip(whole, part, strict=True):
        assert other.dtype == dtype
        np.testing.assert_allclose(one[:n], other, rtol=rounding)
    np.testing.assert_allclose(loss.loss(y, z, w)[:n], loss.loss(y[:n], z[:n], w[:n]), rtol=rounding)
    np.testing.assert_array_equal(loss.predict_proba(z)[:n], loss.predict_proba(z[:n]))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("kind", LOSSES)
def test_bits_depend_neither_on_threads_nor_on_the_call(kind, policy, dtype, monkeypatch):
    """Sizes around the borders of the chunks, made small: one row less and more, several chunks, an odd rest."""
    size = 1 << 9
    monkeypatch.setattr(chunks, "CHUNK_ROWS", size)
    sizes = (size - 1, size, size + 1, 2 * size, 2 * size + 1, 5 * size + 131)
    for n, gamma in zip(sizes, (0.0, 0.5, 1.0, 2.0, 2.3, 2.3), strict=True):
        loss = LOSSES[kind][0](gamma=gamma, curvature=policy)
        y, z, w = rows(kind, n, dtype)
        expected = None
        for threads in (1, 2, 3, 8, 8):
            monkeypatch.setattr(chunks, "thread_count", lambda threads=threads: threads)
            monkeypatch.setattr(chunks, "_pool", None)
            for order in "CF":
                result = *loss.gradient_hessian(y, np.asarray(z, order=order), w), loss.loss(y, z, w)
                expected = expected or result
                for one, other in zip(expected, result, strict=True):
                    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("kind", LOSSES)
def test_rows_at_the_borders_of_chunks(kind):
    """A row alone is that row among 2^16 + 1, but for roundings: beside others it may be computed in a vector."""
    n = chunks.CHUNK_ROWS + 1
    y, z, w = rows(kind, n)
    loss = LOSSES[kind][0](gamma=2.3)
    together = *loss.gradient_hessian(y, z, w), loss.loss(y, z, w)
    for i in (0, 127, 128, n - 3, n - 2, n - 1):
        row = y[i : i + 1], z[i : i + 1], w[i : i + 1]
        for one, other in zip(together, (*loss.gradient_hessian(*row), loss.loss(*row)), strict=True):
            np.testing.assert_allclose(one[i : i + 1], other, rtol=1e-13)


@pytest.mark.parametrize("order", ["C", "F"])
def test_scores_in_either_order_are_not_copied(order):
    loss = BinaryFocalLoss()
    y, z = np.zeros((50_000, 4), np.float32, order=order), np.zeros((50_000, 4), np.float32, order=order)
    gradient, curvature = np.empty_like(z), np.empty_like(z)
    loss.gradient_hessian(y, z, None, gradient, curvature)
    tracemalloc.start()
    loss.gradient_hessian(y, z, None, gradient, curvature)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    if order == "C":
        assert peak < z.nbytes / 10
    else:
        assert peak < 2.5 * z.nbytes  # the labels, which are brought to C order and back


@settings(max_examples=30)
@given(st.integers(1, 400), st.integers(1, 7), st.sampled_from(["C", "F"]))
def test_rows_do_not_see_each_other(n, stride, order):
    """Any subset of rows, in any order of memory, has the results of those rows."""
    y, z, w = rows("softmax", 400)
    loss = MulticlassFocalLoss(3, 1.3, curvature="fisher")
    whole, part = loss.gradient_hessian(y, z, w), slice(n % 5, n, stride)
    if not len(z[part]):
        return
    for one, other in zip(
        whole, loss.gradient_hessian(y[part], np.asarray(z[part], order=order), w[part]), strict=True
    ):
        np.testing.assert_allclose(one[part], other, rtol=1e-12)
