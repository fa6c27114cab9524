"""Small experiments of every form of target, for what differs between them."""

import numpy as np
import polars as pl
from tests.recipes.experiment import Experiment

COLUMNS = {
    "FILES": {"example.csv": None},
    "NUMBERS": ["size", "age"],
    "CATEGORIES": ["kind"],
    "SPLIT_COLUMN": None,
    "CLASSES": [],
}
DEALT = {"split_stratified": "split_random"}
AS_NUMBERS = DEALT | {
    "read_classes": "read_numbers",
    "fit_classes": "fit_numbers",
    "encode_classes": "encode_numbers",
    "decode_classes": "decode_numbers",
    "columns_of_classes": "columns_of_numbers",
    "more_about_classes": "more_about_numbers",
}
AS_LABELS = {old: new.replace("numbers", "labels") for old, new in AS_NUMBERS.items()}


def table(rows=300):
    rng = np.random.default_rng(0)
    size, age = rng.normal(size=rows), rng.normal(size=rows)
    kind = rng.choice(["a", "b", "c"], rows)
    price = 100 + 30 * size + 10 * (kind == "a") + rng.normal(size=rows)
    return pl.DataFrame(
        {
            "id": [f"n{i}" for i in range(rows)],
            "size": np.where(rng.random(rows) < 0.1, np.nan, size).round(3),
            "age": age.round(3),
            "kind": kind,
            "price": price.round(2),
            "income": np.exp(price / 60).round(2),
            "big": (size > 0).astype(int),
            "old": (age > 0.5).astype(int),
        }
    ).with_columns(pl.col("size").fill_nan(None))


def numbers(folder, targets=("price",), metric="rmse", log=False, names=None, **more):
    values = COLUMNS | {
        "TARGETS": list(targets),
        "TARGETS_ARE_NUMBERS": True,
        "IDENTIFIERS": ["id"],
        "TASK_TYPE": "regression",
        "LOSS": "mse",
        "METRIC": metric,
        "HIGHER_IS_BETTER": metric in ("r2", "spearman"),
    }
    names = AS_NUMBERS | {"accuracy": metric} | (names or {})
    if log:
        names |= {f"{old}_classes": f"{old}_log_numbers" for old in ("fit", "encode")}
        names |= {"decode_classes": "decode_log_numbers"}
    return Experiment(folder, values | more, names, table().write_csv())


def labels(folder, metric="macro_f1", **more):
    values = COLUMNS | {
        "TARGETS": ["big", "old"],
        "CLASSES": ["big", "old"],
        "LOSS": "binary_cross_entropy",
        "METRIC": metric,
    }
    names = AS_LABELS | {"accuracy": metric}
    return Experiment(folder, values | more, names, table().write_csv())


def classes(folder, metric="accuracy", **more):
    names = {"accuracy": metric} if metric != "accuracy" else {}
    return Experiment(folder, {"METRIC": metric} | more, names)
