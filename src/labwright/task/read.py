"""next_task.json -> Task: liberal in how things are written, strict in what they mean.

    read = read_task(Path("experiments/next_task.json"))
    read.task, read.given, read.warnings

The file's keys become canonical (`spellings`), overrides are laid over them, each value
is read into its canonical form (`values`, `sources`, `metrics`), and pydantic checks
the whole. Text is data throughout: nothing of it is evaluated, and the one name that
becomes a path is made safe.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from labwright.errors import TaskError
from labwright.task.json_text import check_plain, parse_json, read_json_object, shown
from labwright.task.metrics import find_metric
from labwright.task.model import Task
from labwright.task.safe_name import safe_name
from labwright.task.sources import name_of, recognise
from labwright.task.spellings import canonical_keys, is_blank, key_path
from labwright.task.values import (
    SOURCE_TYPES,
    SPLIT_RULES,
    as_baseline,
    as_choice,
    as_class,
    as_columns,
    as_expressions,
    as_format,
    as_hints,
    as_join,
    as_metric_text,
    as_number,
    as_one_file,
    as_plain_name,
    as_recipe,
    as_sha256,
    as_size,
    as_splits,
    as_task_type,
    as_text,
    as_texts,
    as_words,
    wrong,
)

_EXAMPLE = '"data_sources": [{"type": "local", "identifier": "data/table.csv"}]'


@dataclass(frozen=True)
class ReadTask:
    """A task as read.

    Attributes:
        task: In canonical form.
        given: The JSON object exactly as in the file, unknown keys included.
        warnings: What a person should know: keys that are not used, names that differ.
    """

    task: Task
    given: dict[str, Any]
    warnings: tuple[str, ...]


def read_task(
    path: Path,
    name: str | None = None,
    overrides: Sequence[str] = (),
    workspace: Path | None = None,
) -> ReadTask:
    """The task that a file describes.

    Args:
        path: A JSON file, usually experiments/next_task.json.
        name: Name that takes the place of the file's own.
        overrides: "training.epochs=20": a key and a value, JSON or else text.
        workspace: What local paths are relative to. Default: the parent of the folder
            experiments where the file lies in one, else the current folder.

    Raises:
        TaskFileError: the file is absent or no JSON object.
        UnknownMetricError: evaluation_metric names no metric, or several.
        TaskError: any other key or value is not usable.
    """
    given = read_json_object(path)
    if workspace is None:
        folder = path.absolute().parent
        workspace = folder.parent if folder.name == "experiments" else Path.cwd()
    written, warnings = _structured(given)
    for override in overrides:
        warnings += _override(written, override)
    values = _values(written, workspace, warnings)
    values["name"] = _name(name, values, warnings)
    try:
        task = Task.model_validate(values)
    except ValidationError as error:
        raise _task_error(error) from None
    return ReadTask(task, given, tuple(dict.fromkeys(warnings)))


def _structured(given: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The file's object with canonical keys throughout, and sections as objects."""
    task, warnings = canonical_keys(given)
    max_size = task.pop("data_sources.max_size", None)
    for section in ("split", "model", "training"):
        value = task.pop(section, {})
        if section == "split" and isinstance(value, str):
            value = {"rule": value}
        if not isinstance(value, dict):
            raise wrong(section, "an object, { … }", value, "See docs/task.md.")
        inner, more = canonical_keys(value, section, f"{section}.")
        loose = {key: task.pop(key) for key in [*task] if key.startswith(f"{section}.")}
        task[section] = {key.partition(".")[2]: v for key, v in loose.items()} | inner
        warnings += more
    if "data_sources" in task:
        sources, more = _structured_sources(task["data_sources"], "data_sources")
        task["data_sources"] = [{"max_size": max_size} | source for source in sources]
        warnings += more
    return task, warnings


