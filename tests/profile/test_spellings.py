"""What means that there is no value, by the evidence of the whole table."""

import polars as pl

from labwright.profile.measure import measure


def missing(**cells: list[str]) -> tuple[str, ...]:
    return measure(pl.DataFrame(cells), ()).missing_spellings


def test_the_usual_ones_count_everywhere():
    cells = ["a", "b", "NA", "null", "N/A", "?", "-", ".", "#N/A", "NaN", ""]
    profile = measure(pl.DataFrame({"x": cells}), ())
    assert set(profile.missing_spellings) == set(cells) - {"a", "b", ""}
    assert profile.columns["x"].missing == 9
    assert profile.table["x"].drop_nulls().to_list() == ["a", "b"]


def test_none_and_unknown_are_missing_among_numbers_and_dates():
    assert missing(n=["1", "2", "None"]) == ("None",)
    assert missing(d=["2024-01-01", "unknown"], n=["1", "2"]) == ("unknown",)


def test_none_and_unknown_are_values_among_texts():
    assert missing(masonry=["None", "Brick", "Stone"]) == ()
    assert missing(masonry=["None", "Brick", "Stone"], n=["1", "None", "2"]) == ()


def test_a_word_that_is_not_counted_as_missing_is_unreadable_among_numbers():
    profile = measure(
        pl.DataFrame({"kind": ["None", "a", "b"], "n": ["1", "None", "2"]}), ()
    )
    assert (profile.columns["n"].kind, profile.columns["n"].unreadable) == ("number", 1)


def test_na_is_a_code_among_codes():
    assert missing(continent=["NA", "EU", "AS", "AF"]) == ()
    assert missing(continent=["NA", "EU", "AS", "AF"], n=["1", "NA", "2", "3"]) == (
        "NA",
    )
    assert missing(vote=["NA", "Y", "N", "U"]) == ("NA",)


def test_signs_are_values_among_signs():
    assert missing(grade=["+", "-", "+"]) == ()
    assert missing(grade=["a", "-", "b"]) == ("-",)
    assert missing(grade=["+", "-", "+"], n=["1", "?", "2"]) == ("?",)
