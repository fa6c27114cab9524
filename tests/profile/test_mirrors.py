"""Files of one set: parts are stacked, mirrors are alternatives."""

from datetime import date

import polars as pl

from labwright.acquire.acquired import Acquired, Metadata, TableFile
from labwright.errors import ReadError
from labwright.profile import profile
from labwright.profile.mirrors import Read, repeated_rows, without_mirrors

ROWS = pl.DataFrame(
    {
        "day": [date(2024, 1, 1 + i) for i in range(20)],
        "hires": [float(10 * i) for i in range(20)],
        "city": ["Oslo", "Rome"] * 10,
    }
)


def read(path: str, table: pl.DataFrame, reader: str = "read_csv") -> Read:
    texts = table.cast(pl.String) if reader == "read_csv" else table
    return Read(TableFile(path, reader, {}, tuple(table.columns)), texts)


def mirrors(*group: Read, official: tuple[str, ...] = ()):
    kept, found = without_mirrors(group, dict.fromkeys(official, "train"))
    return [one.file.path for one in kept], dict(found)


def test_equal_rows_in_another_order_and_format_are_a_mirror():
    shuffled = ROWS.sample(fraction=1, shuffle=True, seed=1)
    group = read("a.csv", ROWS), read("b.csv", shuffled)
    assert mirrors(*group) == (["a.csv"], {"b.csv": "a.csv"})
    typed = read("b.parquet", shuffled, "read_parquet")
    assert mirrors(group[0], typed) == (["a.csv"], {"b.parquet": "a.csv"})


def test_an_older_copy_is_a_mirror_of_the_whole():
    group = read("old.csv", ROWS[:15]), read("new.csv", ROWS)
    assert mirrors(*group) == (["new.csv"], {"old.csv": "new.csv"})


def test_parts_are_no_mirrors_even_if_the_source_repeats_rows_in_them():
    one, two = read("a.csv", ROWS[:12]), read("b.csv", ROWS[10:])
    assert mirrors(one, two) == (["a.csv", "b.csv"], {})
    assert repeated_rows([one, two]) == 2
    train, test = read("train.csv", ROWS), read("test.csv", ROWS[:10])
    official = ("train.csv", "test.csv")
    assert mirrors(train, test, official=official) == (["train.csv", "test.csv"], {})


def test_few_values_that_coincide_make_no_mirror():
    city = ROWS.select("city")
    group = read("a.csv", city), read("b.csv", city[:10])
    assert mirrors(*group) == (["a.csv", "b.csv"], {})


def acquired(folder, tables, joined=()):
    return Acquired(
        fetch="fetch_local",
        source="data",
        revision=None,
        files={table.path: None for table in tables},
        unpacked="keep_files",
        tables=tuple(tables),
        official={},
        metadata=Metadata(),
        folder=folder,
        size=0,
        max_bytes=None,
        joined=joined,
    )


def files(folder, *sources):
    ROWS.write_csv(folder / "a.csv")
    ROWS[::-1].write_csv(folder / "b.csv")
    names = tuple(ROWS.columns)
    return [
        TableFile(f"{'ab'[n]}.csv", "read_csv", {"separator": ","}, names, n)
        for n in sources
    ]


def test_a_profile_leaves_a_mirror_out_and_says_so(tmp_path):
    (table,) = profile(acquired(tmp_path, files(tmp_path, 0, 1))).tables
    assert (table.rows, table.mirrors) == (20, (("b.csv", "a.csv"),))


def test_a_source_that_is_to_be_joined_is_a_table_of_its_own(tmp_path):
    two = profile(acquired(tmp_path, files(tmp_path, 0, 1), joined=(1,))).tables
    assert [table.files[0].source for table in two] == [0, 1]


def test_parts_in_several_formats_are_told(tmp_path):
    (first, _) = files(tmp_path, 0, 1)
    ROWS.with_columns(pl.col("hires") + 5).write_parquet(tmp_path / "b.parquet")
    other = TableFile("b.parquet", "read_parquet", {}, first.columns, 1)
    try:
        profile(acquired(tmp_path, [first, other]))
    except ReadError as told:
        assert "a.csv (csv), b.parquet (parquet)" in told.found
        assert told.key == "data_sources[1]"
    else:
        raise AssertionError("two formats were stacked")
