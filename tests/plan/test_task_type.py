import polars as pl
import pytest

from labwright.errors import TaskTypeError, UnusableError
from labwright.plan.task_type import choose_type

N = 200
FRAME = pl.DataFrame(
    {
        "price": [i / 7 for i in range(N)],
        "stars": [i % 5 for i in range(N)],
        "digit": [i % 10 for i in range(N)],
        "city": [("x", "y", "z")[i % 3] for i in range(N)],
        "left": [("no", "yes")[i % 2] for i in range(N)],
        "sick": [i % 2 for i in range(N)],
        "tags": [["a", "b"][: i % 3] for i in range(N)],
        "code": [f"code {i}" for i in range(N)],
        "same": ["a"] * N,
    }
)


def kind(table, task, *targets, **more):
    columns = table(FRAME).columns
    return choose_type(task(**more), [columns[name] for name in targets])


@pytest.mark.parametrize(
    ("target", "form"),
    [
        ("price", "regression"),
        ("stars", "multiclass"),
        ("city", "multiclass"),
        ("left", "binary"),
        ("sick", "binary"),
        ("tags", "multilabel"),
    ],
)
def test_form_follows_the_values(table, task, target, form):
    assert kind(table, task, target).form == form


def test_a_source_that_names_classes_has_classes(table, task):
    column = table(FRAME.select(pl.col("digit") * 3 + 1)).columns["digit"]
    many = [str(3 * i + 1) for i in range(10)]
    assert choose_type(task(), [column], many).form == "multiclass"
    asked = task(evaluation_metric="rmse")
    assert choose_type(asked, [column], many).form == "regression"


def test_metric_and_words_decide_what_values_leave_open(table, task):
    assert kind(table, task, "stars", evaluation_metric="rmse").form == "regression"
    counted = kind(table, task, "stars", output_description="The number of stars")
    assert counted.form == "regression"
    assert kind(table, task, "digit", evaluation_metric="accuracy").form == "multiclass"


def test_several_targets(table, task):
    assert kind(table, task, "price", "stars").form == "regression"
    assert kind(table, task, "left", "sick").form == "multilabel"
    with pytest.raises(TaskTypeError) as caught:
        kind(table, task, "price", "city")
    assert "`city`" in caught.value.found


@pytest.mark.parametrize(
    ("target", "given", "fix"),
    [
        ("price", "classification", '"task_type": "regression"'),
        ("city", "regression", '"task_type": "classification"'),
        ("code", "classification", "Name another target"),
        ("tags", "regression", '"task_type": "classification"'),
        ("price", "sequence", '"task_type": "regression"'),
    ],
)
def test_contradiction_says_what_to_change(table, task, target, given, fix):
    with pytest.raises(TaskTypeError) as caught:
        kind(table, task, target, task_type=given)
    assert fix in caught.value.fix


def test_single_value_cannot_be_learned(table, task):
    with pytest.raises(UnusableError, match="at least two distinct values"):
        kind(table, task, "same")
