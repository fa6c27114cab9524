import pytest

from labwright.plan.size import choose_size
from labwright.task.model import ModelOptions, TrainingOptions


@pytest.mark.parametrize(
    ("rows", "features", "outputs", "model", "batch"),
    [
        (240, 7, 3, (256, 4), 32),
        (3_000, 20, 2, (256, 4), 64),
        (38_000, 9, 1, (256, 4), 128),
        (230_000, 22, 1, (256, 6), 256),
        (2_000_000, 30, 1, (512, 8), 256),
        (240, 7, 80, (256, 5), 32),
    ],
)
def test_size_follows_rows_and_features(task, rows, features, outputs, model, batch):
    size, _ = choose_size(task(), rows, features, outputs)
    assert (size.d_model, size.num_layers) == model
    assert size.batch_size == batch
    assert 20 <= size.epochs <= 100
    assert 5 <= size.patience <= size.epochs


def test_what_the_task_says_wins_and_is_said(task):
    asked = task(
        model=ModelOptions(d_model=512, num_layers=7, dropout=0.0),
        training=TrainingOptions(
            batch_size=8, learning_rate=0.01, epochs=3, patience=2
        ),
    )
    size, decisions = choose_size(asked, 500, 5, 1)
    assert (size.d_model, size.num_layers, size.dropout) == (512, 7, 0.0)
    assert (size.batch_size, size.learning_rate, size.epochs) == (8, 0.01, 3)
    assert {d.reason for d in decisions} == {"the task file says so"}


def test_every_size_has_a_reason_and_a_line(task):
    _, decisions = choose_size(task(), 500, 5, 1)
    assert [d.subject for d in decisions] == [
        "d_model",
        "num_layers",
        "dropout",
        "batch_size",
        "learning_rate",
        "epochs",
        "patience",
    ]
    assert decisions[3].change == '"training": {"batch_size": 32}'
