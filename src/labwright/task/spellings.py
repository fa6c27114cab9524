"""The keys of a task file, and the other spellings that are read as them.

Case, spaces, dashes and camelCase do not matter: "Data-Sources" and "dataSources" are
data_sources. The tables are shown in docs/task.md.
"""

import difflib
import re
from collections.abc import Mapping
from typing import Any

from labwright.errors import TaskError
from labwright.task.json_text import shown

Section = Mapping[str, tuple[str, ...]]  # a key, and its other spellings, best first

SOURCE: Section = {
    "type": ("source_type", "kind", "provider", "platform"),
    "identifier": (
        *("dataset_id", "repo_id", "url", "uri", "link", "id", "data_id", "slug"),
        *("competition", "repo", "path", "location", "dataset", "dataset_name"),
        *("source", "name"),
    ),
    "description": ("about",),
    "config": ("config_name", "configuration", "subset"),
    "split": ("splits",),
    "revision": ("version", "commit", "tag", "branch"),
    "file": ("filename", "file_name", "files", "glob", "pattern", "member"),
    "format": ("file_format", "file_type"),
    "sha256": ("checksum", "hash", "sha"),
    "max_size": ("max_bytes", "size_limit"),
    "join": ("merge",),
    "alternatives": ("alternative", "mirrors", "mirror", "fallbacks", "fallback"),
}
SPLIT: Section = {
    "rule": ("type", "method", "strategy", "by", "kind"),
    "time_column": ("time", "time_col", "date_column", "datetime_column"),
    "group_column": ("group", "group_col", "groups", "group_by"),
}
MODEL: Section = {
    "d_model": ("width", "hidden_size", "dim"),
    "num_layers": ("layers", "n_layers", "depth"),
    "dropout": ("dropout_rate",),
}
TRAINING: Section = {
    "batch_size": ("batch",),
    "learning_rate": ("lr",),
    "epochs": ("max_epochs", "num_epochs", "n_epochs"),
    "patience": ("early_stopping_patience",),
}
TASK: Section = {
    "name": ("task_name", "title"),
    "description": ("task_description", "problem_description"),
    "input_description": ("inputs_description",),
    "output_description": ("outputs_description", "target_description"),
    "data_sources": (
        *("data_source", "data", "dataset", "datasets", "source", "sources"),
        *("dataset_id", "url", "urls", "path"),
    ),
    "task_type": ("problem_type", "task_kind"),
    "recipe": ("modality", "data_kind"),
    "horizon": ("forecast_horizon", "prediction_length", "steps_ahead"),
    "known_in_advance": ("future_covariates", "known_future", "known_covariates"),
    "pretrained": ("pretrained_model", "encoder", "backbone"),
    "evaluation_metric": ("metric", "metrics", "eval_metric", "evaluation_metrics"),
    "expected_baseline": ("baseline", "expected_performance"),
    "preprocessing_hints": ("preprocessing_hint", "hints"),
    "target": ("targets", "target_column", "target_columns", "label", "label_column"),
    "inputs": ("features", "input_columns", "feature_columns"),
    "drop": ("drop_columns", "ignore", "ignore_columns", "exclude", "exclude_columns"),
    "derive": ("derived", "derived_columns", "computed_columns"),
    "where": ("filter", "row_filter"),
    "split": ("split_rule", "split_strategy", "split_method"),
    "positive_class": ("positive_label", "pos_label"),
    "max_rows": ("row_limit",),
    "seed": ("random_seed", "random_state"),
    "model": ("model_options",),
    "training": ("training_options",),
}
SECTIONS: Mapping[str, Section] = {
    "split": SPLIT,
    "model": MODEL,
    "training": TRAINING,
    "data_sources": SOURCE,
}
# These may also stand beside the sections they belong to: "epochs": 20.
LOOSE: dict[str, str] = {
    key: f"{name}.{key}"
    for name, keys in (
        ("split", ("time_column", "group_column")),
        ("model", tuple(MODEL)),
        ("training", tuple(TRAINING)),
    )
    for key in keys
} | {"max_size": "data_sources.max_size"}
MOST_WARNINGS = 20  # unknown keys of one object that are named one by one


