"""From any usual way to write a value to its canonical form, or one clear error."""

import contextlib
import difflib
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from labwright.errors import TaskError
from labwright.task.json_text import shown
from labwright.task.model import (
    Format,
    JoinHow,
    Recipe,
    SourceType,
    SplitRule,
    TaskType,
)

Choice = TypeVar("Choice", bound=str)
Spellings = tuple[str, ...]

SOURCE_TYPES: Mapping[SourceType, Spellings] = {
    "huggingface": ("hf", "hub", "hugging face hub", "hugging face dataset"),
    "kaggle": ("kaggle dataset", "kaggle competition", "kagglehub"),
    "openml": ("openml dataset",),
    "url": ("http", "https", "web", "link", "download"),
    "local": ("file", "path", "folder", "directory", "local file", "disk"),
}
FORMATS: Mapping[Format, Spellings] = {
    "csv": (),
    "tsv": ("tab", "tab separated"),
    "parquet": ("pq",),
    "json": (),
    "jsonl": ("json lines", "ndjson"),
    "excel": ("xlsx", "xls"),
    "arff": (),
    "sqlite": ("sqlite3", "db"),
    "ts": ("sktime", "aeon"),
    "npz": ("numpy",),
    "conll": ("conllu", "conll u", "conll 2003", "iob", "bio"),
}
SPLIT_RULES: Mapping[SplitRule, Spellings] = {
    "random": ("shuffle", "shuffled", "random split"),
    "stratified": ("stratify", "by class", "stratified split"),
    "time": ("temporal", "chronological", "by time", "time based", "time split"),
    "group": ("grouped", "by group", "group based", "group split"),
    "official": ("predefined", "given", "original", "source", "official split"),
}
RECIPES: Mapping[Recipe, Spellings] = {
    "table": ("tabular",),
    "text": ("texts", "nlp"),
    "forecast": ("forecasting", "time series forecast"),
    "series": ("time series", "whole series", "signal"),
    "tags": ("tagging", "token tags", "tokens"),
    "image": ("images", "vision", "picture"),
    "audio": ("sound", "sounds"),
}
JOINS: Mapping[JoinHow, Spellings] = {
    "left": ("left outer", "outer"),
    "inner": ("both",),
    "nearest_earlier": ("asof", "as of", "backward", "latest", "last known"),
}
TASK_TYPES: Mapping[TaskType, Spellings] = {
    "regression": ("regressor", "tabular regression", "multi output regression"),
    "classification": (
        *("classifier", "classify", "binary", "multiclass", "multi label"),
        *("binary classification", "multi-class classification"),
        *("multilabel classification", "tabular classification"),
    ),
    "sequence": (
        *("forecasting", "forecast", "time series forecasting", "seq2seq"),
        *("sequence to sequence", "sequence labeling", "token classification"),
        *("sequence tagging", "time series"),
    ),
}
_TASK_WORDS: tuple[tuple[TaskType, str], ...] = (
    (
        "sequence",
        "forecast|seq2seq|^sequence|named entity|^tagging$|token class|pos tag",
    ),
    ("classification", "classif"),
    ("regression", "regress"),
)


def as_text(value: Any, key: str) -> str:
    """Text; a number stands for its digits."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong(key, "text", value, f'Write "{key}": "…".')
    return str(value)


def as_words(value: Any, key: str) -> str:
    """Text in words; a list of texts stands for lines."""
    return (
        "\n".join(as_texts(value, key))
        if isinstance(value, list)
        else as_text(value, key)
    )


def as_texts(value: Any, key: str) -> tuple[str, ...]:
    """Texts; one text stands for a list of it."""
    if isinstance(value, list):
        return tuple(as_text(item, f"{key}[{i}]") for i, item in enumerate(value))
    return (as_text(value, key),)


def as_class(value: Any, key: str) -> str:
    """A class as the data write it; JSON's true and false are "true" and "false"."""
    return str(value).lower() if isinstance(value, bool) else as_text(value, key)


def as_number(value: Any, key: str) -> int | float:
    """A finite number, or a text that is one: "20", "1e-3"."""
    number = _parsed(value) if isinstance(value, str) else value
    if isinstance(number, int) and not isinstance(number, bool):
        return number
    if isinstance(number, float) and math.isfinite(number):
        return number
    raise wrong(key, "a number", value, "Write digits, without quotes.")


def as_size(value: Any, key: str) -> int:
    """Bytes of 500000, "500 MB" (10^6), "1.5 GiB" (2^30) or "2G" (2^30)."""
    pattern = r"(\d{1,15}(?:\.\d{1,9})?)\s*([kmgt]?)(i?b?|bytes?)"
    match = re.fullmatch(pattern, as_text(value, key).strip().lower())
    if match is None:
        raise wrong(key, "a size such as 500 MB or 2 GiB", value, 'Write "2 GiB".')
    figure, unit, ending = match.groups()
    base = 1024 if ending in {"", "ib"} else 1000
    return int(float(figure) * base ** " kmgt".index(unit or " "))


def as_choice(value: Any, key: str, choices: Mapping[Choice, Spellings]) -> Choice:
    """One of some values, in any of its spellings; case and dashes do not matter."""
    text = as_text(value, key)
    spelled = {_compact(choice): choice for choice in choices}
    spelled |= {
        _compact(s): choice for choice, others in choices.items() for s in others
    }
    if choice := spelled.get(_compact(text)):
        return choice
    near = difflib.get_close_matches(_compact(text)[:60], spelled, n=2, cutoff=0.6)
    candidates = list(dict.fromkeys(spelled[s] for s in near)) or list(choices)
    raise wrong(
        key,
        f"one of {', '.join(choices)}",
        value,
        f'Write "{key.rpartition(".")[2]}": "{candidates[0]}", or leave it out.',
        candidates,
    )


