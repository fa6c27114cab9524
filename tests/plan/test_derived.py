from labwright.plan.derived import columns_of, give_aways_by_making, made_of

DERIVE = {
    "rainy": "rain > 0",
    "wet": "rainy AND heat < 10",
    "damp": "rain > 1",
    "log_heat": "LN(heat)",
    "odd": "odd + 1",
}


def test_the_columns_of_an_expression_are_named_once():
    assert columns_of('x > 0 AND "a b" < x') == ("x", "a b")
    assert columns_of("x >") == ()


def test_what_a_column_is_made_of_in_the_end():
    assert made_of(DERIVE, ["wet", "wind"]) == {"rain", "heat", "wind"}
    assert made_of(DERIVE, ["odd"]) == {"odd"}


def test_what_gives_a_derived_target_away():
    found = give_aways_by_making(DERIVE, ["rainy"])
    assert found == {
        "rain": "`rainy` is made of it",
        "wet": "it is made of `rain`, and so is `rainy`",
        "damp": "it is made of `rain`, and so is `rainy`",
    }


def test_a_column_made_of_the_target_gives_it_away():
    assert give_aways_by_making(DERIVE, ["heat"]) == {
        "wet": "it is made of `heat`",
        "log_heat": "it is made of `heat`",
    }
    assert give_aways_by_making({}, ["heat"]) == {}
