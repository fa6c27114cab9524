from datetime import datetime

import polars as pl

from labwright.parts.calendar import calendar


def test_each_feature_has_the_range_that_it_is_documented_with():
    table = pl.DataFrame({"at": [datetime(2024, 2, 29, 13, 45), None]})
    wanted = ["year", "month", "day", "weekday", "hour", "minute", "elapsed"]
    row, empty = calendar(table, {"at": wanted}).drop("at").rows()
    assert row[:6] == (2024, 2, 29, 4, 13, 45)
    assert abs(row[6] - (19_782 + 13.75 / 24)) < 1e-6
    assert empty == (None,) * 7


def test_dates_stay_beside_their_features_and_nothing_is_wanted_of_none():
    table = pl.DataFrame({"at": [datetime(2024, 2, 29)], "x": [1.0]})
    assert calendar(table, {}).columns == ["at", "x"]
    assert calendar(table, {"at": ["month"]}).columns == ["at", "x", "at.month"]
