"""How much of the raw speed of gathering rows reaches training.

    python bench/loader.py            # tables of ratios, all measured in this run
    python bench/loader.py experiments/20261123_notes ...  # of your own experiments

For batches of 32 and 256 rows: the train loader of the table recipe against the bare
gather of the same arrays with row numbers that lie ready, and against a DataLoader that
reads row after row with two workers.

Then for each recipe, by its example, or for the experiments that are named: the train
loader, with padding, scaling and augmentation, against the bare gather of the prepared
arrays of the same rows, without any of these; and the share of padding in its batches.
Few rows are read again and again, as often as an epoch of many rows would.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
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


# ---- any experiment ------------------------------------------------------------------

EXAMPLES = Path(__file__).parents[1] / "examples"
BATCH_SIZE = 32
EPOCH = 4_096  # rows that are read at least
NOT_READ = ("ids", "units", "truth", "ends")  # prepared, but no part of a batch


class Repeated(Dataset[dict[str, Tensor]]):
    """A part of the data many times over, as if it had that many rows."""

    def __init__(self, rows: Any, times: int) -> None:
        self.rows, self.times = rows, times

    def __len__(self) -> int:
        return len(self.rows) * self.times

    def __getitem__(self, numbers: Tensor) -> dict[str, Tensor]:
        batch: dict[str, Tensor] = self.rows[numbers % len(self.rows)]
        return batch


def gather_of(folder: Path, rows: int) -> Callable[[np.ndarray], int] | None:
    """What reads the prepared training arrays of some rows, and no more than that.

    None where rows are no lines of an array, as windows of a series are not.
    """
    arrays = {
        path.stem.removeprefix("train_"): np.load(path, mmap_mode="r")
        for path in folder.glob("train_*.npy")
    }
    ends = {
        n.removesuffix("_ends"): a for n, a in arrays.items() if n.endswith("_ends")
    }
    whole = [
        array
        for name, array in arrays.items()
        if len(array) == rows and name not in ends and not name.endswith(NOT_READ)
    ]
    ragged = [(arrays[n], np.r_[0, end[:-1]], end) for n, end in ends.items()]

    if not whole and not ragged:
        return None

    def gather(numbers: np.ndarray) -> int:
        read = sum(len(array[numbers]) for array in whole)
        for values, starts, stops in ragged:
            spans = [np.arange(starts[row], stops[row]) for row in numbers]
            read += len(values[np.concatenate(spans)])
        return read

    return gather


def padding(loader: Any) -> float | None:
    """Share of the steps of one epoch that are padding; None where rows are equally long."""
    if not hasattr(loader.sampler, "lengths"):
        return None
    steps = known = 0
    for batch in loader:
        steps, known = steps + batch["mask"].numel(), known + int(batch["mask"].sum())
    return 1 - known / steps


def measure(folder: Path, repeats: int) -> dict[str, Any]:
    """Speeds of one experiment's loader and of the bare gather; in a process of its own."""
    sys.path.insert(0, str(folder))
    module = __import__("dataloader")
    batches = __import__("batches")
    loader = module.get_dataloaders(BATCH_SIZE, num_workers=0)[0]
    rows, order = loader.dataset, loader.sampler
    times = max(1, -(-EPOCH // len(rows)))
    if hasattr(order, "lengths"):
        order = type(order)(order.lengths.repeat(times), BATCH_SIZE, 0)
    else:
        order = type(order)(len(rows) * times, BATCH_SIZE, 0)
    augmented = getattr(loader, "augmented", None)
    augment = augmented.augment if augmented else None
    many = batches.BatchLoader(Repeated(rows, times), order, 0, augment)
    numbers = [(batch % len(rows)).numpy() for batch in order.batches()]
    gather = gather_of(module.prepare(), len(rows))
    speeds: dict[str, list[float]] = {"loader": [], "gather": []}
    for _ in range(repeats):
        speeds["loader"].append(rows_per_second(many))
        start = time.perf_counter()
        for chosen in numbers if gather else ():
            gather(chosen)
        seconds = time.perf_counter() - start
        speeds["gather"].append(sum(map(len, numbers)) / seconds)
    found = {name: statistics.median(values) for name, values in speeds.items()}
    found["gather"] *= gather is not None
    return found | {"rows": len(rows), "padding": padding(loader)}


def of_examples(folder: Path) -> dict[str, Path]:
    """An experiment of each example, by its name, below `folder`."""
    from labwright.errors import LabwrightError
    from labwright.generate import Request, generate

    shutil.copytree(EXAMPLES, folder / "examples")
    made = {}
    for task in sorted((folder / "examples").glob("*/task.json")):
        request = Request(folder / "experiments", task, progress=False)
        try:
            made[task.parent.name] = generate(request, checked=False).folder
        except LabwrightError as error:
            print(f"{task.parent.name}: {error}")
    return made


def compare_experiments(folders: dict[str, Path], repeats: int) -> None:
    """A line for each experiment, measured one after the other."""
    print(
        f"\n{'experiment':24} {'rows':>7} {'rows/s':>10} {'gather':>10} {'ratio':>6} padding"
    )
    for name, folder in folders.items():
        command = [sys.executable, __file__, "--measure", str(folder.resolve())]
        command += ["--repeats", str(repeats)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{name:24} {done.stderr.strip().splitlines()[-1:]}")
            continue
        found = json.loads(done.stdout.splitlines()[-1])
        share = "none" if found["padding"] is None else f"{found['padding']:.1%}"
        gather = found["gather"]
        ratio = f"{found['loader'] / gather:.3f}" if gather else "-"
        print(
            f"{name[:24]:24} {found['rows']:7,} {found['loader']:10,.0f} "
            f"{found['gather']:10,.0f} {ratio:>6} {share:>7}"
        )


# ---- the table -----------------------------------------------------------------------


def compare_table(rows: int, repeats: int) -> None:
    """The table's loader against the bare gather and against row after row."""
    data, few = Arrays(rows), Arrays(20_000)
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
        for _ in range(repeats):
            figures["loader"].append(rows_per_second(loader))
            figures["gather"].append(
                rows_per_second(data[numbers] for numbers in indices)
            )
        for _ in range(2):
            figures["row by row"].append(rows_per_second(slow))
        speed = {name: statistics.median(values) for name, values in figures.items()}
        line = f"{size:5} " + " ".join(f"{speed[name]:12,.0f}" for name in figures)
        for rival in ("gather", "row by row"):
            ratio, goal = speed["loader"] / speed[rival], GOALS[rival, size]
            line += f"   {rival}: {ratio:.2f} (goal {goal})"
        print(line)


def main() -> None:
    """Measure in turn, several times, and print the medians and their ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("experiments", nargs="*", type=Path)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    if options.measure:
        print(json.dumps(measure(options.measure, options.repeats)))
    elif options.experiments:
        named = {folder.name: folder for folder in options.experiments}
        compare_experiments(named, options.repeats)
    else:
        compare_table(options.rows, options.repeats)
        with tempfile.TemporaryDirectory() as folder:
            compare_experiments(of_examples(Path(folder)), options.repeats)


if __name__ == "__main__":
    main()
