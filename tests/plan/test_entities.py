import polars as pl
import pytest

from labwright.plan.entities import entities

N = 600


def found(table, **columns):
    return [
        column.name
        for column in entities(table(pl.DataFrame(columns)).columns.values())
    ]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("ID", [1000 + i // 2 for i in range(N)]),
        ("user_id", [f"u{i % 50}" for i in range(N)]),
        ("subject", [i % 30 for i in range(N)]),
        ("household", [f"h{i % 90}" for i in range(N)]),
        ("patientId", [i // 3 * 11 for i in range(N)]),
    ],
)
def test_names_of_entities_with_several_rows(table, name, values):
    assert found(table, **{name: values, "x": range(N)}) == [name]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("id", [7 * i for i in range(N)]),
        ("customer_type", [("new", "old")[i % 2] for i in range(N)]),
        ("store_id", [i % 12 for i in range(N)]),
        ("area_code", [400 + i % 9 for i in range(N)]),
        ("account_length", [i % 90 for i in range(N)]),
        ("city", [f"c{i % 20}" for i in range(N)]),
    ],
)
def test_codes_of_rows_places_and_kinds_are_none(table, name, values):
    assert found(table, **{name: values}) == []


def test_persons_come_before_things_and_wider_groups_before_narrow_ones(table):
    columns = {
        "session_id": [f"s{i % 200}" for i in range(N)],
        "user_id": [f"u{i % 50}" for i in range(N)],
        "order_id": [f"o{i % 30}" for i in range(N)],
    }
    assert found(table, **columns) == ["user_id", "session_id", "order_id"]