def as_task_type(value: Any, key: str) -> TaskType:
    """A task type, also inside a phrase: "binary classification of images"."""
    text = " ".join(re.findall("[a-z0-9]+", as_text(value, key).casefold()))
    found = [name for name, pattern in _TASK_WORDS if re.search(pattern, text)]
    if found == ["sequence", "classification"]:
        # one class for a sequence, or one for each of its tokens
        return "classification" if text.startswith("sequence class") else "sequence"
    return found[0] if len(found) == 1 else as_choice(value, key, TASK_TYPES)


def as_metric_text(value: Any, key: str) -> str:
    """The text that names a metric: it, the first of a list, an object's "name"."""
    while isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        named = [value[k] for k in ("name", "metric", "id", "type") if k in value]
        value = named[0] if named else value
    return as_text(value, key)


def as_columns(value: Any, key: str) -> str | tuple[str, ...]:
    """One column's name, or several different ones."""
    names = as_texts(value, key)
    if len(set(names)) < len(names):
        raise wrong(key, "each column once", value, "Keep one of the equal names.")
    return names if len(names) > 1 else names[0]


def as_hints(value: Any, key: str) -> str | tuple[str, ...]:
    """One text, or several."""
    return as_texts(value, key) if isinstance(value, list) else as_text(value, key)


def as_baseline(value: Any, key: str) -> Any:
    """A figure, a text or an object."""
    if isinstance(value, bool | list):
        raise wrong(key, "a figure, a text or an object", value, f'Write "{key}": 0.9.')
    return value


def as_recipe(value: Any, key: str) -> Recipe:
    """A kind of data, in any of its spellings."""
    return as_choice(value, key, RECIPES)


def as_expressions(value: Any, key: str) -> dict[str, str]:
    """Names of columns to make, and the expression of each."""
    if not isinstance(value, dict):
        fix = f'Write "{key}": {{"rainy": "precipitation > 0"}}.'
        raise wrong(key, "an object of names and expressions", value, fix)
    return {name: as_text(text, f"{key}.{name}") for name, text in value.items()}


def as_join(value: Any, key: str) -> dict[str, Any]:
    """The columns of a join and how rows are found; a text or a list is the columns."""
    given = value if isinstance(value, dict) else {"on": value}
    fix = 'Write "join": {"on": "date", "how": "left"}.'
    if unknown := sorted(given.keys() - {"on", "how"}):
        raise wrong(key, "nothing but on and how", unknown[0], fix)
    if not (on := given.get("on")):
        raise wrong(f"{key}.on", "the columns to join on", value, fix)
    joined: dict[str, Any] = {}
    if isinstance(on, dict):
        joined["on"] = tuple(on)
        joined["other"] = tuple(
            as_text(other, f"{key}.on.{name}") for name, other in on.items()
        )
    else:
        joined["on"] = as_texts(on, f"{key}.on")
    if "how" in given:
        joined["how"] = as_choice(given["how"], f"{key}.how", JOINS)
    return joined


def as_format(value: Any, key: str) -> Format:
    """A file format, also as a suffix: ".csv"."""
    return as_choice(value, key, FORMATS)


def as_sha256(value: Any, key: str) -> str:
    """Hexadecimal digits in lower case, without the prefix that some tools print."""
    return as_text(value, key).strip().lower().removeprefix("sha256:")


def as_splits(value: Any, key: str) -> str:
    """A split's name; a list of them is joined as "train+test"."""
    return as_plain_name("+".join(as_texts(value, key)), key)


def as_one_file(value: Any, key: str) -> str:
    """The name or glob of a file inside something else, also as a list of it."""
    names = as_texts(value, key)
    if len(names) > 1:
        raise wrong(
            key, "one name or glob", value, 'Write a glob: "file": "part-*.csv".'
        )
    return as_inner_name(names[0], key)


def as_inner_name(value: Any, key: str) -> str:
    """A name or glob of a file inside something else: never a way out of it."""
    text = as_text(value, key)
    parts = re.split(r"[/\\]", text)
    if (
        ".." in parts
        or not parts[0]
        or re.match("[A-Za-z]:", text)
        or _has_controls(text)
    ):
        raise wrong(
            key,
            "a name inside the source",
            value,
            "Leave out leading / and every .. part.",
        )
    return text


def as_plain_name(value: Any, key: str) -> str:
    """A name without slashes: of a config, a split, a revision."""
    text = as_text(value, key)
    if re.search(r"[/\\]", text) or text in {".", ".."} or _has_controls(text):
        raise wrong(key, "a name without slashes", value, "Write the name alone.")
    return text


def wrong(
    key: str, expected: str, value: Any, fix: str, candidates: Sequence[Any] = ()
) -> TaskError:
    """The error for a value that is not what its key takes."""
    return TaskError(
        f"{expected} for {key}", shown(value), fix, key=key, candidates=candidates
    )


def _parsed(text: str) -> int | float | None:
    for convert in (int, float):
        with contextlib.suppress(ValueError):
            return convert(text)
    return None


def _compact(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def _has_controls(text: str) -> bool:
    return any(ord(character) < 32 or ord(character) == 127 for character in text)
