import torch

from labwright.recipes.ragged.order import LengthOrder


def orders(rows=1000, **more):
    lengths = torch.randint(1, 200, (rows,), generator=torch.Generator().manual_seed(0))
    return LengthOrder(lengths, 16, seed=0, **more), lengths


def test_every_row_comes_once_and_batches_are_alike():
    order, lengths = orders()
    batches = order.batches()
    assert torch.cat(batches).sort().values.tolist() == list(range(1000))
    padded = sum(len(rows) * int(lengths[rows].max()) for rows in batches)
    assert 1 - int(lengths.sum()) / padded < 0.1


def test_the_order_is_a_function_of_seed_and_epoch():
    first, _ = orders()
    again, _ = orders()
    assert all(map(torch.equal, first.batches(), again.batches()))
    again.set_epoch(1)
    together = {frozenset(rows.tolist()) for rows in first.batches()}
    later = {frozenset(rows.tolist()) for rows in again.batches()}
    assert not together & later


def test_batches_do_not_come_by_length():
    order, lengths = orders()
    means = torch.tensor([lengths[rows].float().mean() for rows in order.batches()])
    steps = (means[1:] > means[:-1]).float().mean()
    assert 0.3 < steps < 0.7


def test_ranks_share_the_rows_in_equally_many_batches():
    parts = []
    for rank in range(2):
        order, _ = orders(rows=65)
        order.rank, order.ranks = rank, 2
        parts.append(order.batches())
    assert len(parts[0]) == len(parts[1]) == len(order)
    rows = torch.cat([*parts[0], *parts[1]])
    assert rows.sort().values.tolist() == list(range(65))
