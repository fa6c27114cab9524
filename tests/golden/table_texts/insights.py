"""What the columns tell: which give the target away, and which the model relies on.

Written into results.json by train.py; nothing here needs editing.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytorch_lightning as lightning
import torch
from torch.utils.data import DataLoader

# isort: split
from dataloader import TARGETS, Rows, decode, encode_rows
from scoring import HIGHER_IS_BETTER, INFERENCE_ROWS, judge, predict

# Importance permutes every column in turn. Its rows are chosen so that the model reads at
# most so many values; about half a minute on a CPU.
IMPORTANCE_VALUES = 200_000 if not torch.cuda.is_available() else 20_000_000
IMPORTANCE_ROWS = (64, 2000)  # at least and at most
IMPORTANCE_COLUMNS = 64  # at most

# ---- leaks ---------------------------------------------------------------------------

NEAR = 0.9  # a figure from which a column is named

LOOK_AGAIN = 0.98  # a sample's figure from which all rows are looked at
LEAK_ROWS = 10_000  # of the sample
LEAK_CELLS = 2_000_000  # of the sample of a wide table
FEWEST = 10  # rows with both values for a correlation to mean something
BINS = 64  # of a number that is compared with classes


def give_aways(train: pl.DataFrame, targets: list[str]) -> list[dict[str, str | float]]:
    """Columns of `train` that tell a target by themselves, the strongest first.

    Each has the column, the measure, and the figure from `NEAR` to 1, measured on
    evenly spaced rows, and on all of them where it is close to 1:

    - "one-to-one": column and target are the same values under other names;
    - "rank correlation": absolute Spearman correlation of two numbers;
    - "correlation": absolute Pearson correlation, where that is the greater one;
    - "explained variance": of the target's ranks by the values of a category, adjusted
      for their number (Wherry, 1931);
    - "ROC AUC": of a number, or of whether a value is there, for one of two classes;
    - "lambda": share of the errors of always guessing the commonest class that the
      column saves (Goodman & Kruskal, 1954).

    A target of texts is classes, a target of numbers is numbers; lists are left out.
    """
    columns = [name for name in train.columns if name not in targets]
    rows = min(LEAK_ROWS, max(1000, LEAK_CELLS // max(1, len(columns))))
    step = max(1, len(train) // rows)
    found: dict[str, dict[str, str | float]] = {}
    for target in targets:
        told = tell(train.gather_every(step), columns, target)
        again = [name for name, (_, figure) in told.items() if figure >= LOOK_AGAIN]
        if step > 1 and again:  # rows left out may say otherwise
            told |= tell(train, again, target)
        for name, (measure, figure) in told.items():
            known = found.get(name, {"figure": NEAR})
            if figure >= float(known["figure"]):
                figure = round(min(figure, 1.0), 4)
                found[name] = {"column": name, "measure": measure, "figure": figure}
    return sorted(found.values(), key=lambda f: -float(f["figure"]))


def tell(
    table: pl.DataFrame, columns: list[str], target: str
) -> dict[str, tuple[str, float]]:
    """For each column the measure by which it tells most of the target; its figure."""
    if table.schema[target].is_nested():
        return {}
    cells = pl.DataFrame({name: table[name] for name in [*columns, target]})
    cells = cells.filter(table[target].is_not_null()).with_columns(
        pl.selectors.temporal().to_physical().cast(pl.Float64),
        pl.selectors.boolean().cast(pl.String),
    )
    types = cells.schema  # made anew at each look
    numeric = types[target].is_numeric()
    numbers = [name for name in columns if types[name].is_numeric()]
    told = correlations(cells, numbers, target) if numeric and numbers else {}
    for name in columns:
        if name not in told and not types[name].is_nested():
            pair = pl.DataFrame({"column": cells[name], "target": cells[target]})
            told[name] = category_and_number(pair) if numeric else any_and_class(pair)
    return told


def correlations(
    cells: pl.DataFrame, columns: list[str], target: str
) -> dict[str, tuple[str, float]]:
    """The greater of each number's rank and plain correlation with the target."""
    other = pl.selectors.by_name(target).as_expr()
    figures = []
    for i, name in enumerate(columns):
        column = pl.selectors.by_name(name).as_expr()
        figures += [
            column.count().alias(f"{i} known"),
            pl.corr(column, other, method="spearman").abs().alias(f"{i} ranked"),
            pl.corr(column, other).abs().alias(f"{i} plain"),
        ]
    found = cells.select(figures).fill_nan(0).fill_null(0).to_dicts()[0]
    told = {}
    for i, name in enumerate(columns):
        ranked, plain = found[f"{i} ranked"], found[f"{i} plain"]
        enough = found[f"{i} known"] >= FEWEST
        measure = "rank correlation" if ranked >= plain - 1e-9 else "correlation"
        told[name] = (measure, max(ranked, plain) * enough)
    return told


def any_and_class(pair: pl.DataFrame) -> tuple[str, float]:
    """How well a column of any kind tells the class."""
    if one_to_one(pair):
        return "one-to-one", 1.0
    presence = presence_and_class(pair)
    if pair.schema["column"].is_numeric():
        return max(number_and_class(pair), presence, key=lambda found: found[1])
    return max(("lambda", saved_errors(pair)), presence, key=lambda found: found[1])


