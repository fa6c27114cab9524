import polars as pl
import pytest

from labwright.parts.read_ts import read_ts

HEADER = "#about: a set\n@problemName x\n@timeStamps false\n"


def read(tmp_path, text):
    path = tmp_path / "x.ts"
    path.write_text(text)
    return read_ts(path, {})


def test_several_dimensions_of_unequal_length(tmp_path):
    table = read(
        tmp_path,
        HEADER + "@classLabel true a b\n@data\n1,2.5,3:4,5:a\n1e3:-6, 7 :b\n\n",
    )
    assert table.to_dict(as_series=False) == {
        "dim_0": [[1.0, 2.5, 3.0], [1000.0]],
        "dim_1": [[4.0, 5.0], [-6.0, 7.0]],
        "class": ["a", "b"],
    }
    assert table.schema["dim_0"] == pl.List(pl.Float64)


def test_absent_values_are_null(tmp_path):
    table = read(tmp_path, HEADER + "@classLabel true a\n@data\n?,2,NaN,::a\n1:2:?\n")
    assert table["dim_0"].to_list() == [[None, 2.0, None, None], [1.0]]
    assert table["dim_1"].to_list() == [None, [2.0]]
    assert table["class"].to_list() == ["a", None]


def test_a_number_to_predict(tmp_path):
    table = read(tmp_path, HEADER + "@targetlabel true\n@data\n1,2:0.5\n")
    assert table.columns == ["dim_0", "value"]


def test_series_without_labels(tmp_path):
    table = read(tmp_path, HEADER + "@classLabel false\n@data\n1,2:3,4\n")
    assert table.columns == ["dim_0", "dim_1"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("@timeStamps true\n@data\n(0,1):a\n", "evenly spaced steps"),
        ("@classLabel true a\n@data\n1,2:a\n1,2\n", "2 parts .* found 1 in line 2"),
        ("@classLabel true a\n@data\n1,x2:a\n", "'dim_0', found '1,x2'"),
    ],
)
def test_what_it_cannot_read_it_says(tmp_path, text, message):
    with pytest.raises(ValueError, match=message):
        read(tmp_path, text)
