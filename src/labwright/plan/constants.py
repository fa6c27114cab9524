"""The choices as values of the recipe's constants, and as names of its parts."""

import math

from labwright.plan.chosen import Chosen, Inputs
from labwright.plan.decisions import Value
from labwright.plan.text_columns import MOST_WORDS
from labwright.plan.training_rows import SHARES, SPLITS
from labwright.task.metric_registry import METRICS

UNREADABLE = 0.01  # share of a column's cells that may not parse in later data
MAX_CATEGORIES = ((10_000, 256), (math.inf, 1_000))  # training rows up to which, codes


def constants_of(chosen: Chosen) -> dict[str, Value]:
    """Module-level constants of the recipe's files, by name."""
    of_recipe = (
        chosen.encoding.constants if chosen.encoding else table_constants(chosen)
    )
    return (
        source_constants(chosen)
        | column_constants(chosen)
        | row_constants(chosen)
        | training_constants(chosen)
        | of_recipe
    )


def source_constants(chosen: Chosen) -> dict[str, Value]:
    """Where the data come from and how they are read."""
    acquired, files = chosen.acquired, chosen.table.table.files
    return {
        "SOURCE": acquired.source,
        "REVISION": acquired.revision,
        "FILES": dict(acquired.files),
        "MAX_BYTES": acquired.max_bytes,
        "TABLES": [file.path for file in files],
        "READING": dict(files[0].reading),
    }


def column_constants(chosen: Chosen) -> dict[str, Value]:
    """What is predicted, from what, and how cells are written."""
    inputs, columns = chosen.inputs, chosen.table.table.columns
    numeric = all(column.whole is not None for column in chosen.targets)
    read = [*inputs.numbers, *(chosen.target.columns if numeric else ())]
    dates = list(inputs.calendar)
    if chosen.split.rule == "time" and chosen.split.column not in dates:
        dates += [
            c.name for c in (columns[str(chosen.split.column)],) if c.kind == "date"
        ]
    table = chosen.table.table
    lost = [columns[name].unreadable / table.rows for name in [*read, *dates]]
    return {
        "TARGETS": list(chosen.target.columns),
        "CLASSES": list(chosen.classes.names),
        "TARGETS_ARE_NUMBERS": numeric,
        "DATES": {name: columns[name].date_format or "" for name in dates},
        "WRITTEN_NUMBERS": {
            name: mark for name in read if (mark := columns[name].decimal)
        },
        "IDENTIFIERS": inputs.identifiers,
        "MISSING": list(dict.fromkeys(["", *table.missing_spellings])),
        "MAX_UNREADABLE": max(UNREADABLE, math.ceil(200 * max(lost, default=0)) / 100),
    }


def table_constants(chosen: Chosen) -> dict[str, Value]:
    """The columns of a table that are read, and how."""
    inputs, rows = chosen.inputs, chosen.rows["train"]
    return {
        "NUMBERS": inputs.numbers,
        "CATEGORIES": inputs.categories,
        "TEXTS": inputs.texts,
        **text_constants(inputs),
        "CALENDAR": inputs.calendar,
        "MIN_CATEGORY_ROWS": inputs.min_rows,
        "MAX_CATEGORIES": next(n for limit, n in MAX_CATEGORIES if rows < limit),
        "SUBMIT_PROBABILITIES": METRICS[chosen.metric.name].needs == "probabilities",
    }


def text_constants(inputs: Inputs) -> dict[str, Value]:
    """Sizes of what is made of texts, where there are any."""
    if not inputs.texts:
        return {}
    return {"TEXT_WORDS": MOST_WORDS, "TEXT_NUMBERS": inputs.text_numbers}


def row_constants(chosen: Chosen) -> dict[str, Value]:
    """Which rows there are, and how they are dealt."""
    return {
        "MAX_ROWS": chosen.task.max_rows,
        "SPLIT_COLUMN": chosen.split.column,
        "KEEP_EQUAL_ROWS_TOGETHER": chosen.dealt.equality.together,
        "SHARES": SHARES,
        "SEED": chosen.task.seed,
        "BALANCE_CLASSES": chosen.balanced,
    }


def training_constants(chosen: Chosen) -> dict[str, Value]:
    """The model, its training, and how it is judged."""
    metric, size = METRICS[chosen.metric.name], chosen.size
    return {
        "TASK_TYPE": chosen.kind.task_type,
        "METRIC": metric.name,
        "HIGHER_IS_BETTER": metric.higher_is_better,
        "SPLIT_RULE": chosen.split.rule,
        "EXPECTED_BASELINE": chosen.task.expected_baseline,
        "LOSS": chosen.learned.loss,
        "D_MODEL": size.d_model,
        "NUM_LAYERS": size.num_layers,
        "DROPOUT": size.dropout,
        "LEARNING_RATE": size.learning_rate,
        "BATCH_SIZE": size.batch_size,
        "MAX_EPOCHS": size.epochs,
        "PATIENCE": size.patience,
        "NUM_WORKERS": 0,
    }


UNITS = {"group": "units_of_groups", "time": "units_of_time"}
KINDS = {
    "label_lists": "labels",
    "log_numbers": "numbers",
}  # forms that share functions


def names_of(chosen: Chosen) -> dict[str, str]:
    """A part as the recipe names it, and the one that is called in its place."""
    transform = chosen.learned.transform
    kind = KINDS.get(transform, transform)
    fitted = "labels" if transform == "label_lists" else transform
    read = "label_lists" if transform == "label_lists" else kind
    called = {
        "fetch_local": chosen.acquired.fetch,
        "keep_files": chosen.acquired.unpacked,
        "read_csv": chosen.table.table.files[0].reader,
        "split_stratified": SPLITS[chosen.split.rule],
        "units_of_rows": UNITS.get(chosen.split.rule, "units_of_rows"),
        "read_classes": f"read_{read}",
        "fit_classes": f"fit_{fitted}",
        "encode_classes": f"encode_{fitted}",
        "decode_classes": f"decode_{fitted}",
        "columns_of_classes": f"columns_of_{kind}",
        "more_about_classes": f"more_about_{kind}",
        "accuracy": chosen.metric.name,
    }
    if chosen.encoding:
        called |= chosen.encoding.names
    elif chosen.plain:
        called |= {
            "encode_features": "encode_plain",
            "features_arguments": "plain_arguments",
        }
    return {written: name for written, name in called.items() if name != written}
