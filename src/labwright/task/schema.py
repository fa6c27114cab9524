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
    source, text = {"$ref": "#/$defs/Source"}, {"type": "string"}
    several = {"type": "array", "minItems": 1, "items": {"anyOf": [source, text]}}
    properties["data_sources"] = {
        "anyOf": [several, source, text],
        "description": properties["data_sources"]["description"],
    }
    definitions["Source"]["properties"]["max_size"]["anyOf"].insert(0, text)
    rules = definitions["Split"]["properties"]["rule"]["enum"]
    properties["split"]["anyOf"].insert(0, {"enum": rules})
    for key, dotted in LOOSE.items():
        owner = dotted.partition(".")[0]
        properties[key] = {"description": f"The same as {key} in {owner}."}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "Labwright task",
    }


def _describe(part: dict[str, Any], section: Section) -> None:
    """Note other spellings, and drop what our model forbids but a file may have."""
    part.pop("additionalProperties", None)
    required = [key for key in part.pop("required", []) if key not in _INFERRED]
    part |= {"required": required} if required else {}
    for key, others in section.items():
        if others:
            part["properties"][key]["description"] += f" Also: {', '.join(others)}."
