import polars as pl

from labwright.parts.derive import derived_columns, rows_where

TYPED = pl.DataFrame({"rain": [0.0, 2.5, None], "city": ["Oslo", "Rome", "Rome"]})


def test_columns_are_made_by_their_expressions_and_later_ones_can_read_them():
    derive = {"wet": "rain > 0", "wet rome": "wet AND city = 'Rome'"}
    made = derived_columns(TYPED, derive)
    assert made.to_dict(as_series=False) == {
        "wet": [False, True, None],
        "wet rome": [False, True, None],
    }


def test_an_expression_whose_columns_are_not_there_makes_none():
    derive = {"hot": "degrees > 30", "very": "hot AND rain > 0", "wet": "rain > 0"}
    assert derived_columns(TYPED, derive).columns == ["wet"]


def test_rows_without_a_value_of_the_condition_are_not_in_use():
    assert rows_where(TYPED, "rain < 9").to_list() == [True, True, False]
    assert rows_where(TYPED, "city = 'Rome' OR rain = 0").to_list() == [True] * 3
