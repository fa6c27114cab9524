import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from labwright.parts.simple_models import constant_answer, probabilities_of


@pytest.mark.parametrize(
    ("metric", "name", "answer"),
    [("rmse", "mean", 3.0), ("mae", "median", 1.0), ("rmsle", "mean of logs", 1.0801)],
)
def test_the_constant_that_serves_the_metric_of_numbers(metric, name, answer):
    truth = (
        np.array([[0.0], [1.0], [8.0]])
        if metric != "rmsle"
        else np.array([[0.5], [1.0], [2.0]])
    )
    given, constant = constant_answer(truth, 1, metric, numeric=True)
    assert given == name
    assert constant == pytest.approx([answer], rel=1e-3)


def test_shares_of_classes_and_of_labels():
    name, shares = constant_answer(np.array([0, 2, 2, 2]), 4, "accuracy", numeric=False)
    assert name == "majority"
    assert shares.tolist() == [0.25, 0, 0.75, 0]
    _, labels = constant_answer(np.array([[1, 0], [1, 1]]), 2, "f1", numeric=False)
    assert labels.tolist() == [1, 0.5]


def test_a_class_that_training_lacked_gets_no_probability():
    x = np.array([[0.0], [0.1], [5.0], [5.1]])
    model = LogisticRegression().fit(x, [0, 0, 2, 2])
    given = probabilities_of([model], x, 3, labels=False)
    assert given.shape == (4, 3)
    assert (given[:, 1] == 0).all()
    assert given.argmax(axis=1).tolist() == [0, 0, 2, 2]


def test_labels_are_a_model_each():
    x = np.array([[0.0], [0.1], [5.0], [5.1]])
    models = [LogisticRegression().fit(x, y) for y in ([0, 0, 1, 1], [1, 1, 0, 0])]
    given = probabilities_of(models, x, 2, labels=True)
    assert ((given > 0.5) == [[0, 1], [0, 1], [1, 0], [1, 0]]).all()
