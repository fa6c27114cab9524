"""Does this experiment keep its promises? Seconds, offline, and nothing is left behind.

    python check.py         # one line for each point; the exit code is 1 if one fails
    python check.py --json  # and one JSON object as the last line

Run it after an edit of dataloader.py, model.py or train.py. Nothing here needs editing.
"""

import argparse
import json
import logging
import subprocess
import sys
import time
import traceback
import warnings
from pathlib import Path
from typing import Any

import polars as pl
import torch

# isort: split
from check_model import (
    MODEL_POINTS,
    Batch,
    Loaders,
    Point,
    PromiseError,
    expect,
    new_model,
    outputs_of,
)
from dataloader import SPLIT_COLUMN, encode_again, get_dataloaders, refit
from evaluate import SPLIT_RULE
from train import BATCH_SIZE, TASK_TYPE

HERE = Path(__file__).resolve().parent

TIMED_STEPS = 20  # from which the time of an epoch is extrapolated
BATCHES_READ = 50  # of each part, for the batch contract
ENCODED_AGAIN = 2_000  # rows of each part, evenly spaced, to compare with the prepared

# ---- data ----------------------------------------------------------------------------


def batch_contract(loaders: Loaders) -> str:
    """Keys, types, shapes and content of the batches of every part."""
    rows = 0
    for part, loader in loaders.items():
        for number, batch in zip(range(BATCHES_READ), loader, strict=False):
            where = f"in batch {number} of {part}"
            keys = {"input", "target"}
            expect(keys <= set(batch), f"the keys {sorted(keys)} {where}", list(batch))
            check_input(batch, where)
            check_target(batch, where, loader.dataset.output_dim)
            rows += len(batch["input"])
    return f"{rows:,} rows read"


def check_input(batch: Batch, where: str) -> None:
    input = batch["input"]
    known = [(dtype, n) for dtype in (torch.float32, torch.int64) for n in (2, 3)]
    forms = f"input float32 (B, F) or (B, T, C), or int64 (B, T) or (B, T, K), {where}"
    found = f"{input.dtype} {tuple(input.shape)}"
    expect((input.dtype, input.dim()) in known, forms, found)
    lost = int((~input.isfinite()).sum())
    expect(lost == 0, f"finite input {where}", f"{lost} values that are not")
    shape = input.shape[:2]
    mask = batch.get("mask", torch.ones(shape, dtype=torch.bool))
    found = f"{mask.dtype} {tuple(mask.shape)}"
    fits = mask.dtype == torch.bool and mask.shape == shape
    expect(fits, f"a mask torch.bool {tuple(shape)} {where}", found)
    content = int(input[~mask].count_nonzero())
    expect(content == 0, f"0 where mask is False {where}", f"{content} other values")


def check_target(batch: Batch, where: str, output_dim: int) -> None:
    target, sequence = batch["target"], TASK_TYPE == "sequence"
    leading = tuple(batch["input"].shape[: 2 if sequence else 1])
    if target.dtype == torch.int64:
        shapes = [leading]
        known = target[target != -100] if sequence else target
        fits = bool(((known >= 0) & (known < output_dim)).all())
        expect(
            fits,
            f"classes below {output_dim} {where}",
            sorted({*known.flatten().tolist()}),
        )
    else:
        rule = f"a target of int64 or float32 {where}"
        expect(target.dtype == torch.float32, rule, target.dtype)
        shapes = [(*leading, output_dim), *([leading] if output_dim == 1 else [])]
        known = target[~target.isnan()] if sequence else target
        lost = int((~known.isfinite()).sum())
        expect(lost == 0, f"a finite target {where}", f"{lost} values that are not")
        labels = TASK_TYPE != "classification" or bool(
            ((known == 0) | (known == 1)).all()
        )
        expect(labels, f"labels of 0 and 1 {where}", "other numbers")
    rule = f"a target of shape {' or '.join(map(str, shapes))} {where}"
    expect(tuple(target.shape) in shapes, rule, tuple(target.shape))


def parts_without_overlap(loaders: Loaders) -> str:
    """No row of the source in two parts, no group either, and no time out of order."""
    ids = {part: set(loader.dataset.ids.tolist()) for part, loader in loaders.items()}
    for part, rows in ids.items():
        expect(len(rows) > 0, f"rows in {part}", "none")
    for first, second in ("train", "val"), ("train", "test"), ("val", "test"):
        both = sorted(ids[first] & ids[second])
        rule = f"no row in both {first} and {second}"
        expect(not both, rule, f"{len(both)} rows: {both[:5]} …")
        if SPLIT_RULE not in ("group", "time"):
            continue
        one, two = (
            loaders[part].dataset.table[SPLIT_COLUMN].drop_nulls()
            for part in (first, second)
        )
        if SPLIT_RULE == "group":
            shared = len({*one} & {*two})
            expect(shared == 0, f"no group in both {first} and {second}", shared)
        else:  # times as the split compares them; a key of texts counts as numbers
            end = one.cast(pl.Float64, strict=False).max()
            early = int((two.cast(pl.Float64, strict=False) <= end).sum())
            rule = f"{second} to begin after {first} has ended"
            expect(early == 0, rule, f"{early} rows that are earlier")
    total = sum(map(len, ids.values()))
    return ", ".join(f"{part} {len(rows) / total:.1%}" for part, rows in ids.items())


