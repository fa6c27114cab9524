"""From the words of a task and several files to one table, as a person would have them."""

import json
from datetime import date, datetime, timedelta

import polars as pl
import pytest

from labwright.acquire import acquire
from labwright.errors import JoinError, SeveralTablesError, TaskError
from labwright.plan import plan
from labwright.plan.made import make_table
from labwright.plan.tables import choose_table
from labwright.profile import profile
from labwright.task.read import read_task

DAYS = [date(2024, 1, 1) + timedelta(days=i) for i in range(120)]
HIRES = pl.DataFrame(
    {
        "date": [day.isoformat() for day in DAYS],
        "hires": [100.0 + 7 * (i % 11) + i % 5 for i in range(120)],
        "staff": [i % 4 + 0.5 for i in range(120)],
    }
)
WEATHER = pl.DataFrame(
    {
        "day": [f"{day:%d.%m.%Y}" for day in DAYS],
        "rain": [float(i % 7) for i in range(120)],
        "staff": [float(i % 3) for i in range(120)],
    }
)
TASK = {
    "name": "hires",
    "description": "How many bicycles are hired?",
    "target": "hires",
}


@pytest.fixture
def given(tmp_path):
    """Facts of files, and the task that names them."""

    def facts(sources, **task):
        listed = []
        for name, table in sources.items():
            more = {}
            if isinstance(table, tuple):
                table, more = table
            path = tmp_path / f"{name}"
            path.parent.mkdir(parents=True, exist_ok=True)
            write = table.write_parquet if name.endswith("parquet") else table.write_csv
            write(path)
            listed.append({"identifier": name, **more})
        file = tmp_path / "task.json"
        file.write_text(json.dumps({**TASK, "data_sources": listed, **task}))
        read = read_task(file, workspace=tmp_path).task
        raw = tmp_path / "experiments" / "x" / "data" / "raw"
        return read, profile(acquire(read, raw, tmp_path, progress=False))

    return facts


def made_of(given, sources, **task):
    read, facts = given(sources, **task)
    choice = choose_table(read, facts.tables, facts.acquired.metadata)
    return make_table(read, facts, choice)


def about(made, subject):
    return [d for d in made.decisions if d.subject == subject]


# ---- files


def test_headers_that_come_again_are_told(given):
    days = HIRES.cast(pl.String)
    header = pl.DataFrame({name: [name] for name in days.columns})
    made = made_of(given, {"hires.csv": pl.concat([days, header])})
    assert made.table.rows == len(days)
    says = "1 line of `hires.csv` says what the header says, and is no row."
    assert made.warnings == (says,)


# ---- joins


def test_two_sources_are_joined_by_their_clear_key(given):
    made = made_of(given, {"hires.csv": HIRES, "weather.csv": WEATHER})
    assert made.table.table.columns == ["date", "hires", "staff", "rain", "staff_2"]
    assert made.table.table["rain"].to_list() == WEATHER["rain"].to_list()
    (decision,) = about(made, "join")
    assert decision.choice == "weather.csv by `date` = `day` by day"
    assert "100 % of the rows match, one row each" in decision.reason
    (key,) = made.constants["JOINS"][0]["on"]
    assert key["written"] == {"left": "%Y-%m-%d", "right": "%d.%m.%Y"}
    assert made.folders == ("joined",)


def test_a_source_is_called_as_it_was_used(given):
    alternative = {"identifier": "nowhere.csv", "alternatives": ["hires.csv"]}
    made = made_of(given, {"hires.csv": (HIRES, alternative), "weather.csv": WEATHER})
    (decision,) = about(made, "sources")
    assert decision.choice == ["hires.csv", "weather.csv"]
    assert "`hires.csv` holds the target" in decision.reason


def test_the_target_decides_which_table_keeps_its_rows(given):
    made = made_of(given, {"weather.csv": WEATHER, "hires.csv": HIRES[:90]})
    assert [file.path for file in made.table.files] == ["hires.csv"]
    assert made.table.rows == 90
    says = "`hires.csv` holds the target; `weather.csv` is joined to it"
    assert about(made, "sources")[0].reason == says


