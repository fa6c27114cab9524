import torch

from labwright.parts.draws import draws_of_rows
from labwright.parts.spec_augment import hide_bands_and_time

BANDS = 40


def batch(lengths: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
    mask = torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]
    input = torch.ones(len(lengths), max(lengths), BANDS)
    return input * mask[:, :, None], mask


def test_a_stretch_of_bands_and_one_of_time_are_hidden():
    input, mask = batch([80] * 500)
    draws = draws_of_rows(0, 0, torch.arange(500), 4)
    hidden = hide_bands_and_time(input, mask, draws, 1 / 8, 1 / 8) == 0
    in_bands, in_time = hidden.all(dim=1).sum(dim=1), hidden.all(dim=2).sum(dim=1)
    assert set(in_bands.tolist()) == set(range(BANDS // 8 + 1))
    assert set(in_time.tolist()) == set(range(80 // 8 + 1))
    for row in hidden:  # each is one stretch
        changes = row.all(dim=0).int().diff().abs().sum()
        assert changes <= 2
    shares = hidden.float().mean(dim=(1, 2))
    assert 0.08 < float(shares.mean()) < 0.15
    ever = hidden.all(dim=1).any(dim=0)  # no band is safe, the first and last included
    assert ever.all()


def test_time_is_hidden_within_a_sounds_own_length():
    input, mask = batch([8, 80])
    for epoch in range(50):
        draws = draws_of_rows(0, epoch, torch.arange(2), 4)
        changed = hide_bands_and_time(input, mask, draws, 1 / 8, 1 / 8)
        hidden = (changed[0] == 0).all(dim=1)[:8].sum()
        assert hidden <= 1
        assert (changed[0, 8:] == 0).all()


def test_what_is_given_stays_as_it_is():
    input, mask = batch([30, 20, 1])
    before = input.clone()
    changed = hide_bands_and_time(input, mask, torch.rand(3, 4), 0.5, 0.5)
    assert torch.equal(input, before)
    assert changed.shape == input.shape
    assert torch.equal(
        hide_bands_and_time(input, mask, torch.zeros(3, 4), 0.5, 0.5), input
    )
    assert torch.equal(hide_bands_and_time(input, mask, torch.rand(3, 4), 0, 0), input)
