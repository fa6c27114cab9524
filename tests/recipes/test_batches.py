from itertools import chain

import pytest
import torch
from torch.utils.data import Dataset

from labwright.recipes.shared.batches import BatchLoader, RowOrder


class Numbers(Dataset):
    def __init__(self, n):
        self.values = torch.arange(n)

    def __getitem__(self, rows):
        return {"input": self.values[rows]}


def loader(n=10, batch_size=3, seed=0, **more):
    return BatchLoader(Numbers(n), RowOrder(n, batch_size, seed), **more)


def values(batches):
    return [batch["input"].tolist() for batch in batches]


def test_without_a_seed_the_prepared_order_is_kept():
    assert values(loader(seed=None)) == [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9]]


def test_each_epoch_has_every_row_once_in_an_order_of_its_own():
    train = loader()
    first = values(train)
    train.set_epoch(1)
    second = values(train)
    assert first != second
    assert sorted(chain(*first)) == sorted(chain(*second)) == list(range(10))
    assert len(train) == len(first) == 4


def test_the_order_is_a_function_of_seed_and_epoch_alone():
    one, two, other = loader(), loader(), loader(seed=1)
    values(one)  # an epoch more or less read before makes no difference
    one.set_epoch(5)
    two.set_epoch(5)
    other.set_epoch(5)
    assert values(one) == values(two) != values(other)


def test_goes_on_behind_the_last_batch_that_was_used():
    whole = loader()
    whole.set_epoch(2)
    expected = values(whole)
    cut = loader()
    cut.set_epoch(2)
    batches = iter(cut)
    used = values([next(batches), next(batches)])
    resumed = loader()
    resumed.load_state_dict(cut.state_dict())
    assert used + values(resumed) == expected
    resumed.set_epoch(3)
    assert len(values(resumed)) == 4  # only the interrupted epoch is cut short


def test_a_finished_epoch_is_not_resumed():
    done = loader()
    values(done)
    resumed = loader()
    resumed.load_state_dict(done.state_dict())
    assert len(values(resumed)) == 4


@pytest.mark.parametrize("rows", [9, 10, 12, 13, 64, 65, 127])
@pytest.mark.parametrize("ranks", [2, 3])
def test_ranks_share_the_rows_out_in_equally_many_batches(rows, ranks):
    shards = []
    for rank in range(ranks):
        order = RowOrder(rows, 4, seed=0)
        order.rank, order.ranks = rank, ranks
        shards.append([batch.tolist() for batch in order])
        assert len(shards[-1]) == len(order)
    assert len({len(shard) for shard in shards}) == 1
    seen = [row for shard in shards for batch in shard for row in batch]
    assert sorted(seen) == list(range(rows))


def test_workers_read_the_same_batches_in_the_same_order():
    assert values(loader(num_workers=2)) == values(loader())
