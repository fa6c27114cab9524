"""Whatever is given is a task, or one clear error."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labwright.errors import LabwrightError
from labwright.task.model import Task

DATA = {"data_sources": "a.csv"}

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
keys = st.sampled_from([*Task.model_fields, "type", "identifier", "file", "rule", "lr"])
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(keys | st.text(), inner, max_size=4)
    ),
    max_leaves=12,
)
in_place = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def is_read_or_one_clear_error(read, data, **arguments):
    try:
        result = read(data, **arguments)
    except LabwrightError as error:
        json.dumps(error.as_dict(), ensure_ascii=False).encode()
        str(error).encode()
    else:
        Task.model_validate(result.task.model_dump())
        "".join(result.warnings).encode()


@in_place
@given(values)
def test_any_json_is_a_task_or_one_clear_error(read, value):
    is_read_or_one_clear_error(read, value)


@in_place
@given(st.dictionaries(keys, values, max_size=5))
def test_any_values_are_a_task_or_one_clear_error(read, given):
    is_read_or_one_clear_error(read, DATA | given)


@in_place
@given(st.dictionaries(keys, values, max_size=5))
def test_any_source_is_read_or_one_clear_error(read, source):
    is_read_or_one_clear_error(read, {"data_sources": [source]})


@in_place
@given(keys, st.text())
def test_any_text_in_any_field(read, key, text):
    is_read_or_one_clear_error(read, DATA | {key: text})


@in_place
@given(st.binary(max_size=50))
def test_any_bytes(read, data):
    is_read_or_one_clear_error(read, data)


@in_place
@given(st.text() | st.builds("{}={}".format, keys, st.text()), st.text())
def test_any_override_and_name(read, override, name):
    is_read_or_one_clear_error(read, DATA, overrides=[override], name=name)
