import torch

from labwright.parts.draws import draws_of_rows

ROWS = torch.arange(5_000)


def test_draws_belong_to_a_row_and_not_to_its_batch():
    whole = draws_of_rows(0, 3, ROWS, 4)
    shuffled = torch.randperm(len(ROWS))
    assert torch.equal(draws_of_rows(0, 3, shuffled, 4), whole[shuffled])
    assert torch.equal(draws_of_rows(0, 3, ROWS[7:9], 4), whole[7:9])


def test_seed_epoch_and_row_each_change_them():
    first = draws_of_rows(0, 0, ROWS, 4)
    for other in (draws_of_rows(1, 0, ROWS, 4), draws_of_rows(0, 1, ROWS, 4)):
        assert (
            abs(float(torch.corrcoef(torch.stack([first, other]).flatten(1))[0, 1]))
            < 0.03
        )
        assert not (first == other).any(dim=1).all()
    assert len(first.unique()) > 0.99 * first.numel()


def test_they_are_even_and_independent():
    draws = draws_of_rows(12, 5, ROWS, 4)
    assert draws.shape == (5_000, 4) and draws.dtype == torch.float32
    assert float(draws.min()) >= 0 and float(draws.max()) < 1
    counts = torch.histc(draws, 10, 0, 1)
    assert float((counts - 2_000).abs().max()) < 200
    between = torch.corrcoef(draws.T) - torch.eye(4)
    assert float(between.abs().max()) < 0.06
    neighbours = torch.corrcoef(torch.stack([draws[:-1, 0], draws[1:, 0]]))
    assert abs(float(neighbours[0, 1])) < 0.05


def test_a_large_seed_and_row_do_not_overflow():
    assert draws_of_rows(-1, 10**6, torch.tensor([2**62]), 2).isfinite().all()
