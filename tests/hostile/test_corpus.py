"""Every world that broke something once, or that someone thought of, ends as it must."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.hostile.corpus import FOUND, THOUGHT_OF
from tests.hostile.trial import World, outcome, put_through
from tests.hostile.worlds import KINDS

CASES = THOUGHT_OF | FOUND


@pytest.mark.parametrize("name", CASES)
def test_a_world_ends_as_it_must(name):
    case = CASES[name]
    ended = put_through(case.world)
    if isinstance(ended, str):
        assert ended == case.ends
    else:
        assert f"error: {ended.code}" == case.ends
        assert case.says in str(ended)


@settings(
    max_examples=80,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(world=st.one_of(*(kind() for kind in KINDS.values())))
def test_whatever_comes_in_a_plan_or_a_readable_error_comes_out(world: World):
    assert outcome(world).startswith(("plan: ", "error: "))
