"""How much of the raw speed of gathering rows reaches training.

    python bench/loader.py            # a table of ratios, all measured in this run

For batches of 32 and 256 rows: the train loader of the table recipe against the bare
gather of the same arrays with row numbers that lie ready, and against a DataLoader that
reads row after row with two workers.
"""

import argparse
import statistics
import time
from collections.abc import Iterable

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from labwright.recipes.shared.batches import BatchLoader, RowOrder

GOALS = {
    ("gather", 32): 0.3,
    ("gather", 256): 0.5,
    ("row by row", 32): 20,
    ("row by row", 256): 20,
}


class Arrays(Dataset[dict[str, Tensor]]):
    """Arrays of a table: 20 features, what is known of them, and a class."""

    def __init__(self, rows: int, features: int = 20) -> None:
        self.arrays = {
            "input": torch.rand(rows, features),
            "mask": torch.rand(rows, features) > 0.1,
            "target": torch.randint(0, 3, (rows,)),
        }

    def __len__(self) -> int:
        return len(self.arrays["target"])

    def __getitem__(self, rows: int | Tensor) -> dict[str, Tensor]:
        return {name: array[rows] for name, array in self.arrays.items()}


def rows_per_second(batches: Iterable[dict[str, Tensor]]) -> float:
    """Rows of one pass over `batches`, a second."""
    start, rows = time.perf_counter(), 0
    for batch in batches:
        rows += len(batch["target"])
    return rows / (time.perf_counter() - start)


def main() -> None:
    """Measure in turn, several times, and print the medians and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    torch.set_num_threads(1)
    data, few = Arrays(options.rows), Arrays(20_000)
    print(f"{'batch':>5} {'rows/s':>12} {'gather':>12} {'row by row':>12}   ratios")
    for size in (32, 256):
        order = RowOrder(len(data), size, seed=0)
        loader = BatchLoader(data, order)
        indices = order.batches()
        slow = DataLoader(
            few, size, shuffle=True, num_workers=2, persistent_workers=True
        )
        for _ in slow:  # the workers start outside of what is timed
            pass
        figures: dict[str, list[float]] = {"loader": [], "gather": [], "row by row": []}
        for _ in range(options.repeats):
            figures["loader"].append(rows_per_second(loader))
            figures["gather"].append(rows_per_second(data[rows] for rows in indices))
        for _ in range(2):
            figures["row by row"].append(rows_per_second(slow))
        speed = {name: statistics.median(values) for name, values in figures.items()}
        line = f"{size:5} " + " ".join(f"{speed[name]:12,.0f}" for name in figures)
        for rival in ("gather", "row by row"):
            ratio, goal = speed["loader"] / speed[rival], GOALS[rival, size]
            line += f"   {rival}: {ratio:.2f} (goal {goal})"
        print(line)


if __name__ == "__main__":
    main()