def fitted_on_training_rows(loaders: Loaders) -> str:
    """The encoder that the training rows alone determine is the one that was used."""
    train = loaders["train"].dataset
    refitted = json.loads(json.dumps(refit(train)))
    other = [key for key in refitted if refitted[key] != train.encoder[key]]
    expect(not other, "the encoder that training rows give", f"another in {other}")
    for part, loader in loaders.items():
        rows = loader.dataset
        chosen = torch.linspace(0, len(rows) - 1, min(len(rows), ENCODED_AGAIN)).long()
        prepared, anew = rows[chosen], encode_again(rows, chosen)
        same = all(torch.equal(prepared[key], values) for key, values in anew.items())
        expect(same, f"{part} as that encoder encodes it", "other values")
    return f"refitted on {len(train):,} rows: equal"


# ---- training ------------------------------------------------------------------------


def files() -> set[str]:
    """What lies in this folder besides data."""
    paths = (path.relative_to(HERE) for path in HERE.rglob("*"))
    return {str(path) for path in paths if not {"data", "__pycache__"} & {*path.parts}}


def development_run(loaders: Loaders) -> str:
    """`python train.py --fast-dev-run` ends well and leaves nothing behind."""
    before, started = files(), time.perf_counter()
    command = [sys.executable, "-B", "train.py", "--fast-dev-run"]
    run = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    said = [line for line in (run.stdout + run.stderr).splitlines() if line.strip()]
    expect(run.returncode == 0, "exit code 0", f"{run.returncode}: {said[-1:]}")
    left = sorted(files() - before)
    expect(not left, "nothing left behind", ", ".join(left))
    return f"{time.perf_counter() - started:.0f} s"


def seconds_for_an_epoch(loaders: Loaders) -> float:
    """TIMED_STEPS steps of training and one of validation, extrapolated."""
    model, train, val = new_model(loaders).train(), loaders["train"], loaders["val"]
    optimizer = torch.optim.AdamW(model.parameters())
    seconds = []
    for step, batch in zip(range(TIMED_STEPS), train, strict=False):
        started = time.perf_counter()
        optimizer.zero_grad()
        torch.autograd.backward(model.training_step(batch, step))
        optimizer.step()
        seconds.append(time.perf_counter() - started)
    batch, started = next(iter(val)), time.perf_counter()
    outputs_of(model, batch["input"], batch.get("mask"))
    one_validation = time.perf_counter() - started
    return len(train) * sorted(seconds)[len(seconds) // 2] + len(val) * one_validation


# ---- report --------------------------------------------------------------------------

MEND_DATA = "Mend dataloader.py or what it calls; README.md says what was decided."
POINTS = [
    Point("data", "batch contract", batch_contract, MEND_DATA),
    Point("data", "parts without overlap", parts_without_overlap, MEND_DATA),
    Point(
        "data",
        "nothing fitted outside the training rows",
        fitted_on_training_rows,
        "Fit on the training rows only; delete data/prepared after an edit.",
    ),
    *MODEL_POINTS,
    Point(
        "training",
        "fast development run",
        development_run,
        "python train.py --fast-dev-run shows all that it said.",
    ),
]


def look(point: Point, loaders: Loaders) -> str:
    """What a point has looked at; whatever an edited file raises is a finding too."""
    try:
        return point.look(loaders)
    except PromiseError:
        raise
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in frames if Path(frame.filename).parent == HERE][-1]
        place = f"{Path(ours.filename).name}, line {ours.lineno}"
        found = f"{type(error).__name__} in {place}: {error}"
        raise PromiseError("no error", found) from error


def look_at_all(loaders: Loaders) -> list[dict[str, Any]]:
    """What became of the points, up to the first that does not hold, as plain data."""
    points: list[dict[str, Any]] = []
    for point in POINTS:
        found: dict[str, Any] = {"about": point.about, "name": point.name}
        points.append(found)
        try:
            found |= {"ok": True, "note": look(point, loaders)}
            print(f"ok     {point.name}: {found['note']}")
        except PromiseError as broken:
            said = {"expected": broken.expected, "found": broken.found}
            found |= {"ok": False} | said | {"mend": point.mend}
            print(f"FAILED {point.name}: {broken}. {point.mend}")
            break  # the points after it rest on it
    return points


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--json", action="store_true", help="for programs, as last line"
    )
    as_json = parser.parse_args().json
    warnings.filterwarnings("ignore")
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    train, val, test = get_dataloaders(BATCH_SIZE, num_workers=0)
    loaders = {"train": train, "val": val, "test": test}
    points = look_at_all(loaders)
    report: dict[str, Any] = {"ok": all(p["ok"] for p in points), "points": points}
    if report["ok"]:
        seconds = seconds_for_an_epoch(loaders)
        steps = min(TIMED_STEPS, len(train))
        print(
            f"about {seconds:.1f} s an epoch: {steps} of {len(train)} steps were timed "
            "on the CPU"
        )
        report |= {"epoch_seconds": round(seconds, 2), "steps_timed": steps}
    if as_json:
        print(json.dumps(report))
    return 0 if report["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
