import numpy as np
import pytest
import torch
from sklearn.metrics import f1_score

from labwright.parts import tag_metrics
from labwright.parts.spans import coded_tags
from labwright.parts.tag_metrics import more_about_tags
from labwright.parts.token_metrics import more_about_tokens

TRUTH = torch.tensor([[0, 1, 2, 1], [1, 1, -100, -100]])
GIVEN = torch.tensor([[0, 1, 1, 1], [1, 0, 2, 2]])


def test_words_are_judged_and_padding_is_not():
    figures = more_about_tags(GIVEN, TRUTH)
    known = TRUTH != -100
    true, given = TRUTH[known].numpy(), GIVEN[known].numpy()
    assert figures["accuracy"] == pytest.approx(4 / 6)
    assert figures["balanced_accuracy"] == pytest.approx((1 + 3 / 4 + 0) / 3)
    assert figures["macro_f1"] == pytest.approx(f1_score(true, given, average="macro"))
    assert tag_metrics.weighted_f1_of_tags(GIVEN, TRUTH) == pytest.approx(
        f1_score(true, given, average="weighted")
    )
    assert figures["exact_match"] == 0.0
    assert tag_metrics.exact_match_of_tags(torch.where(known, TRUTH, 7), TRUTH) == 1.0
    assert "span_f1" not in figures


def test_spans_are_judged_where_tags_are_spans():
    codes = torch.from_numpy(
        np.append(coded_tags(["O", "B-PER", "I-PER", "B-LOC"]), -100)
    )
    truth = codes[torch.tensor([[1, 2, 0, 3], [1, 0, 4, 4]])]
    given = codes[torch.tensor([[1, 2, 0, 1], [1, 2, 4, 4]])]
    figures = more_about_tags(given, truth)
    assert figures["span_precision"] == figures["span_recall"] == pytest.approx(1 / 3)
    assert figures["span_f1"] == pytest.approx(1 / 3)
    assert figures["accuracy"] == pytest.approx(4 / 6)


def test_the_prediction_of_what_comes_next():
    target = torch.tensor([[5, 6], [7, -100]])
    scores = torch.tensor([[0.5, 1.0], [0.25, 0.0], [0.125, 1.0], [1e-9, 0.0]])
    prediction = torch.stack([scores[:, 0].log(), scores[:, 1]], dim=1).view(2, 2, 2)
    figures = more_about_tokens(prediction, target)
    assert figures["perplexity"] == pytest.approx(4.0)
    assert figures["log_loss"] == pytest.approx(np.log(4.0))
    assert figures["accuracy"] == pytest.approx(2 / 3)
