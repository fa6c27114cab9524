import numpy as np
import torch
from sklearn.linear_model import RidgeClassifier

from labwright.parts import random_kernels as part
from labwright.parts.random_kernels import convolved, random_kernels


def waves(rows=60, steps=50):
    """Slow and fast waves of any phase."""
    rng = np.random.default_rng(0)
    fast = rng.integers(0, 2, rows)
    phase = rng.uniform(0, 6, (rows, 1))
    x = np.sin(np.arange(steps) * (0.3 + 0.3 * fast[:, None]) + phase)
    return torch.from_numpy(x + rng.normal(0, 0.1, x.shape)).float()[..., None], fast


def test_they_tell_frequencies_apart():
    x, y = waves()
    features = convolved(x, torch.full((60,), 50), random_kernels(50, 1, 50, 0))
    assert features.shape == (60, 100)
    model = RidgeClassifier().fit(features[:40], y[:40])
    assert model.score(features[40:], y[40:]) > 0.9


def test_what_stands_behind_the_end_of_a_series_counts_for_nothing():
    x, _ = waves(4)
    lengths = torch.tensor([50, 30, 12, 3])
    kernels = random_kernels(40, 1, 50, 0)
    for i, length in enumerate(lengths):
        x[i, length:] = 0
    longer = torch.cat([x, torch.zeros(4, 20, 1)], dim=1)
    found, again = (convolved(each, lengths, kernels) for each in (x, longer))
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found, again, atol=1e-5)


def test_chunks_change_nothing(monkeypatch):
    x, _ = waves(7)
    kernels, lengths = random_kernels(5, 1, 50, 0), torch.full((7,), 50)
    whole = convolved(x, lengths, kernels)
    monkeypatch.setattr(part, "CONVOLVED_AT_ONCE", 100)
    np.testing.assert_allclose(convolved(x, lengths, kernels), whole, atol=1e-6)


def test_several_channels_and_very_short_series():
    kernels = random_kernels(30, 5, 2, 0)
    assert {len(kernel.channels) for kernel in kernels} > {1}
    assert np.isfinite(
        convolved(torch.rand(3, 2, 5), torch.tensor([2, 1, 2]), kernels)
    ).all()
