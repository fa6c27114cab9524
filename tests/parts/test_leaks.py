import numpy as np
import polars as pl

from labwright.parts.leaks import give_aways, is_recoding

N = 600
RNG = np.random.default_rng(0)
NUMBER = RNG.gamma(2.0, size=N)
CLASSES = np.where(RNG.random(N) < 0.3, "yes", "no")


def finding(train: pl.DataFrame, target: str, column: str) -> dict[str, str | float]:
    found = {f["column"]: f for f in give_aways(train, [target])}
    return found.get(column, {})


def test_target_in_another_unit_is_a_recoding():
    train = pl.DataFrame({"log": np.log(NUMBER), "wage": NUMBER})
    found = finding(train, "wage", "log")
    assert found == {"column": "log", "measure": "rank correlation", "figure": 1.0}
    assert is_recoding(found)


def test_falling_recoding_counts_as_well():
    train = pl.DataFrame({"rank": -NUMBER, "wage": NUMBER})
    assert is_recoding(finding(train, "wage", "rank"))


def test_classes_under_other_names_are_a_recoding():
    codes = np.where(CLASSES == "yes", 1.0, 0.0)
    train = pl.DataFrame({"code": codes, "text": CLASSES == "yes", "churn": CLASSES})
    train = train.with_columns(pl.col("text").cast(pl.String))
    found = give_aways(train, ["churn"])
    assert {f["column"] for f in found} == {"code", "text"}
    assert all(is_recoding(f) and f["measure"] == "one-to-one" for f in found)


def test_values_that_do_not_repeat_are_no_recoding():
    train = pl.DataFrame({"name": list("abcdefgh"), "class": list("stuvwxyz")})
    assert give_aways(train, ["class"]) == []


def test_number_that_separates_two_classes_is_named_with_its_auc():
    spent = np.where(CLASSES == "yes", NUMBER + 0.1, 0.0)
    spent[:3] = 0.0
    found = finding(pl.DataFrame({"spent": spent, "card": CLASSES}), "card", "spent")
    assert found["measure"] == "ROC AUC"
    assert 0.97 < float(found["figure"]) < 1
    assert not is_recoding(found)


def test_value_that_only_one_class_has_is_named():
    reason = pl.Series(["moved" if c == "yes" else None for c in CLASSES])
    train = pl.DataFrame({"reason": reason, "left": CLASSES, "age": NUMBER})
    found = give_aways(train, ["left"])
    assert [f["column"] for f in found] == ["reason"]


def test_finer_classes_are_named_but_no_recoding():
    fine = pl.Series(CLASSES) + pl.Series(RNG.choice(["1", "2"], N))
    found = finding(pl.DataFrame({"fine": fine, "class": CLASSES}), "class", "fine")
    assert (found["measure"], found["figure"]) == ("lambda", 1.0)
    assert not is_recoding(found)


def test_category_of_many_single_values_says_nothing():
    train = pl.DataFrame({"code": [f"c{i}" for i in range(N)], "class": CLASSES})
    assert give_aways(train, ["class"]) == []
    number = pl.DataFrame({"code": [f"c{i}" for i in range(N)], "wage": NUMBER})
    assert give_aways(number, ["wage"]) == []


def test_category_of_bands_is_named_by_the_variance_it_explains():
    band = (pl.Series(NUMBER).rank() // 60).cast(pl.String)
    found = finding(pl.DataFrame({"band": band, "wage": NUMBER}), "wage", "band")
    assert found["measure"] == "explained variance"
    assert float(found["figure"]) > 0.95


def test_noise_is_not_named_and_gaps_do_not_matter():
    noise = pl.Series(RNG.normal(size=N))
    holes = pl.Series([None if i % 3 else v for i, v in enumerate(NUMBER)])
    train = pl.DataFrame({"noise": noise, "holes": holes, "wage": NUMBER})
    assert [f["column"] for f in give_aways(train, ["wage"])] == ["holes"]


def test_rows_outside_the_sample_can_overrule_it():
    rows = 60_000
    wage = pl.Series(np.arange(rows, dtype=float))
    copy = wage.to_numpy().copy()
    copy[1::6] = 0.0  # every sixth row is sampled
    assert give_aways(pl.DataFrame({"copy": copy, "wage": wage}), ["wage"]) == []


def test_constants_dates_and_lists_do_no_harm():
    train = pl.DataFrame(
        {
            "same": ["a"] * N,
            "none": pl.Series([None] * N, dtype=pl.Float64),
            "list": [["x"]] * N,
            "day": pl.datetime_range(
                pl.datetime(2020, 1, 1), pl.datetime(2021, 8, 22), "1d", eager=True
            )[:N],
            "wage": np.arange(N, dtype=float),
        }
    )
    assert [f["column"] for f in give_aways(train, ["wage"])] == ["day"]
    assert give_aways(train, ["list"]) == []


def test_names_are_no_patterns():
    train = pl.DataFrame({"*": NUMBER, "^.*$": -NUMBER, "a.b": NUMBER})
    assert {f["column"] for f in give_aways(train, ["*"])} == {"^.*$", "a.b"}
