"""What results.json says of a model: figures, verdict, predictions, certificate."""

import numpy as np
import polars as pl
import pytest
from tests.recipes import forms

FAST = {"MAX_EPOCHS": 2}


def predictions(experiment):
    return pl.read_parquet(experiment.run() / "predictions.parquet")


@pytest.fixture(scope="module")
def numbers(tmp_path_factory):
    experiment = forms.numbers(tmp_path_factory.mktemp("numbers"), **FAST)
    assert experiment.train() == 0
    return experiment


def test_numbers(numbers):
    results, table = numbers.results, predictions(numbers)
    assert table.columns == ["row", "target", "id", "prediction"]
    error = ((table["target"] - table["prediction"]) ** 2).mean() ** 0.5
    assert results["metric"]["test"] == pytest.approx(error)
    assert results["metric"]["higher_is_better"] is False
    assert list(results["more"]["test"]) == ["rmse", "mae", "r2", "spearman"]
    source = forms.table()
    assert table["id"].to_list() == source["id"][table["row"].to_list()].to_list()
    assert (
        table["target"].to_list() == source["price"][table["row"].to_list()].to_list()
    )


def test_verdict_is_a_gain_whichever_way_the_metric_goes(numbers):
    results = numbers.results
    verdict, baselines = results["verdict"], results["baselines"]
    best = min(baselines, key=lambda name: baselines[name]["val"])
    assert verdict["baseline"] == best
    gain = baselines[best]["test"] - results["metric"]["test"]
    assert verdict["difference"] == pytest.approx(gain)
    low, high = verdict["interval"]
    assert low <= verdict["difference"] <= high < 0  # two epochs lose to a line
    assert verdict["word"] == "loses"
    assert (verdict["units"], verdict["draws"]) == ("rows", 50)
    assert verdict["unit_count"] == results["split"]["rows"]["test"]


def test_importance_names_what_the_target_depends_on(numbers):
    drops = {each["column"]: each["drop"] for each in numbers.results["importance"]}
    assert set(drops) == {"size", "age", "kind"}
    assert max(drops, key=drops.get) == "size"


def test_certificate(numbers):
    split = numbers.results["split"]
    assert sum(split["rows"].values()) == 300
    assert len(set(split["hashes"].values())) == 3
    assert split["overlap"] == {"equal_rows": 0}


def test_several_numbers_and_labels_have_columns_of_their_own(tmp_path):
    two = forms.numbers(tmp_path / "two", ["price", "income"], "r2", **FAST)
    assert two.train() == 0
    assert predictions(two).columns == [
        "row",
        "target_price",
        "target_income",
        "id",
        "prediction_price",
        "prediction_income",
    ]
    labels = forms.labels(tmp_path / "labels", **FAST)
    assert labels.train() == 0
    table = predictions(labels)
    assert table.columns == [
        "row",
        "target_big",
        "target_old",
        "prediction_big",
        "prediction_old",
        "p_big",
        "p_old",
    ]
    assert "exact_match" in labels.results["more"]["test"]
    assert (table["prediction_big"] == (table["p_big"] > 0.5)).all()


def test_numbers_by_their_logarithm_are_judged_in_their_own_unit(tmp_path):
    experiment = forms.numbers(tmp_path, ["income"], "rmsle", log=True, **FAST)
    assert experiment.train() == 0
    table = predictions(experiment)
    assert table["prediction"].min() >= 0
    error = ((table["target"].log1p() - table["prediction"].log1p()) ** 2).mean() ** 0.5
    assert experiment.results["metric"]["test"] == pytest.approx(error)


def test_groups_are_units_and_are_counted(tmp_path):
    names = {"split_stratified": "split_by_group", "units_of_rows": "units_of_groups"}
    values = {"SPLIT_COLUMN": "house", "SPLIT_RULE": "group"} | FAST
    experiment = forms.numbers(tmp_path, names=names, **values)
    table = forms.table().with_columns(house=pl.int_range(300) // 5)
    (tmp_path / "example.csv").write_text(table.write_csv())
    assert experiment.train() == 0
    results = experiment.results
    assert results["split"]["overlap"]["groups"] == 0
    assert results["verdict"]["units"] == "groups"
    assert results["verdict"]["unit_count"] * 5 == results["split"]["rows"]["test"]


@pytest.mark.parametrize(
    ("given", "value"),
    [
        (0.95, 0.95),
        (1, 1.0),
        ("0.95", 0.95),
        ("95 %", 0.95),
        ("accuracy > 0.9", 0.9),
        ("an accuracy of about 87.5%", 0.875),
        ({"accuracy": 0.9}, 0.9),
        ({"f1": 0.8, "accuracy": "0.9"}, 0.9),
        ({"Accuracy": "90 %"}, 0.9),
        ({"reference": 0.7}, None),
        ({"f1": 0.8, "auc": 0.9}, None),
        ("better than chance", None),
        ("macro-F1 0.85", 0.85),
        ("R2 > 0.6", 0.6),
        ("R^2=0.6", 0.6),
        ("accuracy .85", 0.85),
        ("accuracy≥.85.", 0.85),
        ("top-1 accuracy 76 %", 0.76),
        ("ResNet50 reaches 0.9, they say", 0.9),
        ("0.9 (90 %)", 0.9),
        ("1e-3", 0.001),
        (1e-07, 1e-07),
        ("-0.5", -0.5),
        ("0.85-0.9", None),
        ("0.85 - 0.9", None),
        ("0.85, or 0.9 with augmentation", None),
        ("acc 0.9,f1 0.8", None),
        ("1,001", None),
        ("0.9 ± 0.01", None),
        (None, None),
        (0, 0.0),
    ],
)
def test_expected_baseline(tmp_path_factory, given, value):
    module = evaluate_module(tmp_path_factory)
    expected = {"given": given, "value": value}
    if value is None:
        assert module.expectation(given, 0.9) == expected | {"reached": None}
    else:
        assert module.expectation(given, value) == expected | {"reached": True}
        below = module.expectation(given, value - 0.01)
        assert below == expected | {"reached": False}
        assert module.expectation(given, None) == expected | {"reached": None}


@pytest.mark.parametrize("key", ["macro-F1", "Macro F1", "macro_f1"])
def test_an_expected_figure_counts_for_its_metric_however_it_is_spelled(
    tmp_path_factory, monkeypatch, key
):
    module = evaluate_module(tmp_path_factory)
    monkeypatch.setattr(module, "METRIC", "macro_f1")
    assert module.expectation({key: 0.8}, None)["value"] == 0.8
    assert module.expectation({"accuracy": 0.9}, None)["value"] is None


KEPT = {}


def evaluate_module(factory):
    if not KEPT:
        experiment = forms.classes(factory.mktemp("module"))
        KEPT["module"] = experiment.load("evaluate")
    return KEPT["module"]


def test_a_perfect_model_beats_and_an_equal_one_ties(tmp_path):
    experiment = forms.numbers(tmp_path)
    loader = experiment.load("dataloader")
    module = experiment.load("evaluate")
    test = loader.get_dataloaders(num_workers=0)[2].dataset
    noise = np.random.default_rng(0).normal(size=test.truth.shape)
    made = {"model": test.truth, "rival": test.truth + 10 * noise}
    intervals, verdict = module.compare(made, test, "rival")
    assert verdict["word"] == "beats"
    assert verdict["difference"] > 0
    assert intervals["model"] == [0, 0]
    made["model"] = made["rival"]
    _, verdict = module.compare(made, test, "rival")
    assert (verdict["word"], verdict["interval"]) == ("ties", [0, 0])