def _structured_sources(value: Any, key: str) -> tuple[list[dict[str, Any]], list[str]]:
    """A list of objects with canonical keys, from one object, one text or a list."""
    sources = []
    warnings = []
    for index, item in enumerate(value if isinstance(value, list) else [value]):
        where = f"{key}[{index}]"
        if isinstance(item, str):
            item = {"identifier": item}
        if not isinstance(item, dict):
            raise wrong(where, "an object or a text", item, f"Write {_EXAMPLE}.")
        source, more = canonical_keys(
            _source_as_type(item), "data_sources", f"{where}."
        )
        warnings += more
        if not is_blank(others := source.get("alternatives")):
            others, more = _structured_sources(others, f"{where}.alternatives")
            source["alternatives"] = others
            warnings += more
        named = source.get("identifier")
        several = named if isinstance(named, list) else [named]
        sources += [{**source, "identifier": one} for one in several]
    return sources, warnings


def _source_as_type(item: dict[str, Any]) -> dict[str, Any]:
    """The object, with {"source": "kaggle"} read as the type that it names."""
    source = item.get("source")
    is_type = isinstance(source, str) and source.lower() in SOURCE_TYPES
    if "type" in item or not is_type:
        return item
    return {"type" if key == "source" else key: value for key, value in item.items()}


def _override(written: dict[str, Any], override: str) -> list[str]:
    """Lay one KEY=VALUE over what the file says; the warnings of its value.

    A key of data_sources is set in each of them. A blank value takes the key away.
    """
    dotted, equals, text = override.partition("=")
    if not equals:
        raise TaskError(
            "KEY=VALUE, as in training.epochs=20",
            shown(ascii(override)[1:-1]),
            "Put = between the key and its value.",
        )
    check_plain(override, "--set")
    path = key_path(dotted)
    try:
        value = parse_json(text, "--set")
    except TaskError:
        value = text
    section, key = path[0], path[-1]
    if len(path) == 1:
        new, warnings = _structured({key: value})
        written.pop(key, None)
        if key in new:
            written[key] = new[key]
        return warnings
    places = written.get(section, [])
    for place in places if isinstance(places, list) else [places]:
        place[key] = value
    return []


def _values(
    written: dict[str, Any], workspace: Path, warnings: list[str]
) -> dict[str, Any]:
    """Every value in its canonical form, as keyword arguments of `Task`."""
    given = {key: value for key, value in written.items() if not is_blank(value)}
    values = {
        key: reader(given[key], key) for key, reader in _READERS.items() if key in given
    }
    values["data_sources"] = [
        _source(source, f"data_sources[{index}].", workspace)
        for index, source in enumerate(_sources_of(given))
    ]
    if "evaluation_metric" in given:
        metric = given["evaluation_metric"]
        values["evaluation_metric"] = find_metric(
            as_metric_text(metric, "evaluation_metric")
        ).name
        if isinstance(metric, list) and len(metric) > 1:
            warnings.append(
                f"evaluation_metric lists {len(metric)} metrics; the first one decides"
            )
    return values


def _sources_of(given: dict[str, Any]) -> list[dict[str, Any]]:
    if sources := given.get("data_sources"):
        return list(sources)
    raise TaskError(
        "data_sources, where the data come from",
        "a task without it",
        f"Add {_EXAMPLE}.",
        key="data_sources",
    )


def _source(given: dict[str, Any], where: str, workspace: Path) -> dict[str, Any]:
    """One source in canonical form. What it says itself wins over its identifier."""
    given = {key: value for key, value in given.items() if not is_blank(value)}
    kind = given.get("type")
    kind = None if kind is None else as_choice(kind, f"{where}type", SOURCE_TYPES)
    if "identifier" not in given and kind in {None, "local"} and "file" in given:
        given["identifier"] = given.pop("file")
    if "identifier" not in given:
        raise TaskError(
            "an identifier that names the data",
            shown(given),
            f"Write for example {_EXAMPLE}.",
            key=f"{where}identifier",
        )
    key = f"{where}identifier"
    place = recognise(as_text(given["identifier"], key), kind, workspace, key)
    given = {**place.more, **given, "type": place.type, "identifier": place.identifier}
    same = {name: given[name] for name in _SAME_ELSEWHERE if name in given}
    for name, reader in _SOURCE_READERS.items():
        if name in given:
            given[name] = reader(given[name], f"{where}{name}")
    if "alternatives" in given:
        given["alternatives"] = [
            _source(same | other, f"{where}alternatives[{index}].", workspace)
            for index, other in enumerate(given["alternatives"])
        ]
    return given


