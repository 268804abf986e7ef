import pytest

from focalboost.benchmark.about import About, read_about
from focalboost.benchmark.errors import BenchmarkError

OLD = About({"m": "old", "n": "Größe <b>"}, {"m": "focal", "n": "n"}, {"t": ["a note"]})


def test_what_is_read_is_what_was_saved_and_nothing_half_written_stays(tmp_path):
    assert read_about(tmp_path) == About()
    OLD.save(tmp_path)
    assert read_about(tmp_path) == OLD
    assert [path.name for path in tmp_path.iterdir()] == ["about.json"]


def test_of_what_both_have_the_newer_stays():
    new = About({"m": "new"}, {"o": "o"}, {"t": [], "s": ["b"]})
    assert OLD | new == About({"m": "new", "n": "Größe <b>"}, {"m": "focal", "n": "n", "o": "o"}, {"t": [], "s": ["b"]})


def test_another_method_under_the_name_of_one_with_results_is_refused():
    for newer, message in (
        (About({"m": "new"}), "another method 'm', whose description was 'old', now 'new': give it another name, or"),
        (About({"m": "old"}, {"m": "own"}), "another method 'm', whose family was 'focal', now 'own'"),
    ):
        with pytest.raises(BenchmarkError, match=message):
            OLD.check_methods(newer, {"m"})
        OLD.check_methods(newer, {"n"})
    OLD.check_methods(OLD, {"m", "n"})
    OLD.check_methods(About({"o": "of a file without it"}, {"o": "o"}), {"o"})


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"words": {}}', b"\xff"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, content):
    (tmp_path / "about.json").write_bytes(content)
    with pytest.raises(BenchmarkError, match=r"about\.json cannot be read .*: remove it, and run the comparison again"):
        read_about(tmp_path)
