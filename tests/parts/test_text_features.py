import json

import numpy as np
import polars as pl

from labwright.parts.text_features import fit_text_features, text_features

TEXTS = pl.Series(["the pump leaks oil", "the wheel turns well", None, ""] * 10)


def fit(column=TEXTS, words=100, numbers=3):
    return json.loads(json.dumps(fit_text_features(column, 2, words, numbers, 0)))


def test_the_same_rows_give_the_same_plain_data():
    assert fit() == fit()


def test_sizes_are_bounded():
    fitted = fit(words=5, numbers=16)
    assert len(fitted["words"]) == len(fitted["weights"]) == 5
    assert np.shape(fitted["components"]) == (4, 5)


def test_texts_of_other_words_differ_and_absent_ones_are_nan():
    found = text_features(TEXTS, fit())
    assert found.shape == (40, 3)
    assert np.isnan(found[2]).all()
    assert (found[3] == 0).all()
    assert not np.allclose(found[0], found[1])
    np.testing.assert_array_equal(found[:2], text_features(TEXTS[:2], fit()))


def test_without_words_there_are_no_features():
    for column in (pl.Series([None, None], dtype=pl.String), pl.Series(["a b", "c d"])):
        assert text_features(column, fit(column)).shape == (2, 0)


def test_a_language_without_blanks_is_read_by_letters():
    column = pl.Series(
        [
            "水泵漏油了需要更换密封圈并且检查油管以及油箱的状态",
            "轮子转得很好不需要更换任何零件只需要检查油箱的状态",
        ]
        * 3
    )
    assert fit(column)["letters"]
