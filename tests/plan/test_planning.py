"""The whole plan: what is written down, and that it holds for the rows it is about."""

import json
from dataclasses import asdict
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from labwright.acquire.acquired import Metadata
from labwright.errors import UnusableError
from labwright.plan import plan
from labwright.task.model import Split

N = 400
RNG = np.random.default_rng(0)
PRICE = RNG.lognormal(4, 1, N)
HOUSES = pl.DataFrame(
    {
        "house_id": range(5000, 5000 + N),
        "area_m2": PRICE * RNG.uniform(0.5, 2, N),
        "rooms": [None if i % 7 == 0 else i % 5 + 1 for i in range(N)],
        "district": RNG.choice(["north", "south"], N),
        "built": [
            date(1950, 1, 1) + timedelta(days=int(d)) for d in RNG.integers(0, 9999, N)
        ],
        "sold": RNG.choice(["yes", "no"], N, p=[0.2, 0.8]),
        "garden": RNG.choice(["yes", "no"], N),
        "sale_price": PRICE,
    }
)


def planned(table, profile, task, output="The sale price", frame=HOUSES, **more):
    plain = more.pop("plain", False)
    metadata = more.pop("metadata", None)
    return plan(task(output, **more), profile(table(frame), metadata=metadata), plain)


def test_regression_from_words_to_constants(table, profile, task):
    made = planned(table, profile, task, evaluation_metric="mae")
    values = made.constants
    assert values["TARGETS"] == ["sale_price"]
    assert values["TARGETS_ARE_NUMBERS"] is True
    assert values["NUMBERS"] == ["area_m2", "rooms"]
    assert values["CATEGORIES"] == ["district", "sold", "garden"]
    assert values["IDENTIFIERS"] == ["house_id"]
    assert values["DATES"] == {"built": ""}
    assert "elapsed" in values["CALENDAR"]["built"]
    assert values["SPLIT_COLUMN"] is None
    assert values["LOSS"] == "huber"
    assert made.names == {
        "split_stratified": "split_random",
        "read_classes": "read_numbers",
        "fit_classes": "fit_log_numbers",
        "encode_classes": "encode_log_numbers",
        "decode_classes": "decode_log_numbers",
        "columns_of_classes": "columns_of_numbers",
        "more_about_classes": "more_about_numbers",
        "accuracy": "mae",
    }


def test_binary_classes_are_weighed_where_the_metric_asks(table, profile, task):
    made = planned(
        table, profile, task, "Whether the house is sold", evaluation_metric="f1"
    )
    assert made.constants["CLASSES"] == ["no", "yes"]
    assert made.constants["BALANCE_CLASSES"] is True
    assert made.constants["SPLIT_COLUMN"] == "sold"
    assert made.names == {"accuracy": "f1"}


def test_several_labels_and_plain_encoding(table, profile, task):
    made = planned(table, profile, task, target=("sold", "garden"), plain=True)
    assert made.constants["CLASSES"] == ["sold", "garden"]
    assert made.constants["LOSS"] == "binary_cross_entropy"
    assert made.names["read_classes"] == "read_labels"
    assert made.names["encode_features"] == "encode_plain"
    assert made.names["features_arguments"] == "plain_arguments"


def test_classes_written_as_numbers_are_whole(table, profile, task):
    frame = HOUSES.with_columns(grade=pl.int_range(pl.len()) % 3 + 1.0)
    made = planned(
        table, profile, task, "The grade", frame=frame, task_type="classification"
    )
    assert made.constants["CLASSES"] == ["1", "2", "3"]
    assert made.constants["TARGETS_ARE_NUMBERS"] is True


