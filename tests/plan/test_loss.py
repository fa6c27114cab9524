import numpy as np
import polars as pl
import pytest

from labwright.plan.loss import choose_loss

RNG = np.random.default_rng(0)
EVEN = pl.DataFrame({"t": RNG.normal(50, 5, 2000)})
TAIL = pl.DataFrame({"t": RNG.lognormal(3, 1, 2000)})


@pytest.mark.parametrize(
    ("truth", "metric", "transform", "loss"),
    [
        (EVEN, "rmse", "numbers", "mse"),
        (EVEN, "mae", "numbers", "huber"),
        (EVEN, "rmsle", "log_numbers", "mse"),
        (TAIL, "mae", "log_numbers", "huber"),
        (TAIL.select(-pl.all()), "mae", "numbers", "huber"),
    ],
)
def test_loss_and_transform_follow_metric_and_skew(truth, metric, transform, loss):
    low = truth["t"].min()
    learned = choose_loss("regression", metric, truth, low)
    assert (learned.transform, learned.loss) == (transform, loss)


def test_one_target_that_a_log_does_not_suit_decides_for_all():
    both = pl.concat([TAIL.rename({"t": "u"}), EVEN], how="horizontal")
    assert choose_loss("regression", "mae", both, 0.0).transform == "numbers"


def test_classes_and_labels_have_their_own():
    texts, lists = pl.DataFrame({"t": ["a"]}), pl.DataFrame({"t": [["a"]]})
    assert choose_loss("binary", "f1", texts, None).loss == "cross_entropy"
    assert choose_loss("multilabel", "f1", texts, None).transform == "labels"
    learned = choose_loss("multilabel", "f1", lists, None)
    assert (learned.transform, learned.loss) == ("label_lists", "binary_cross_entropy")
