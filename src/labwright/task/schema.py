"""The JSON Schema of a task file, from the pydantic model."""

from typing import Any

from labwright.task.model import Task
from labwright.task.spellings import (
    LOOSE,
    MODEL,
    SOURCE,
    SPLIT,
    TASK,
    TRAINING,
    Section,
)

# What a file may leave out although the Task always has it.
_INFERRED = frozenset({"name", "type", "identifier", "rule"})


def task_schema() -> dict[str, Any]:
    """JSON Schema of the canonical task file; other spellings are in descriptions.

    Unknown keys are allowed, as labwright keeps them, with a warning.
    """
    schema = Task.model_json_schema()
    definitions = schema["$defs"]
    _describe(schema, TASK)
    for name, section in (
        ("Source", SOURCE),
        ("Split", SPLIT),
        ("ModelOptions", MODEL),
        ("TrainingOptions", TRAINING),
    ):
        _describe(definitions[name], section)
    properties = schema["properties"]
    source = {"$ref": "#/$defs/Source"}
    text = {"type": "string"}
    properties["data_sources"] |= {
        "items": {"anyOf": [source, text]},
    }
    rules = definitions["Split"]["properties"]["rule"]["enum"]
    properties["split"]["anyOf"].insert(0, {"enum": rules})
    for key, dotted in LOOSE.items():
        section = dotted.partition(".")[0]
        properties[key] = {"description": f"The same as {key} in {section}."}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "Labwright task",
    }


def _describe(part: dict[str, Any], section: Section) -> None:
    """Note other spellings, and drop what our model forbids but a file may have."""
    part.pop("additionalProperties", None)
    part["required"] = [key for key in part["required"] if key not in _INFERRED]
    for key, others in section.items():
        if others:
            part["properties"][key]["description"] += f" Also: {', '.join(others)}."
