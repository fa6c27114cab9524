import pytest
import torch

from labwright.parts.importance import permutation_importance


def test_what_is_used_ranks_above_what_is_not():
    generator = torch.Generator().manual_seed(0)
    input = torch.randn(500, 3, generator=generator)
    mask = torch.ones(500, 3, dtype=torch.bool)
    target = 3 * input[:, 0] + input[:, 2]

    def score(input, mask):
        return -float(((3 * input[:, 0] + input[:, 2]) - target).square().mean())

    before = input.clone()
    much, nothing, some = permutation_importance(score, input, mask, [0, 1, 2])
    assert much > some > 1
    assert nothing == 0
    assert (input == before).all()


def test_absent_values_move_with_their_mask():
    mask = torch.tensor([[True], [False]] * 20)
    input = mask.float()

    def consistent(input, mask):
        return float((input.bool() == mask).all())

    assert permutation_importance(consistent, input, mask, [0]) == [pytest.approx(0)]
