"""Every key is described, and the pages and the schema say what the model says."""

import json
import re
from pathlib import Path

import pytest

from labwright.task.model import ModelOptions, Source, Split, Task, TrainingOptions
from labwright.task.read import read_task
from labwright.task.schema import task_schema
from labwright.task.spellings import (
    MODEL,
    SOURCE,
    SPLIT,
    TASK,
    TRAINING,
    spellings_table,
)

PAGE = (Path(__file__).parents[2] / "docs" / "task.md").read_text()
PARTS = [
    (Task, TASK),
    (Source, SOURCE),
    (Split, SPLIT),
    (ModelOptions, MODEL),
    (TrainingOptions, TRAINING),
]


@pytest.mark.parametrize(("model", "spellings"), PARTS)
def test_every_key_is_described_documented_and_spelled(model, spellings):
    assert list(model.model_fields) == list(spellings)
    for key, field in model.model_fields.items():
        assert field.description, key
        assert f"| `{key}` |" in PAGE


def test_page_shows_the_spellings():
    assert spellings_table() in PAGE


def test_examples_of_the_page_are_read_without_warning(tmp_path):
    examples = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert len(examples) == 2
    for example in examples:
        path = tmp_path / "task.json"
        path.write_text(example)
        assert read_task(path).warnings == ()
    complete = json.loads(examples[1])
    of_other_kinds = {"horizon", "known_in_advance", "pretrained"}
    assert set(complete) | of_other_kinds == set(Task.model_fields)


def test_schema_has_every_key_with_its_spellings_and_asks_only_for_sources():
    schema = task_schema()
    json.dumps(schema)
    assert schema["required"] == ["data_sources"]
    assert "additionalProperties" not in schema
    source = schema["$defs"]["Source"]["properties"]
    assert set(source) == set(Source.model_fields)
    assert "dataset_id" in source["identifier"]["description"]
    for key in Task.model_fields:
        assert schema["properties"][key]["description"]
    assert "training" in schema["properties"]["epochs"]["description"]