def test_without_a_clear_key_the_candidates_and_the_line_are_shown(given):
    sparse = WEATHER[::9].rename({"day": "date", "staff": "wind"})
    with pytest.raises(JoinError) as told:
        made_of(given, {"hires.csv": HIRES, "holidays.csv": sparse})
    assert "`date` by day: 11.7 % of the rows match, one row each" in told.value.found
    assert told.value.key == "data_sources[1].join"
    assert told.value.candidates[0] == '"join": {"on": "date", "how": "left"}'
    assert told.value.candidates[0] in told.value.fix


def test_the_candidate_of_an_error_is_what_the_task_may_say(given):
    sparse = WEATHER[::9].rename({"day": "date", "staff": "wind"})
    join = {"join": {"on": "date", "how": "left"}}
    made = made_of(given, {"hires.csv": HIRES, "holidays.csv": (sparse, join)})
    assert made.table.columns["rain"].missing == 106
    assert "the task file says so" in about(made, "join")[0].reason


def test_hints_that_name_the_columns_decide(given):
    sparse = WEATHER[::9].rename({"day": "date", "staff": "wind"})
    hints = "Counts are of whole days. Join the holidays on the date."
    made = made_of(
        given, {"hires.csv": HIRES, "holidays.csv": sparse}, preprocessing_hints=hints
    )
    assert "the hints name its columns" in about(made, "join")[0].reason


def test_two_keys_that_are_as_clear_are_not_guessed_between(given):
    trips = pl.DataFrame(
        {
            "from": ["Oslo", "Rome", "Bern", "Lima"] * 30,
            "to": ["Rome", "Bern", "Lima", "Oslo"] * 30,
            "hires": HIRES["hires"],
        }
    )
    cities = pl.DataFrame(
        {"city": ["Oslo", "Rome", "Bern", "Lima"], "people": [7.0, 28.0, 1.0, 100.0]}
    )
    with pytest.raises(JoinError) as told:
        made_of(given, {"trips.csv": trips, "cities.csv": cities})
    lines = '"join": {"on": {"from": "city"}', '"join": {"on": {"to": "city"}'
    assert all(any(c.startswith(x) for c in told.value.candidates) for x in lines)
    join = {"join": {"on": {"to": "city"}}}
    made = made_of(given, {"trips.csv": trips, "cities.csv": (cities, join)})
    assert made.table.table["people"].to_list()[:4] == [28.0, 1.0, 100.0, 7.0]


def test_nearest_earlier_never_takes_the_same_day_or_a_later_one(given):
    join = {"join": {"on": {"date": "day"}, "how": "nearest_earlier"}}
    made = made_of(given, {"hires.csv": HIRES, "weather.csv": (WEATHER, join)})
    assert made.table.table["rain"].to_list() == [None, *WEATHER["rain"].to_list()[:-1]]


def test_the_day_before_is_the_latest_whole_day_of_an_hour(given):
    hours = [datetime(2024, 1, 1) + timedelta(hours=6 * i) for i in range(120)]
    base = pl.DataFrame(
        {"time": [f"{hour:%Y-%m-%d %H:%M}" for hour in hours], "hires": HIRES["hires"]}
    )
    made = made_of(given, {"hires.csv": base, "weather.csv": WEATHER})
    assert made.table.table["rain"].to_list()[:6] == [0.0] * 4 + [1.0] * 2
    assert "which is not over at `time`" in made.warnings[0]
    assert '"how": "nearest_earlier"' in made.warnings[0]
    join = {"join": {"on": {"time": "day"}, "how": "nearest_earlier"}}
    made = made_of(given, {"hires.csv": base, "weather.csv": (WEATHER, join)})
    assert made.table.table["rain"].to_list()[:9] == [None] * 4 + [0.0] * 4 + [1.0]