def one_to_one(pair: pl.DataFrame) -> bool:
    """Whether values and classes stand for each other one to one, and repeat."""
    classes = pair["target"].n_unique()
    if not 1 < classes == pair["column"].n_unique() <= len(pair) / 2:
        return False
    return pair.n_unique() == classes


def number_and_class(pair: pl.DataFrame) -> tuple[str, float]:
    """ROC AUC of a number for two classes, lambda of its bins for more."""
    known = pair.drop_nulls()
    if pair["target"].n_unique() == 2 == known["target"].n_unique():
        one = known["target"] == known["target"][0]
        ones = int(one.sum())
        ranks = float(known["column"].rank().filter(one).sum())
        area = (ranks - ones * (ones + 1) / 2) / (ones * (len(known) - ones))
        return "ROC AUC", max(area, 1 - area) * len(known) / len(pair)
    bins = (pl.col("column").rank() * BINS / (pl.len() + 1)).floor()
    return "lambda", saved_errors(pair.with_columns(bins))


def presence_and_class(pair: pl.DataFrame) -> tuple[str, float]:
    """ROC AUC of whether a value is there, for two classes; 0 where all or none are."""
    absent = pair["column"].null_count()
    if absent in (0, len(pair)) or pair["target"].n_unique() != 2:
        return "ROC AUC", 0.0
    there = pair.with_columns(pl.col("column").is_not_null().cast(pl.Float64))
    return number_and_class(there)


def saved_errors(pair: pl.DataFrame) -> float:
    """Goodman and Kruskal's lambda; a value of a single row saves nothing."""
    rows = pl.col("rows")
    counts = pair.group_by("column", "target").agg(pl.len().alias("rows"))
    groups = counts.group_by("column").agg(rows.sum(), rows.max().alias("most"))
    right = int(groups.filter(rows > 1)["most"].sum())
    commonest = int(pair["target"].unique_counts().to_numpy().max())
    errors = len(pair) - commonest
    return (right - commonest) / errors if errors else 0.0


def category_and_number(pair: pl.DataFrame) -> tuple[str, float]:
    """Share of the variance of the target's ranks that lies between the categories."""
    ranked = pair.with_columns(pl.col("target").rank())
    categories = pair["column"].n_unique()
    free = len(pair) - categories  # rows beyond one for each category
    if free < 1:
        return "explained variance", 0.0
    own = pl.col("target").mean().over("column")
    within, total = ranked.select(
        ((pl.col("target") - own) ** 2).sum().alias("within"),
        ((pl.col("target") - pl.col("target").mean()) ** 2).sum().alias("total"),
    ).row(0)
    if within <= 1e-9 * total and one_to_one(pair):
        return "one-to-one", 1.0
    share = 1 - within / total * (len(pair) - 1) / free if total else 0.0
    return "explained variance", share


# ---- importance ----------------------------------------------------------------------


def permutation_importance(
    score: Callable[[pl.DataFrame], float],
    table: pl.DataFrame,
    columns: list[str],
    seed: int = 0,
) -> dict[str, float]:
    """How much worse the score gets when a column's values are dealt to other rows.

    Args:
        score: Of a table; higher is better.
        table: The rows to look at, with all columns that `score` needs.
        columns: Those to look at, each permuted alone.
        seed: Of the permutations.

    Returns:
        The loss of score for each column, the largest first; about 0 or below for what
        is not used.
    """
    whole = score(table)
    rng = np.random.default_rng(seed)
    losses = {}
    for name in columns:
        dealt = table[name][rng.permutation(len(table))]
        losses[name] = whole - score(table.with_columns(dealt))
    return dict(sorted(losses.items(), key=lambda item: -item[1]))


# ---- give-aways ----------------------------------------------------------------------


def leak_scan(train: Rows) -> list[dict[str, Any]]:
    """Training columns that nearly give the target away."""
    columns = [*train.columns, *TARGETS]
    return give_aways(train.table.select(pl.selectors.by_name(columns)), TARGETS)


# ---- importance ----------------------------------------------------------------------


def importance(
    model: lightning.LightningModule, val: Rows, size: int = INFERENCE_ROWS
) -> list[dict[str, Any]]:
    """How much the metric loses when a column is permuted, on validation rows."""
    columns = val.columns
    low, high = IMPORTANCE_ROWS
    features = val.arrays["input"].shape[1]  # a text has several
    wanted = IMPORTANCE_VALUES // (features * len(columns))
    rows = min(high, max(low, wanted), len(val))
    chosen = torch.linspace(0, len(val) - 1, rows).long().numpy()  # evenly spaced
    truth = val.truth[chosen]

    def score(table: Any) -> float:
        values, known = encode_rows(table)
        pairs = zip(torch.split(values, size), torch.split(known, size), strict=True)
        batches: Any = [{"input": x, "mask": mask} for x, mask in pairs]
        outputs = predict(model, DataLoader(batches, batch_size=None))
        return judge(decode(outputs), truth) * (1 if HIGHER_IS_BETTER else -1)

    losses = permutation_importance(
        score, val.table[chosen], columns[:IMPORTANCE_COLUMNS]
    )
    return [{"column": name, "drop": loss} for name, loss in losses.items()]
