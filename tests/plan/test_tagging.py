"""Words with tags and running texts are found by their columns, and planned."""

import json
import random
from importlib import import_module

import polars as pl
import pytest

from labwright.errors import LabwrightError
from labwright.generate import Request, decided, ignore

WORDS = [f"w{i}" for i in range(60)]
POS = ["NOUN", "VERB", "DET"]
NER = ["O", "B-PER", "I-PER"]


def sentences(rows: int = 60) -> pl.DataFrame:
    """Sentences of random words with two columns of tags and an identifier."""
    draw = random.Random(0)
    lengths = [draw.randint(2, 9) for _ in range(rows)]

    def lists(values):
        return [[draw.choice(values) for _ in range(n)] for n in lengths]

    return pl.DataFrame(
        {
            "id": [f"s{i}x" for i in range(rows)],
            "tokens": lists(WORDS),
            "pos_tags": lists(POS),
            "ner_tags": lists(NER),
        }
    )


def planned(folder, table, **task):
    """The plan of a table in a Parquet file."""
    table.write_parquet(folder / "data.parquet")
    given = {
        "name": "words",
        "data_sources": [{"type": "local", "identifier": "data.parquet"}],
    } | task
    (folder / "experiments").mkdir(exist_ok=True)
    path = folder / "task.json"
    path.write_text(json.dumps(given))
    request = Request(folder / "experiments", path, progress=False)
    with decided(request, ignore) as (plan, _):
        return plan


@pytest.mark.parametrize(
    ("task", "target", "metric"),
    [
        ({"output_description": "The named entities."}, "ner_tags", "span_f1"),
        ({"description": "Part of speech tagging."}, "pos_tags", "accuracy"),
        ({"target": "pos_tags", "evaluation_metric": "f1"}, "pos_tags", "macro_f1"),
        ({"target": "ner_tags", "evaluation_metric": "f1"}, "ner_tags", "span_f1"),
    ],
)
def test_the_words_say_which_tags_are_meant(tmp_path, task, target, metric):
    plan = planned(tmp_path, sentences(), task_type="sequence", **task)
    assert plan.recipe == "tags"
    assert plan.constants["TARGETS"] == [target]
    assert plan.constants["METRIC"] == metric
    assert plan.constants["COLUMN"] == "tokens"
    assert plan.constants["IDENTIFIERS"] == ["id"]


def test_nothing_that_tells_is_an_error_with_the_lines_to_add(tmp_path):
    with pytest.raises(LabwrightError) as found:
        planned(tmp_path, sentences(), task_type="sequence")
    assert found.value.code == "target-ambiguous"
    assert set(found.value.candidates) == {"pos_tags", "ner_tags"}


def test_tags_are_found_without_a_task_type_and_a_label_beside_them_is_not(tmp_path):
    table = sentences().drop("ner_tags")
    assert planned(tmp_path, table).recipe == "tags"
    labelled = table.with_columns(mood=pl.Series(["good", "bad"] * 30))
    try:
        recipe = planned(tmp_path, labelled, output_description="The mood.").recipe
    except LabwrightError:
        recipe = None
    assert recipe != "tags"


def test_numbers_stand_for_tags_too(tmp_path):
    table = sentences().select(
        "tokens",
        pl.col("pos_tags")
        .list.eval(pl.element().replace_strict(POS, [0, 1, 10]))
        .alias("labels"),
    )
    plan = planned(tmp_path, table, task_type="sequence")
    assert plan.constants["CLASSES"] == ["0", "1", "10"]


def test_few_words_are_read_by_their_features_and_many_in_byte_pairs(
    tmp_path, monkeypatch
):
    task = {"task_type": "sequence", "target": "pos_tags"}
    few = planned(tmp_path, sentences(), **task)
    assert few.constants["HIDDEN"] > 0 and "ids_of_featured" not in few.names
    rule = import_module("labwright.plan.subwords")
    monkeypatch.setattr(rule, "FEW_WORDS", 10)
    many = planned(tmp_path, sentences(), **task)
    assert many.constants["HIDDEN"] == 0
    assert many.names["ids_of_featured"] == "ids_of_sentences"


def test_a_text_alone_is_continued(tmp_path):
    draw = random.Random(0)
    texts = [" ".join(draw.choices(WORDS, k=12)) for _ in range(40)]
    table = pl.DataFrame({"line": texts})
    plan = planned(tmp_path, table, task_type="sequence")
    assert plan.recipe == "next_token"
    assert plan.constants["CAUSAL"] and plan.constants["METRIC"] == "perplexity"
    assert plan.names["whole_outputs"] == "scores_of_tokens"
    with pytest.raises(LabwrightError, match="perplexity"):
        planned(tmp_path, table, task_type="sequence", evaluation_metric="rmse")


def test_span_f1_needs_spans(tmp_path):
    task = {"task_type": "sequence", "target": "pos_tags"}
    with pytest.raises(LabwrightError, match="spans"):
        planned(tmp_path, sentences(), evaluation_metric="span_f1", **task)
