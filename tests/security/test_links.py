"""Removing results removes nothing outside their folder."""

import sys

import pytest

from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.store import discard


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
@pytest.mark.parametrize("kind", ["predictions", "stages"])
def test_a_link_in_place_of_a_folder_is_not_followed(kind, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for name in ("a-0123456789abcdef.parquet", ".a-0123456789abcdef.parquet.7"):
        (elsewhere / name).write_text("precious")
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / kind).symlink_to(elsewhere)
    with pytest.raises(BenchmarkError, match=f"{kind} is a link"):
        discard(tmp_path / "results")
    assert len(list(elsewhere.iterdir())) == 2
