"""What holds for the features of every scenario: they look back only, and at labels only when these are known."""

from dataclasses import replace

import pandas as pd
import pytest

DAY = 86_400


@pytest.mark.parametrize("share", [0.05, 0.5, 0.999])
def test_cutting_the_future_off_changes_no_feature_of_the_past(scene, share):
    end = int(share * len(scene.stream.kind))
    label = scene.stream.kind > 0
    whole = scene.features(scene.stream, label, scene.population, 7)
    past = scene.features(scene.stream.take(slice(0, end)), label[:end], scene.population, 7)
    pd.testing.assert_frame_equal(past, whole.iloc[:end], check_exact=True)


@pytest.mark.parametrize("delay", [1, 7])
def test_features_use_only_labels_that_are_known_by_then(scene, delay):
    stream = scene.stream
    label = stream.kind > 0
    unknown = stream.seconds > (40 - delay) * DAY
    before, after = (scene.features(stream, told, scene.population, delay) for told in (label, label ^ unknown))
    until = stream.seconds < 40 * DAY
    pd.testing.assert_frame_equal(before[until], after[until], check_exact=True)
    risks = [name for name in before if "risk" in name]
    assert risks
    for name in risks:
        assert not before.loc[~until, name].equals(after.loc[~until, name]), name


def test_the_label_of_a_row_is_in_no_feature_of_it_or_before(scene):
    # Without a delay a row's own label would be the easiest one to leak.
    label = scene.stream.kind > 0
    row = len(label) * 3 // 4
    other = label.copy()
    other[row] = not label[row]
    before, after = (scene.features(scene.stream, told, scene.population, 0).iloc[: row + 1] for told in (label, other))
    pd.testing.assert_frame_equal(before, after, check_exact=True)


def test_no_feature_looks_at_the_truth(scene):
    label = scene.stream.kind > 0
    blind = replace(scene.stream, kind=1 - scene.stream.kind)
    before, after = (scene.features(stream, label, scene.population, 7) for stream in (scene.stream, blind))
    pd.testing.assert_frame_equal(before, after, check_exact=True)
