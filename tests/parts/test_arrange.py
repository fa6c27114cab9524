import polars as pl

from labwright.parts.arrange import arrange_lists, arrange_long, arrange_wide


def test_lists_stay_where_they_are():
    table = pl.DataFrame({"y": ["a", "b"], "x": ["[1, 2]", "[3]"]})
    assert arrange_lists(table, {"x": ["x"]}, []).to_dict(as_series=False) == {
        "y": ["a", "b"],
        "x": [[1.0, 2.0], [3.0]],
    }


def test_a_column_a_step():
    table = pl.DataFrame(
        {"t0": [1.0, 2.0], "^t.$": [3.0, None], "u": [5.0, 6.0], "y": ["a", "b"]}
    )
    channels = {"t": ["t0", "^t.$"], "u": ["u"]}
    assert arrange_wide(table, channels, []).to_dict(as_series=False) == {
        "y": ["a", "b"],
        "t": [[1.0, 3.0], [2.0, None]],
        "u": [[5.0], [6.0]],
    }


LONG = pl.DataFrame(
    {
        "id": ["b", "a", "b", None, "a"],
        "*": [2.0, 1.0, 1.0, 1.0, 0.0],
        "x": [1.0, None, 3.0, 4.0, 5.0],
        "y": [None, "u", "v", "v", "u"],
    }
)


def test_a_row_a_step_in_the_order_of_time():
    rows = arrange_long(LONG, {"x": ["x"]}, ["id", "*"])
    assert rows.to_dict(as_series=False) == {
        "id": ["b", "a"],
        "y": ["v", "u"],
        "x": [[3.0, 1.0], [5.0, None]],
    }


def test_without_a_time_the_order_of_rows_counts():
    rows = arrange_long(LONG, {"x": ["x"]}, ["id"])
    assert rows["x"].to_list() == [[1.0, 3.0], [None, 5.0]]
