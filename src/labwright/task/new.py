"""A task file to start from, for data that exist somewhere."""

import csv
import difflib
import io
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from labwright.errors import NoTargetError, NotFoundError, TaskFileError
from labwright.task.json_text import check_plain
from labwright.task.model import TaskType
from labwright.task.safe_name import safe_name
from labwright.task.sources import Place, name_of, recognise

PEEK_BYTES = 256 << 10  # of a table's start; enough for its header and a guess
MANY_VALUES = 20  # distinct numbers above which a target is measured, not counted out


def new_task(
    data: str,
    target: str | None = None,
    name: str | None = None,
    workspace: Path | None = None,
) -> dict[str, Any]:
    """The object of a task file for `data`, its keys in the documented order.

    What nobody can know yet is empty or left out, since words that stand there only as
    an example would be taken for evidence of the target. Nothing is downloaded.

    Args:
        data: A path, a URL, hf://owner/name, kaggle://owner/name or openml:ID.
        target: Column to predict; looked up in the header of a local CSV or TSV file.
        name: Default: made from `data`.
        workspace: Parent of the folder experiments. Default: the current folder.

    Raises:
        TaskError: `data` names nothing that can be fetched.
        NotFoundError: `data` is a path and nothing is there.
        NoTargetError: the file has no column `target`; the nearest are its candidates.
    """
    for text in (data, target, name):
        check_plain(text, "the command line")
    workspace = (workspace or Path.cwd()).absolute()
    place = recognise(data, None, Path.cwd(), "DATA")
    columns: list[str] = []
    kind: TaskType | None = None
    if place.type == "local":
        place = _in_workspace(place, workspace)
        columns, rows = _peek(workspace / place.identifier)
        if columns and target is not None:
            values = [row[_column(target, columns)] for row in rows]
            kind = _guessed_type(values)
    source = {"type": place.type, "identifier": place.identifier, **place.more}
    task = {
        "name": safe_name(name or name_of(place.type, place.identifier)),
        "description": f"Predict {target} from the other columns." if target else "",
        "input_description": _listed([c for c in columns if c and c != target]),
        "output_description": target or "",
        "data_sources": [{**source, "description": ""}],
        "task_type": kind,
        "target": target,
    }
    return {key: value for key, value in task.items() if value is not None}


def write_new_task(path: Path, task: dict[str, Any], overwrite: bool = False) -> None:
    """Write a task file, with its folder where that is missing.

    Raises:
        TaskFileError: the file exists and `overwrite` is not set, or cannot be written.
    """
    text = json.dumps(task, indent=2, ensure_ascii=False) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part") if overwrite else path
        with part.open("w" if overwrite else "x", encoding="utf-8") as file:
            file.write(text)
        part.replace(path)  # the old file is whole until the new one is
    except FileExistsError:
        raise TaskFileError(
            f"no file at {path} yet",
            "a task file that may be yours",
            "Move it away first, or overwrite it knowingly: labwright new … --force",
            key=str(path),
        ) from None
    except OSError as error:
        raise TaskFileError(
            f"a place to write {path}",
            (error.strerror or "an error").lower(),
            "Choose another folder.",
            key=str(path),
        ) from None


def _in_workspace(place: Place, workspace: Path) -> Place:
    """The same place, named relative to the workspace where it lies inside.

    Raises:
        NotFoundError: nothing is there.
    """
    path = Path(os.path.normpath(Path(place.identifier).expanduser().absolute()))
    is_glob = any(character in place.identifier for character in "*?[")
    if not path.exists() and not is_glob:
        raise NotFoundError(
            "a file, folder, URL, hf://owner/name, kaggle://owner/name or openml:ID",
            f"no file {place.identifier}",
            "Check the path; it is relative to the current folder.",
            key="DATA",
        )
    inside = path.is_relative_to(workspace)
    named = path.relative_to(workspace) if inside else path
    return Place("local", named.as_posix())


def _peek(path: Path) -> tuple[list[str], list[list[str]]]:
    """Header and first whole rows of a CSV or TSV file; nothing for other files."""
    if path.suffix.lower() not in {".csv", ".tsv"} or not path.is_file():
        return [], []
    with path.open("rb") as file:
        data = file.read(PEEK_BYTES)
    text = data.decode("utf-8-sig", errors="replace")
    separator = max(",;\t|", key=text.partition("\n")[0].count)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error:
        return [], []
    header = rows[0] if rows else []
    if len(data) == PEEK_BYTES:
        rows.pop()  # cut off
    return header, [row for row in rows[1:] if len(row) == len(header)]


def _column(target: str, columns: Sequence[str]) -> int:
    """Place of the target among the columns."""
    if target in columns:
        return columns.index(target)
    lower = {column.casefold(): column for column in columns}
    near = difflib.get_close_matches(target.casefold(), lower, n=3, cutoff=0.5)
    raise NoTargetError(
        "--target to be a column of the file",
        f"no column {target!r} among {len(columns)}",
        f"Choose one of the columns: {_listed(columns)}.",
        key="target",
        candidates=[lower[name] for name in near] or columns[:20],
    )


def _listed(columns: Sequence[str], most: int = 20) -> str:
    """Names with commas between them, `most` of them at most."""
    more = f" and {len(columns) - most} more" if len(columns) > most else ""
    return ", ".join(columns[:most]) + more


def _guessed_type(values: Sequence[str]) -> TaskType | None:
    """`regression` for many different numbers, `classification` for few texts."""
    present = [
        value.strip() for value in values if value.strip() not in {"", "NA", "?"}
    ]
    distinct = set(present)
    if present and all(map(_is_number, distinct)):
        return "regression" if len(distinct) > MANY_VALUES else None
    few = len(distinct) <= max(2, len(present) // 5)
    return "classification" if len(distinct) >= 2 and few else None


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True
