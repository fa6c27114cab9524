import polars as pl
import pytest

from labwright.acquire.acquired import Metadata
from labwright.errors import NoTargetError, SeveralTablesError
from labwright.plan.tables import choose_table

ROWS = 40
TRAIN = pl.DataFrame(
    {
        "id": range(ROWS),
        "age": [i % 30 for i in range(ROWS)],
        "fare": [i / 3 for i in range(ROWS)],
        "survived": [i % 2 for i in range(ROWS)],
    }
)


def test_one_table_is_taken(table, task):
    choice = choose_table(task("Survived"), [table(TRAIN)], Metadata())
    assert choice.reason == "the only table: 40 rows, 4 columns"


def test_table_without_the_target_is_what_predict_is_for(table, task):
    tables = [
        table(
            pl.DataFrame({"id": range(ROWS), "survived": 0}), "sample_submission.csv"
        ),
        table(TRAIN.drop("survived"), "test.csv"),
        table(TRAIN, "train.csv"),
    ]
    choice = choose_table(task("Anything"), tables, Metadata())
    assert choice.table is tables[2]
    assert choice.withheld == ("survived",)
    assert choice.predicts == ("test.csv",)
    assert "test.csv has the same columns without it" in choice.reason


def test_submission_says_which_of_several_lacking_columns_is_asked_for(table, task):
    train = TRAIN.with_columns(casual=pl.col("fare") * 2)
    tables = [
        table(train, "train.csv"),
        table(train.drop("survived", "casual"), "test.csv"),
        table(train.select("id", "survived"), "sampleSubmission.csv"),
    ]
    choice = choose_table(task("Anything"), tables, Metadata())
    assert choice.withheld == ("survived",)


def test_table_that_the_words_name_is_taken(table, task):
    other = pl.DataFrame({"shop": range(ROWS), "city": ["a", "b"] * 20})
    tables = [table(other, "shops.csv"), table(TRAIN, "people.csv")]
    choice = choose_table(task("Whether the passenger survived"), tables, Metadata())
    assert choice.table is tables[1]


def test_doubt_lists_the_files_with_their_columns(table, task):
    other = TRAIN.rename({"age": "years"})
    tables = [table(TRAIN, "a.csv"), table(other, "b.csv")]
    with pytest.raises(SeveralTablesError) as caught:
        choose_table(task("Whether the passenger survived"), tables, Metadata())
    assert caught.value.candidates == ("a.csv", "b.csv")
    assert "`years`" in caught.value.found
    assert '"file": "a.csv"' in caught.value.fix


def test_target_asked_for_that_no_table_has(table, task):
    tables = [table(TRAIN, "a.csv"), table(TRAIN.rename({"age": "x"}), "b.csv")]
    with pytest.raises(NoTargetError):
        choose_table(task(target="nothing"), tables, Metadata())
