"""Files without any label are told from files with a class of that name."""

import json

import polars as pl
import pytest

from labwright.generate import Request, decide
from labwright.plan.unlabelled import is_unlabelled


@pytest.fixture
def planned(tmp_path):
    def plan(**labels):
        """The plan for a folder of files: name -> the labels that it cycles through."""
        (tmp_path / "experiments").mkdir()
        (tmp_path / "data").mkdir()
        for n, (name, given) in enumerate(labels.items()):
            rows = [
                f"{i * 37 % 101},{i * n % 7},{given[i % len(given)]}" for i in range(60)
            ]
            text = "\n".join(["x,y,label", *rows])
            (tmp_path / "data" / f"{name}.csv").write_text(text)
        task = {"data_sources": "data", "target": "label"}
        (tmp_path / "experiments" / "next_task.json").write_text(json.dumps(task))
        return decide(Request(tmp_path / "experiments", progress=False))

    return plan


@pytest.mark.parametrize("sign", ["-1", ""])
def test_a_split_without_labels_is_left_out_and_named(planned, sign):
    plan = planned(train=["0", "1"], test=["1", "0"], unsupervised=[sign])
    assert plan.constants["TABLES"] == ["test.csv", "train.csv"]
    assert plan.constants["CLASSES"] == ["0", "1"]
    assert plan.predicts == ("unsupervised.csv",)
    (reason,) = [d.reason for d in plan.decisions if d.subject == "table"]
    assert "unsupervised.csv (60 rows) left out: `label` has no label there" in reason
    assert any("unsupervised.csv has no target" in said for said in plan.warnings)


@pytest.mark.parametrize("others", [["-1", "1"], ["0", "1", "-1"], ["1", "2"]])
def test_a_class_that_is_called_minus_one_stays(planned, others):
    plan = planned(train=others, test=["-1"])
    assert plan.constants["TABLES"] == ["test.csv", "train.csv"]
    assert "-1" in plan.constants["CLASSES"]
    assert plan.predicts == ()


def test_without_other_labels_nothing_is_known():
    assert not is_unlabelled(pl.Series([-1.0]), [pl.Series([None], dtype=pl.Float64)])
    assert not is_unlabelled(pl.Series(["-1"]), [pl.Series(["0"])])