def test_an_inner_join_leaves_rows_out_and_says_how_many(given):
    join = {"join": {"on": {"date": "day"}, "how": "inner"}}
    made = made_of(given, {"hires.csv": HIRES, "weather.csv": (WEATHER[:100], join)})
    assert (made.table.rows, made.table.file_rows) == (100, (100,))
    assert "20 rows without a match left out" in about(made, "join")[0].reason


def test_rows_that_repeat_a_key_never_multiply_and_are_told(given):
    twice = pl.concat([WEATHER, WEATHER[:5].with_columns(pl.col("rain") + 50)])
    join = {"join": {"on": {"date": "day"}}}
    made = made_of(given, {"hires.csv": HIRES, "weather.csv": (twice, join)})
    assert made.table.rows == 120
    assert made.table.table["rain"].max() == 6.0
    assert "5 rows of weather.csv repeat a value of `day`" in made.warnings[0]
    with pytest.raises(JoinError):
        made_of(given, {"hires.csv": HIRES, "weather.csv": twice})


def test_columns_that_are_the_same_in_both_are_taken_once(given):
    both = WEATHER.with_columns(HIRES["staff"])
    made = made_of(given, {"hires.csv": HIRES, "weather.csv": both})
    assert made.table.table.columns == ["date", "hires", "staff", "rain"]
    assert "`staff` are the same in both" in about(made, "join")[0].reason


def test_a_table_may_be_joined_by_a_column_of_another(given):
    codes = pl.DataFrame({"code": ["a", "b", "c"], "size": [1.0, 2.0, 3.0]})
    weather = WEATHER.with_columns(pl.Series("code", ["a", "b", "c"] * 40))
    sources = {"hires.csv": HIRES, "codes.csv": codes, "weather.csv": weather}
    made = made_of(given, sources)
    assert [join["tables"] for join in made.constants["JOINS"]] == [
        ["weather.csv"],
        ["codes.csv"],
    ]
    assert made.table.table["size"].to_list() == [1.0, 2.0, 3.0] * 40


def test_labels_in_one_file_and_columns_in_another(given):
    ids = [f"p{i:03}" for i in range(120)]
    labels = pl.DataFrame({"id": ids[::-1], "hires": HIRES["hires"]})
    rows = pl.DataFrame({"id": ids, "heat": [i + 0.5 for i in range(120)]})
    made = made_of(given, {"columns.parquet": rows, "labels.csv": labels})
    assert made.table.table["heat"].to_list() == [i + 0.5 for i in range(119, -1, -1)]
    assert made.constants["READERS"] == {
        "read_csv": "read_csv",
        "read_parquet": "read_parquet",
    }


@pytest.mark.parametrize(
    ("join", "says"),
    [
        ({"on": "dat"}, "Did you mean 'date'?"),
        ({"on": {"date": "days"}}, "Did you mean 'day'?"),
        ({"on": {"date": "rain"}}, "columns of one type"),
        ({"on": {"staff": "rain"}, "how": "nearest_earlier"}, "a date as the last"),
    ],
)
def test_a_join_that_is_impossible_is_told(given, join, says):
    with pytest.raises(TaskError, match=says) as told:
        made_of(given, {"hires.csv": HIRES, "weather.csv": (WEATHER, {"join": join})})
    assert told.value.key == "data_sources[1].join.on"


def test_a_join_may_be_said_from_the_side_of_the_other_table(given):
    for join in ({"on": {"day": "date"}}, {"on": {"date": "day"}}):
        sources = {"weather.csv": WEATHER, "hires.csv": (HIRES, {"join": join})}
        assert "rain" in made_of(given, sources).table.columns


# ---- parts and mirrors


def test_parts_are_stacked_and_repeats_counted(given):
    made = made_of(given, {"a.csv": HIRES[:70], "b.csv": HIRES[60:]})
    assert made.table.rows == 130
    assert "10 rows of `a.csv` and `b.csv` repeat" in about(made, "sources")[0].reason
    assert (made.folders, made.constants) == ((), {})