def _split(given: dict[str, Any], key: str) -> dict[str, Any]:
    """A split rule; a time or group column alone says which rule."""
    given = {name: value for name, value in given.items() if not is_blank(value)}
    columns = [name for name in ("time_column", "group_column") if name in given]
    if "rule" not in given and len(columns) == 1:
        given["rule"] = columns[0].removesuffix("_column")
    if "rule" not in given:
        raise wrong(
            f"{key}.rule",
            f"one of {', '.join(SPLIT_RULES)}",
            given,
            'Write "split": {"rule": "group", "group_column": "…"}, for example.',
            list(SPLIT_RULES),
        )
    rule = as_choice(given["rule"], f"{key}.rule", SPLIT_RULES)
    for column in columns:
        if column != f"{rule}_column":
            other = column.removesuffix("_column")
            raise wrong(
                f"{key}.{column}",
                f"no {column} under the rule {rule}",
                given[column],
                f'Write "rule": "{other}", or leave {column} out.',
            )
    return {"rule": rule} | {c: as_text(given[c], f"{key}.{c}") for c in columns}


def _numbers(given: dict[str, Any], key: str) -> dict[str, int | float]:
    return {
        name: as_number(value, f"{key}.{name}")
        for name, value in given.items()
        if not is_blank(value)
    }


Reader = Callable[[Any, str], Any]  # of the value of a key

# What is said of a source and is true of its alternatives, unless they say otherwise.
_SAME_ELSEWHERE = ("description", "format", "sha256", "max_size", "join")
_SOURCE_READERS: dict[str, Reader] = {
    "description": as_words,
    "config": as_plain_name,
    "split": as_splits,
    "revision": as_text,
    "file": as_one_file,
    "format": as_format,
    "sha256": as_sha256,
    "max_size": as_size,
    "join": as_join,
}
_READERS: dict[str, Reader] = {
    "name": as_words,
    "description": as_words,
    "input_description": as_words,
    "output_description": as_words,
    "task_type": as_task_type,
    "recipe": as_recipe,
    "horizon": as_number,
    "known_in_advance": as_texts,
    "pretrained": as_text,
    "expected_baseline": as_baseline,
    "preprocessing_hints": as_hints,
    "target": as_columns,
    "inputs": as_texts,
    "drop": as_texts,
    "derive": as_expressions,
    "where": as_text,
    "split": _split,
    "positive_class": as_class,
    "max_rows": as_number,
    "seed": as_number,
    "model": _numbers,
    "training": _numbers,
}


def _name(argument: str | None, values: dict[str, Any], warnings: list[str]) -> str:
    """The safe name: the argument's, else the file's, else the first source's."""
    own = values.get("name")
    if argument is None or not argument.strip():
        if own is not None:
            return safe_name(own)
        first = values["data_sources"][0]
        return safe_name(name_of(first["type"], first["identifier"]))
    name = safe_name(argument)
    if own is not None and safe_name(own) != name:
        warnings.append(
            f"the task file's name is {shown(own)}; {name} is used, as asked"
        )
    return name


# What pydantic's kinds of error mean, for the fields that it checks alone.
_EXPECTED = {
    "literal_error": "{expected}",
    "greater_than_equal": "a number of at least {ge}",
    "greater_than": "a number above {gt}",
    "less_than_equal": "a number of at most {le}",
    "less_than": "a number below {lt}",
    "int_from_float": "a whole number",
    "string_pattern_mismatch": "64 hexadecimal digits",
}


def _task_error(error: ValidationError) -> TaskError:
    """Our error for the first of pydantic's."""
    first = error.errors(include_url=False)[0]
    parts = (f"[{p}]" if isinstance(p, int) else f".{p}" for p in first["loc"])
    expected = _EXPECTED.get(first["type"], "a value as in docs/task.md")
    return wrong(
        "".join(parts).lstrip("."),
        expected.format(**first.get("ctx", {})),
        first["input"],
        "Change it, or leave it out.",
    )