def test_group_and_time_columns_are_carried(table, profile, task):
    frame = HOUSES.with_columns(owner_id=pl.int_range(pl.len()) // 4)
    made = planned(table, profile, task, frame=frame)
    assert made.constants["SPLIT_RULE"] == "group"
    assert made.constants["SPLIT_COLUMN"] == "owner_id"
    assert "owner_id" in made.constants["IDENTIFIERS"]
    assert made.names["units_of_rows"] == "units_of_groups"
    by_time = planned(
        table, profile, task, split=Split(rule="time"), drop=("built",)
    ).constants
    assert by_time["SPLIT_COLUMN"] == "built"
    assert "built" in by_time["DATES"] and "built" not in by_time["CALENDAR"]


def test_every_decision_is_plain_data_with_a_reason(table, profile, task):
    made = planned(table, profile, task)
    json.dumps([asdict(decision) for decision in made.decisions], allow_nan=False)
    json.dumps(made.constants, allow_nan=False)
    assert all(decision.reason for decision in made.decisions)
    subjects = [decision.subject for decision in made.decisions]
    assert subjects[:3] == ["table", "recipe", "target"]
    assert {"metric", "split", "numbers", "loss", "d_model", "num_workers"} <= set(
        subjects
    )
    for decision in made.decisions:
        if decision.change:
            json.loads("{" + decision.change + "}")


def test_same_input_makes_the_same_plan(table, profile, task):
    assert planned(table, profile, task) == planned(table, profile, task)


def test_what_nearly_gives_the_target_away_is_reported(table, profile, task):
    near = HOUSES.with_columns(tax=pl.col("sale_price") * RNG.uniform(0.95, 1.05, N))
    made = planned(table, profile, task, frame=near)
    assert "tax" in made.constants["NUMBERS"]
    warning = next(w for w in made.warnings if "`tax`" in w)
    assert '"drop": ["tax"' in warning and "0.999" in warning


def test_target_in_another_form_is_no_input(table, profile, task):
    same = HOUSES.with_columns(log=pl.col("sale_price").log())
    made = planned(table, profile, task, frame=same)
    assert "log" not in made.constants["NUMBERS"]
    dropped = next(d for d in made.decisions if d.about == "log")
    assert dropped.choice == "dropped" and "rank correlation 1" in dropped.reason


def test_classes_too_small_for_three_parts_are_named(table, profile, task):
    frame = HOUSES.with_columns(
        kind=pl.when(pl.int_range(pl.len()) < 2)
        .then(pl.lit("rare"))
        .otherwise("district")
    )
    made = planned(table, profile, task, "The kind of the house", frame=frame)
    assert any("'rare' (2 rows)" in warning for warning in made.warnings)


def test_rows_without_a_target_are_counted(table, profile, task):
    frame = HOUSES.with_columns(
        sale_price=pl.when(pl.int_range(pl.len()) > 9).then("sale_price")
    )
    made = planned(table, profile, task, frame=frame)
    rows = next(d for d in made.decisions if d.subject == "rows")
    assert rows.choice == N - 10
    assert "10 rows of 400 lack `sale_price`" in rows.reason


def test_test_table_of_a_competition_is_for_predict(table, profile, task):
    new = table(HOUSES.drop("sale_price").head(50), "test.csv")
    facts = profile(table(HOUSES, "train.csv"), new)
    made = plan(task("Anything"), facts)
    assert made.constants["TARGETS"] == ["sale_price"]
    assert made.constants["TABLES"] == ["train.csv"]
    assert made.predicts == ("test.csv",)


@pytest.mark.parametrize(
    ("frame", "more", "words"),
    [
        (HOUSES.head(12), {}, "at least 20 rows"),
        (HOUSES, {"max_rows": 10}, "at least 20 rows"),
        (HOUSES.select("house_id", "sale_price"), {}, "at least one column"),
    ],
)
def test_too_little_is_one_clear_error(table, profile, task, frame, more, words):
    with pytest.raises(UnusableError, match=words):
        planned(table, profile, task, frame=frame, **more)


def test_metadata_of_the_source_is_used(table, profile, task):
    made = planned(table, profile, task, "?", metadata=Metadata(target="district"))
    assert made.constants["TARGETS"] == ["district"]