def compact(key: str) -> str:
    """A key without what does not matter: "dataSources" and "Data-Sources" are one."""
    return re.sub(r"[^a-z0-9]+", "", key.casefold())


def is_blank(value: Any) -> bool:
    """Whether a value is one that says nothing: null, "", [], {}."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or value == [] or value == {}


def canonical_keys(
    given: Mapping[str, Any], section: str | None = None, where: str = ""
) -> tuple[dict[str, Any], list[str]]:
    """What `given` says, under canonical keys, and a warning for each key not used.

    Where several spellings of one key say different things, the canonical one counts,
    then the one that its table names first. Blank values count as left out.

    Args:
        given: One object of the task file.
        section: A key of `SECTIONS`; None for the task itself, whose loose keys come
            back dotted: "training.epochs".
        where: How keys of this object are introduced in warnings: "training.".
    """
    table = _lookup(section)
    rank = {spelling: place for place, spelling in enumerate(table)}
    used: dict[str, str] = {}  # canonical key: the key that is written
    unknown, warnings = [], []
    for key in sorted(given, key=lambda key: rank.get(compact(key), len(rank))):
        if (name := table.get(compact(key))) is None:
            unknown.append(key)
        elif is_blank(given[key]):
            continue
        elif name not in used:
            used[name] = key
        elif given[key] != given[used[name]]:
            warnings.append(
                f"'{where}{key}' is kept in task.json and not used; "
                f"'{where}{used[name]}' is"
            )
    for key in unknown[:MOST_WARNINGS]:
        near = _nearest(key, table)
        hint = f"; did you mean '{where}{near[0]}'?" if near else ""
        shown_key = repr(where + key[:60] + "…" * (len(key) > 60))
        warnings.append(
            f"unknown key {shown_key} is kept in task.json and not used{hint}"
        )
    if more := unknown[MOST_WARNINGS:]:
        warnings.append(f"{len(more)} more unknown keys are kept and not used")
    return {name: given[key] for name, key in used.items()}, warnings


def key_path(dotted: str) -> tuple[str, ...]:
    """The canonical path of a key in dotted form: "training.lr", "lr", "split.rule".

    Raises:
        TaskError: there is no such key; the nearest are its candidates.
    """
    first, _, rest = re.sub(r"\[\d*\]|(?<=\.)\d+\.", "", dotted).partition(".")
    name = _lookup(None).get(compact(first))
    if name is not None and not rest:
        return tuple(name.split("."))
    inner = _lookup(name).get(compact(rest)) if name in SECTIONS else None
    if name is not None and inner is not None:
        return name, inner
    near = _nearest(dotted, _ALL_KEYS)
    raise TaskError(
        "a key of the task file before the =",
        shown(dotted),
        f"The nearest is {near[0]}." if near else "See docs/task.md for all keys.",
        key=dotted[:80],
        candidates=near or sorted(set(_ALL_KEYS.values())),
    )


def spellings_table() -> str:
    """The other spellings as the table of docs/task.md, in Markdown."""
    rows = ["| key | also |", "| --- | --- |"]
    for name, section in {"": TASK, **SECTIONS}.items():
        for key, others in section.items():
            dotted = f"{name}.{key}".lstrip(".")
            rows.append(f"| `{dotted}` | {', '.join(f'`{s}`' for s in others)} |")
    return "\n".join(rows) + "\n"


def _lookup(section: str | None) -> dict[str, str]:
    """Each compact spelling of one section, best first, and its canonical key."""
    keys = TASK if section is None else SECTIONS[section]
    spelled = {key: key for key in keys}
    spelled |= {other: key for key, others in keys.items() for other in others}
    spelled |= LOOSE if section is None else {}
    return {compact(spelling): key for spelling, key in spelled.items()}


def _nearest(key: str, table: Mapping[str, str]) -> list[str]:
    """Canonical keys with a spelling like `key`, the likest first."""
    near = difflib.get_close_matches(compact(key)[:60], table, n=3, cutoff=0.6)
    return list(dict.fromkeys(table[spelling] for spelling in near))


_ALL_KEYS = _lookup(None) | {
    name + spelling: f"{name}.{key}"
    for name in SECTIONS
    for spelling, key in _lookup(name).items()
}
