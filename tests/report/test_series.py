from labwright.report.markup import render
from labwright.report.read import RunFiles
from labwright.report.series import series


def one(row: int, **more) -> dict:
    shown = {"row": row, "steps": 9, "curve": [1.0, None, 3.0]}
    return shown | {"truth": "slow", "prediction": "fast"} | more


def page(*found: dict, **more) -> str:
    examples = {
        "channel": "dim_1",
        "channels": 2,
        "all": [0.0, 1.0, 2.0],
        "groups": [
            {"name": "slow", "rows": 3, "mean": [0.0, 0.5, None]},
            {"name": "<fast>", "rows": 1, "mean": [None, None, None]},
        ],
        "series": list(found),
    }
    drawn = series(RunFiles({}, {}, None, None, examples | more))
    assert drawn is not None
    return render(drawn)


def test_the_mean_of_each_group_in_one_channel():
    drawn = page()
    assert "slow (3 series)" in drawn
    assert "&lt;fast&gt; (1 series)" in drawn
    assert "Of 2 channels" in drawn
    assert drawn.count('<svg class="plot') == 2
    assert "channels" not in page(channels=1)


def test_mistaken_series_are_shown_alone():
    drawn = page(
        one(3, right=False, probability=0.9), one(4, right=True, probability=0.5)
    )
    assert "Taken for something else (1)" in drawn
    assert "slow, predicted fast 0.9" in drawn
    assert "row 3, 9 steps" in drawn and "row 4" not in drawn


def test_without_mistakes_the_least_sure_are_shown():
    drawn = page(*(one(row, right=True, probability=0.6) for row in range(6)))
    assert "least sure" in drawn
    assert drawn.count("as predicted 0.6") >= 4
    assert "row 4" not in drawn


def test_numbers_are_farthest_off():
    assert "Farthest off" in page(one(1, truth="1.5", prediction="3"))


def test_without_examples_there_is_no_section():
    assert series(RunFiles({}, {}, None, None)) is None
