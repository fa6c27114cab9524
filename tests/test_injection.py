"""Text of a task or of data changes values of constants, and no other code.

Whatever stands in the fields of a task, in column names, classes and categories: the
outcome is one clear error, or emitted files that differ from those without values in
nothing but literals.
"""

import csv
import io
import json
import shutil
import tempfile
import zipfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labwright.errors import LabwrightError
from labwright.generate import Request, decided, ignore
from labwright.plan.decisions import Plan
from labwright.write import render
from tests.hostile.literals import expect_literals_alone
from tests.regenerate_golden import EXAMPLES, RECIPES

FIELDS = (
    *("name", "description", "input_description", "output_description"),
    *("task_type", "evaluation_metric", "expected_baseline", "preprocessing_hints"),
    *("target", "split", "positive_class", "unknown key"),
)
TEXTS = (
    '"""\nimport os\n"""',
    "'); import os; ('",
    "\\",
    '\\"',
    "# comment\nimport os",
    "{__import__('os')}",
    "\u202e\u2066# \u2069",
    "../../../etc/passwd",
    "$(rm -rf .)",
    "",
    "\ud800",
)
text = st.sampled_from(TEXTS) | st.text(max_size=40)


@st.composite
def worlds(draw):
    """A task and a table, wild in one or two places and sensible elsewhere."""
    wild = draw(st.sets(st.sampled_from(["field", "columns", "classes", "categories"])))

    def texts(place: str, count: int) -> list[str]:
        some = st.lists(text, min_size=count, max_size=count, unique=True)
        return draw(some) if place in wild else [f"{place}{i}" for i in range(count)]

    number, category, target = texts("columns", 3)
    task = {
        "name": "task",
        "description": "Tell things apart.",
        "data_sources": [{"type": "local", "identifier": "table.csv"}],
        "task_type": "classification",
        "target": target,
    }
    if "field" in wild:
        field = draw(st.sampled_from(FIELDS))
        task[field] = draw(text)
    classes, categories = texts("classes", 3), texts("categories", 4)
    rows = [
        [i * 37 % 101 + i / 7, categories[i % 4], classes[i * i % 7 % 3]]
        for i in range(90)
    ]
    return task, [[number, category, target], *rows]


def decide(task: dict, table: list[list]) -> tuple[Plan, dict[str, bytes]]:
    """The plan and all files of its experiment."""
    folder = Path(tempfile.mkdtemp())
    try:
        experiments = folder / "experiments"
        experiments.mkdir()
        with (folder / "table.csv").open(
            "w", encoding="utf-8", errors="replace", newline=""
        ) as file:
            csv.writer(file).writerows(table)
        content = json.dumps(task)
        (experiments / "next_task.json").write_text(content)
        with decided(Request(experiments, progress=False), ignore) as (plan, acquired):
            return plan, render(plan, acquired, given=content.encode())
    finally:
        shutil.rmtree(folder)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(worlds())
def test_text_ends_in_literals_or_in_an_error(world):
    try:
        plan, rendered = decide(*world)
    except LabwrightError as error:
        assert error.expected
        assert error.found
        assert error.fix
        return
    expect_literals_alone(plan, rendered)


@pytest.mark.parametrize("recipe", RECIPES)
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(field=st.sampled_from(FIELDS), said=text)
def test_words_of_a_task_change_values_alone_in_every_recipe(recipe, field, said):
    task = json.loads((EXAMPLES / recipe / "task.json").read_text()) | {field: said}
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(EXAMPLES, Path(folder) / "examples")
        path = Path(folder) / "task.json"
        path.write_text(json.dumps(task))
        request = Request(Path(folder) / "experiments", path, progress=False)
        try:
            with decided(request, ignore) as (plan, acquired):
                rendered = render(plan, acquired, given=path.read_bytes())
        except LabwrightError:
            return
    expect_literals_alone(plan, rendered)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(name=text, said=text)
def test_expressions_and_names_of_columns_change_values_alone(name, said):
    task = json.loads((EXAMPLES / "joined" / "task.json").read_text())
    quoted = "'" + said.replace("'", "''") + "'"
    task["derive"] |= {name: f"origin = {quoted}"}
    task["where"] = f"origin <> {quoted}"
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(EXAMPLES / "joined", Path(folder) / "examples" / "joined")
        path = Path(folder) / "task.json"
        path.write_text(json.dumps(task))
        request = Request(Path(folder) / "experiments", path, progress=False)
        try:
            with decided(request, ignore) as (plan, acquired):
                rendered = render(plan, acquired, given=path.read_bytes())
        except LabwrightError:
            return
    assert plan.constants["DERIVE"][name] == task["derive"][name]
    expect_literals_alone(plan, rendered)


# What a file, a folder or a member of an archive may be called.
paths = text.map(lambda name: "".join(c for c in name if c not in "/\\\0")[:40]).filter(
    lambda name: name.strip(". ") and name.isprintable()
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(file=paths, classes=st.lists(paths, min_size=2, max_size=2, unique=True))
def test_names_of_files_folders_and_members_change_values_alone(file, classes):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as members:
        for i in range(40):
            said = f"A film that I have seen {i} times.\nIt is {'good' if i % 2 else 'bad'}."
            members.writestr(f"{file}/{classes[i % 2]}/{i}.txt", said)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "experiments").mkdir()
        path = folder / f"{file}.zip"
        try:
            path.write_bytes(archive.getvalue())
        except UnicodeEncodeError:  # half a character is no name for this disk
            return
        task = {"data_sources": {"type": "local", "identifier": path.name}}
        (folder / "experiments" / "next_task.json").write_text(json.dumps(task))
        request = Request(folder / "experiments", progress=False)
        try:
            with decided(request, ignore) as (plan, acquired):
                rendered = render(plan, acquired, given=b"{}")
        except LabwrightError:
            return
    assert plan.recipe == "text"
    trimmed = pl.Series(classes).str.strip_chars()  # as every text is
    assert plan.constants["CLASSES"] == sorted(trimmed)
    expect_literals_alone(plan, rendered)


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(key=text, weight=text)
def test_keys_of_joins_change_values_alone(key, weight):
    columns = (key, "x", "class"), (key, weight)
    rows = [[[f"k{i}", i * 37 % 101 / 7, "ab"[i % 2]] for i in range(60)]]
    rows.append([[f"k{i}", i * 7 % 31 / 3] for i in range(60)])
    sources = ["one.csv", {"identifier": "two.csv", "join": {"on": [key]}}]
    task = {"data_sources": sources, "target": "class"}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "experiments").mkdir()
        for file, header, cells in zip(("one", "two"), columns, rows, strict=True):
            with (folder / f"{file}.csv").open(
                "w", encoding="utf-8", errors="replace", newline=""
            ) as stream:
                csv.writer(stream).writerows([header, *cells])
        (folder / "experiments" / "next_task.json").write_text(json.dumps(task))
        request = Request(folder / "experiments", progress=False)
        try:
            with decided(request, ignore) as (plan, acquired):
                rendered = render(plan, acquired, given=b"{}")
        except LabwrightError:
            return
    expect_literals_alone(plan, rendered)