def test_a_mirror_is_named_and_not_stacked(given):
    made = made_of(given, {"a.csv": HIRES, "b.parquet": HIRES[::-1]})
    assert made.table.rows == 120
    assert "`b.parquet` has the rows of `a.csv`" in about(made, "sources")[0].reason


def test_new_rows_in_a_source_of_their_own_are_not_joined(given):
    new = HIRES.drop("hires")
    read, facts = given({"train.csv": HIRES, "test.csv": new})
    assert plan(read, facts).predicts == ("test.csv",)


# ---- columns made and rows chosen


def test_columns_are_made_and_rows_chosen_before_anything_is_decided(given):
    made = made_of(
        given,
        {"hires.csv": HIRES},
        derive={"busy": "hires > 130", "weekday": "EXTRACT(isodow FROM date)"},
        where="staff >= 1 AND busy IS NOT NULL",
        target="busy",
    )
    assert made.table.rows == 90
    assert made.table.columns["busy"].kind == "boolean"
    assert made.table.columns["weekday"].whole is True
    assert made.constants["USED"]["numbers"] == ["hires", "staff"]
    assert made.constants["USED"]["dates"] == {"date": "%Y-%m-%d"}
    assert "90 of 120 rows, 75 %" in about(made, "where")[0].reason
    assert made.folders == ("made",)


def test_what_the_target_is_made_of_is_no_input(given):
    read, facts = given(
        {"hires.csv": HIRES, "weather.csv": WEATHER},
        derive={"busy": "hires > 130", "very": "hires > 150", "wet": "rain > 3"},
        target="busy",
    )
    planned = plan(read, facts)
    dropped = {d.about: d.reason for d in planned.decisions if d.subject == "column"}
    assert dropped["hires"] == "`busy` is made of it"
    assert dropped["very"] == "it is made of `hires`, and so is `busy`"
    assert "wet" in planned.constants["CATEGORIES"] + planned.constants["NUMBERS"]
    assert planned.folders == ("made", "joined", "joined_made")
    assert "read_csv" not in planned.names


@pytest.mark.parametrize(
    ("keys", "about"),
    [
        ({"derive": {"a": "hires > AVG(hires)"}}, "derive.a"),
        ({"derive": {"staff": "hires * 2"}}, "derive"),
        ({"derive": {"a": "hire * 2"}}, "derive.a"),
        ({"derive": {"a": "NULLIF(hires, hires)"}}, "derive.a"),
        ({"where": "hires"}, "where"),
        ({"where": "hires > 9000"}, "where"),
        ({"where": "hires > MEDIAN(hires)"}, "where"),
    ],
)
def test_what_cannot_be_made_is_told(given, keys, about):
    with pytest.raises(TaskError) as told:
        made_of(given, {"hires.csv": HIRES}, **keys)
    assert told.value.key == about


def test_a_where_that_leaves_ambiguous_dates_reads_them_as_all_rows_do(given):
    early = HIRES.with_columns(
        pl.Series("date", WEATHER["day"].str.replace_all(r"\.", "/"))
    )
    made = made_of(given, {"hires.csv": early}, where="EXTRACT(day FROM date) <= 12")
    assert made.table.columns["date"].date_format == "%d/%m/%Y"
    assert set(made.table.table["date"].dt.month().unique()) == {1, 2, 3, 4}


def test_tables_of_one_source_are_not_joined(given, tmp_path):
    HIRES.write_csv(tmp_path / "hires.csv")
    WEATHER.write_csv(tmp_path / "weather.csv")
    (tmp_path / "data").mkdir()
    HIRES.write_csv(tmp_path / "data" / "hires.csv")
    made = made_of(given, {"data/weather.csv": WEATHER}, data_sources=["data"])
    assert made.table.table.columns == HIRES.columns
    with pytest.raises(SeveralTablesError):
        made_of(
            given,
            {"data/weather.csv": WEATHER},
            data_sources=["data"],
            target=None,
            name="x",
            description="",
        )
