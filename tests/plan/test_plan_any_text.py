"""Whatever a task and a table say: a plan of plain data, or one clear error."""

import json

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labwright.errors import LabwrightError
from labwright.plan import plan

WORDS = st.text(max_size=60) | st.sampled_from(
    ["The price of the house in dollars", "whether", "how many", "in", "number of", "*"]
)
NAMES = st.text(max_size=12) | st.sampled_from(
    ["*", "^.*$", "id", "date", "y", "a.b", ""]
)
CELLS = st.sampled_from(
    [
        [i % 3 for i in range(40)],
        [i / 7 for i in range(40)],
        [f"v{i % 4}" for i in range(40)],
        ["yes", "no"] * 20,
        [None if i % 3 else f"{i}" for i in range(40)],
        [f"2024-01-{i % 28 + 1:02}" for i in range(40)],
        [f"text of row {i} and more of it" for i in range(40)],
    ]
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.dictionaries(NAMES, CELLS, min_size=1, max_size=6),
    WORDS,
    WORDS,
    st.sampled_from([None, "classification", "regression"]),
)
def test_any_text_makes_a_plan_or_one_clear_error(
    table, profile, task, columns, output, description, task_type
):
    facts = profile(table(pl.DataFrame(columns)))
    said = task(output, description=description, task_type=task_type)
    try:
        made = plan(said, facts)
    except LabwrightError as error:
        assert error.expected and error.found and error.fix
        return
    json.dumps([made.constants, [d.as_dict() for d in made.decisions]], allow_nan=False)
    for decision in made.decisions:
        if decision.change:
            json.loads("{" + decision.change + "}")
