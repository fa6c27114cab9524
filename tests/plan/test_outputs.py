import polars as pl
import pytest

from labwright.errors import TaskError
from labwright.plan.outputs import choose_classes, count_classes


def classes(task, values, output="", form="binary", **more):
    rows = pl.DataFrame({"t": values})
    return list(choose_classes(task(output, **more), rows, ["t"], form).names)


@pytest.mark.parametrize(
    ("values", "output", "expected"),
    [
        (["yes", "no", "yes"], "", ["no", "yes"]),
        ([1.0, 0.0, 1.0], "", ["0", "1"]),
        (["good", "bad", "good"], "Is the loan good or bad", ["good", "bad"]),
        (["Churned", "Stayed", "Churned"], "Whether they churn", ["Stayed", "Churned"]),
        (["spam", "not spam", "spam"], "", ["not spam", "spam"]),
        (["M", "B", "B"], "Benign or malignant", ["B", "M"]),
        ([2.0, 4.0, 2.0], "", ["2", "4"]),
    ],
)
def test_positive_class_is_last(task, values, output, expected):
    assert classes(task, values, output) == expected


def test_positive_class_can_be_chosen(task):
    assert classes(task, ["a", "b", "b"], positive_class="B") == ["a", "b"]
    with pytest.raises(TaskError) as caught:
        classes(task, ["a", "b", "b"], positive_class="c")
    assert caught.value.candidates == ("a", "b")
    with pytest.raises(TaskError, match="not two"):
        classes(task, ["a", "b", "c"], form="multiclass", positive_class="c")


def test_several_classes_stand_in_their_own_order(task):
    assert classes(task, ["b", "a", "c"], form="multiclass") == ["a", "b", "c"]
    numbers = classes(task, [10.0, 9.0, 1.0], form="multiclass")
    assert numbers == ["1", "9", "10"]


def test_order_of_the_source_stands(task):
    rows = pl.DataFrame({"t": ["high", "low", "middle"]})
    declared = ("low", "middle", "high", "extreme")
    found = choose_classes(task(), rows, ["t"], "multiclass", declared)
    assert found.names == ("low", "middle", "high")


def test_labels_are_those_in_the_lists_or_the_columns(task):
    rows = pl.DataFrame({"tags": [["b", "a"], [], ["a"]]})
    assert count_classes(rows, ["tags"], "multilabel") == {"a": 2, "b": 1}
    rows = pl.DataFrame({"x": ["yes", "no"], "y": [1.0, 1.0]})
    assert count_classes(rows, ["x", "y"], "multilabel") == {"x": 1, "y": 2}
    found = choose_classes(task(), rows, ["y", "x"], "multilabel")
    assert found.names == ("y", "x")


def test_regression_has_none(task):
    assert classes(task, [1.0, 2.0], form="regression") == []
