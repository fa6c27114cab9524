"""Metrics of the prediction of what comes next: `metric(prediction, target) -> float`.

The prediction is float (N, W, 2): the logarithm of the probability that was given to the
token that came, and whether that token was the likeliest. The target is int64 (N, W): the
tokens, -100 where there is none.
"""

from torch import Tensor


def log_loss_of_tokens(prediction: Tensor, target: Tensor) -> float:
    """Mean of -ln(probability given to the token that came), in nats."""
    return float(-prediction[target != -100][:, 0].double().mean())


def perplexity_of_tokens(prediction: Tensor, target: Tensor) -> float:
    """exp(log loss): among how many equally likely tokens the model hesitates."""
    known = target != -100
    return float((-prediction[known][:, 0].double().mean()).exp())


def accuracy_of_tokens(prediction: Tensor, target: Tensor) -> float:
    """Share of the tokens that were the likeliest."""
    return float(prediction[target != -100][:, 1].double().mean())


def more_about_tokens(prediction: Tensor, target: Tensor) -> dict[str, float]:
    """What else a reader wants to know."""
    return {
        "perplexity": perplexity_of_tokens(prediction, target),
        "log_loss": log_loss_of_tokens(prediction, target),
        "accuracy": accuracy_of_tokens(prediction, target),
    }
