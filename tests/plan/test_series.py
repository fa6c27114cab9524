"""Whole series are found in tables of every form, and what is no series is left alone."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from labwright.acquire.acquired import Acquired, Metadata, TableFile
from labwright.parts.arrange import arrange_long
from labwright.plan import plan
from labwright.plan.series import find_series
from labwright.plan.series.encoding import many_magnitudes, patch_size
from labwright.plan.series.wide import is_even, step_of
from labwright.profile.facts import Profile
from labwright.profile.measure import measure
from labwright.task.model import Source, Task

RNG = np.random.default_rng(0)
FILE = TableFile("x.csv", "read_csv", {}, ())


def task(**values):
    source = Source(type="local", identifier="x.csv")
    return Task(**({"name": "x", "data_sources": (source,)} | values))


def profiled(table, tmp_path, metadata=None):
    acquired = Acquired(
        "fetch_local", "x.csv", None, {"x.csv": "0" * 64}, "keep_files", (FILE,), {},
        metadata or Metadata(), tmp_path, 1, None,
    )  # fmt: skip
    facts = measure(table, (FILE,))
    return Profile(acquired, (replace(facts, file_rows=(len(table),)),))


def found(table, tmp_path, **words):
    profile = profiled(table, tmp_path)
    return find_series(task(**words), profile.tables[0], profile.acquired)


def walks(rows=60, steps=24):
    return RNG.normal(size=(rows, steps)).cumsum(axis=1).round(3)


def wide(values, stem="t", **more):
    steps = {f"{stem}{i}": values[:, i] for i in range(values.shape[1])}
    return pl.DataFrame(steps | {"label": ["a", "b"] * (len(values) // 2)} | more)


def long(series=40, steps=10):
    rows = [
        {
            "trial": f"r{i}",
            "time": t,
            "x": RNG.normal(),
            "y": RNG.normal(),
            "label": i % 2,
        }
        for i in range(series)
        for t in range(steps)
    ]
    return pl.DataFrame(rows).sample(fraction=1, shuffle=True, seed=0)


# ---- what is found


@pytest.mark.parametrize("stem", ["t", "power_", "", "Hour "])
def test_numbered_columns_of_neighbours_that_are_alike(tmp_path, stem):
    choice = found(wide(walks(), stem), tmp_path, target="label")
    assert choice.arrangement.form == "wide"
    (columns,) = choice.arrangement.channels.values()
    assert columns == tuple(f"{stem}{i}" for i in range(24))
    assert "24 evenly numbered steps" in choice.reason
    assert choice.change == '"recipe": "table"'
    assert choice.table.columns.keys() == {"label", *choice.columns}
    assert choice.table.table[choice.columns[0]].list.len().unique().to_list() == [24]


def test_gaps_hide_no_series(tmp_path):
    values = walks()
    for i, row in enumerate(values):
        row[12 + i % 12 :] = np.nan  # of unequal length
    values[::3, 5] = np.nan
    table = wide(values).fill_nan(None)
    choice = found(table, tmp_path, target="label")
    assert choice.arrangement.form == "wide"


def test_several_channels_of_equal_numbers(tmp_path):
    table = wide(walks(), "x").hstack(wide(walks(), "y").drop("label"))
    choice = found(table, tmp_path)
    assert choice.columns == ("x", "y")
    assert "of 2 channels" in choice.reason


@pytest.mark.parametrize(
    ("stem", "values", "words"),
    [
        ("V", RNG.normal(size=(60, 24)), {}),  # components without an order
        ("q", RNG.integers(1, 5, (60, 24)), {}),
        ("pixel", walks(), {}),
        ("x", walks(), {"description": "Handwritten letters as images."}),
        ("x", walks(steps=6), {}),
        ("t", RNG.normal(size=(60, 24)), {}),
    ],
)
def test_numbered_columns_that_are_no_series(tmp_path, stem, values, words):
    assert found(wide(values, stem), tmp_path, **words) is None


def test_steps_beside_many_other_columns_are_a_table(tmp_path):
    other = {f"feature{c}": RNG.normal(size=60) for c in "abcdefgh"}
    assert found(wide(walks(), **other), tmp_path) is None
    assert found(wide(walks(), **other), tmp_path, recipe="series") is not None


def test_a_target_among_the_steps_is_none(tmp_path):
    choice = found(wide(walks()), tmp_path, target="t23")
    (columns,) = choice.arrangement.channels.values()
    assert "t23" not in columns


def test_rows_that_are_steps(tmp_path):
    table = long()
    choice = found(table, tmp_path, target="label")
    arrangement = choice.arrangement
    assert (arrangement.form, arrangement.keys) == ("long", ("trial", "time"))
    assert choice.columns == ("x", "y")
    assert "40 series of 10 steps" in choice.reason
    assert choice.table.rows == 40
    assert choice.table.columns["trial"].why == "it names the 40 series"
    assert dict(choice.table.columns["label"].values) == {"0": 20, "1": 20}
    channels = {"x": ["x"], "y": ["y"]}
    expected = arrange_long(measure(table, ()).table, channels, ["trial", "time"])
    assert choice.table.table.equals(expected)


@pytest.mark.parametrize(
    "change",
    [
        {"label": pl.Series(RNG.integers(0, 2, 400))},  # differs within a series
        {"time": pl.Series([1] * 400)},  # does not tell steps apart
        {"trial": pl.Series([f"r{i}" for i in range(400)])},  # a row each
    ],
)
def test_rows_that_are_no_steps(tmp_path, change):
    table = long().with_columns(**change)
    assert found(table, tmp_path, target="label") is None


def test_lists_of_numbers_are_series_and_labels_are_not(tmp_path):
    series = [[float(i), 1.5, 2.0, 3.0, 4.0] for i in range(40)]
    table = pl.DataFrame(
        {"wave": series, "labels": [[1, 2, 3, 4, 5]] * 40, "y": [0, 1] * 20}
    )
    assert found(table, tmp_path).columns == ("wave",)
    assert found(table.drop("wave"), tmp_path) is None
    assert found(pl.DataFrame({"x": [[1, 2]] * 40, "y": [0, 1] * 20}), tmp_path) is None


def test_sequences_are_another_recipe_s(tmp_path):
    assert found(wide(walks()), tmp_path, task_type="sequence") is None


# ---- names and rules


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("t12", ("t", 12)),
        ("acc_x_7", ("acc_x", 7)),
        ("1100.5", ("", 1100.5)),
        ("2020-03-01", ("", 737485)),
        ("label", None),
    ],
)
def test_steps_are_read_from_names(name, step):
    assert step_of(name) == step


def test_months_count_as_even_steps():
    assert is_even([31, 59, 90, 120]) is True
    assert is_even([1, 2, 4, 8]) is False
    assert is_even([3, 2, 1]) is False


@pytest.mark.parametrize(
    ("longest", "patch"), [(1, 1), (20, 1), (24, 2), (150, 8), (1000, 16), (10_000, 40)]
)
def test_patches_leave_few_tokens_of_short_series_and_bound_long_ones(longest, patch):
    assert patch_size(longest) == patch


def test_many_magnitudes():
    assert many_magnitudes(np.exp(RNG.normal(0, 3, 10_000)))
    assert not many_magnitudes(RNG.normal(size=10_000))
    assert not many_magnitudes(np.full(5, np.nan))
    assert not many_magnitudes(np.ones(5))


# ---- the whole plan


def reasons(made):
    return {d.subject: d.reason for d in made.decisions}


def test_the_plan_of_unequal_series_with_gaps(tmp_path):
    lists = [
        [None if (i + t) % 7 == 0 else float(np.sin(t) * i) for t in range(5 + i % 9)]
        for i in range(60)
    ]
    table = pl.DataFrame(
        {"wave": lists, "kind": ["a", "b", "c"] * 20, "age": RNG.normal(size=60)}
    )
    made = plan(task(target="kind"), profiled(table, tmp_path))
    assert made.recipe == "series"
    assert made.constants["CHANNELS"] == {"wave": ["wave"]}
    assert made.constants["PATCH"] == 1
    said = reasons(made)
    assert "5 to 13 steps" in said["steps"]
    assert "no value: masked" in said["gaps"]
    assert "reads `wave` alone" in said["column"]


def test_the_plan_of_a_long_table_says_how_its_columns_are_read(tmp_path):
    table = long().with_columns(
        pl.col("x").round(2).cast(pl.String).str.replace(".", ",", literal=True),
        pl.col("time").cast(pl.String),
    )
    made = plan(task(target="label"), profiled(table, tmp_path))
    constants = made.constants
    assert made.names["arrange_lists"] == "arrange_long"
    assert constants["SERIES_KEYS"] == ["trial", "time"]
    assert constants["NUMBERS"] == ["x", "y", "time"]
    assert constants["WRITTEN_NUMBERS"] == {"x": ","}
    assert constants["IDENTIFIERS"] == ["trial"]
    assert "400 rows of 2 columns become 40 series" in reasons(made)["table of series"]


def test_classes_that_a_source_names_are_classes(tmp_path):
    names = tuple(str(i) for i in range(15))
    lists = [[float(i), *RNG.normal(size=6)] for i in range(150)]
    table = pl.DataFrame({"dim_0": lists, "class": [str(i % 15) for i in range(150)]})
    metadata = Metadata(target="class", class_names={"class": names})
    made = plan(task(), profiled(table, tmp_path, metadata))
    assert made.constants["CLASSES"] == list(names)
    assert "names 15 classes" in reasons(made)["task_type"]


def test_series_without_a_value_are_counted(tmp_path):
    lists = [[float(i)] * 6 if i % 10 else [] for i in range(60)]
    table = pl.DataFrame({"wave": lists, "y": ["a", "b"] * 30})
    made = plan(task(target="y"), profiled(table, tmp_path))
    assert any("have no value at all" in warning for warning in made.warnings)
