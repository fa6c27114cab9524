"""Sentences with tags, and texts, to batches, and models of them to predictions."""

import json
import random
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest

from labwright.inline import inline
from labwright.parts.word_features import groups_of_features
from labwright.write.files import read_recipe

HOME = Path(str(files("labwright")))
SMALL = {
    "SOURCE": "data.jsonl",
    "FILES": {"data.jsonl": None},
    "TABLES": ["data.jsonl"],
    "READING": {},
    "D_MODEL": 16,
    "NUM_LAYERS": 1,
    "MAX_EPOCHS": 2,
    "LEARNING_RATE": 3e-3,
    "DRAWS": 50,
    "TASK_TYPE": "sequence",
    "SPLIT_COLUMN": None,
    "SPLIT_RULE": "random",
}
BOTH = {"read_csv": "read_jsonl", "split_stratified": "split_random"}
TAGS = {
    "METRIC": "span_f1",
    "CLASSES": ["B-PER", "I-PER", "O"],
    "LIMIT": 6,
}
TAG_PARTS = BOTH | {
    "whole_outputs": "codes_of_words",
    "accuracy": "span_f1_of_tags",
    "more_about_classes": "more_about_tags",
}
BYTE_PAIRS = {
    "fit_on_features": "fit_on_words",
    "ids_of_featured": "ids_of_sentences",
    "size_of_features": "size_of_bpe",
}
NEXT = {
    "METRIC": "perplexity",
    "HIGHER_IS_BETTER": False,
    "COLUMN": "text",
    "TARGETS": ["text"],
    "CLASSES": [],
    "CAUSAL": True,
    "HIDDEN": 0.0,
    "VOCABULARY": 300,
    "LIMIT": 16,
}
NEXT_PARTS = BOTH | {
    "rows_of_tagged": "rows_of_texts",
    "fit_on_features": "fit_on_texts",
    "ids_of_featured": "ids_of_running",
    "size_of_features": "size_of_bpe",
    "cut_tagged": "cut_texts",
    "text_lists": "texts_as_they_are",
    "decode_tags": "decode_tokens",
    "whole_outputs": "scores_of_tokens",
    "accuracy": "perplexity_of_tokens",
    "more_about_classes": "more_about_tokens",
}


def sentences(rows: int = 80) -> pl.DataFrame:
    """Sentences of 2 to 12 words in which names follow "by"."""
    draw = random.Random(0)
    words, tags = [], []
    for _ in range(rows):
        row, of_row = [], []
        for _ in range(draw.randint(1, 4)):
            name = [draw.choice(["Anna", "Bo", "Cem"]), draw.choice(["Ay", "Berg"])]
            row += ["by", *name] if draw.random() < 0.5 else ["a", "tree"]
            of_row += ["O", "B-PER", "I-PER"] if row[-3:-2] == ["by"] else ["O", "O"]
        words.append(row)
        tags.append(of_row)
    return pl.DataFrame({"tokens": words, "tags": tags})


def experiment(folder: Path, recipe: str, values, names, table: pl.DataFrame) -> Path:
    """An emitted experiment on a table below `folder`."""
    made = folder / "experiments" / "small"
    made.mkdir(parents=True)
    table.write_ndjson(folder / "data.jsonl")
    for module in read_recipe(recipe):
        text = inline(module, SMALL | values, names)
        (made / f"{module.name}.py").write_text(text)
    (made / "model.py").write_text((HOME / "base_model.py").read_text())
    return made


def run(folder: Path, *command: str) -> str:
    """What a program of the experiment says; it must end well."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


LOOK = """
import json
import torch
from dataloader import get_dataloaders, encode_again, refit
out = {}
for part, loader in zip(("train", "val", "test"), get_dataloaders(8, num_workers=0)):
    rows = loader.dataset
    every = torch.arange(len(rows))
    prepared, anew = rows[every], encode_again(rows, every)
    assert all(torch.equal(prepared[key], anew[key]) for key in anew)
    known = prepared["target"] != -100
    out[part] = {
        "rows": rows.table.to_dict(as_series=False),
        "windows": len(rows),
        "targets": int(known.sum()),
        "judged": int((rows.truth != -100).sum()),
        "longest": int(prepared["mask"].sum(dim=1).max()),
        "ids": rows.ids.tolist(),
        "padding": 1 - float(prepared["mask"].float().mean()),
    }
    for batch in loader:
        assert (batch["input"][~batch["mask"]] == 0).all()
        assert (batch["target"][~batch["mask"]] == -100).all()
train = get_dataloaders(8, num_workers=0)[0]
assert refit(train.dataset) == train.dataset.encoder
twice = [[batch["input"].tolist() for batch in train] for _ in range(2)]
assert twice[0] == twice[1]
train.set_epoch(1)
assert [batch["input"].tolist() for batch in train] != twice[0]
print(json.dumps(out))
"""


@pytest.mark.parametrize("more", [{}, BYTE_PAIRS], ids=["features", "byte pairs"])
def test_every_word_has_one_target_in_one_window(tmp_path, more):
    table = sentences()
    folder = experiment(tmp_path, "tags", TAGS, TAG_PARTS | more, table)
    found = json.loads(run(folder, "-c", LOOK).splitlines()[-1])
    words = sum(len(row) for part in found.values() for row in part["rows"]["tokens"])
    assert words == table["tokens"].list.len().sum()
    assert sum(part["targets"] for part in found.values()) == words
    assert sum(part["judged"] for part in found.values()) == words
    assert max(part["longest"] for part in found.values()) <= 6
    assert found["train"]["windows"] > len(found["train"]["rows"]["tokens"])
    equal = [{*map(tuple, part["rows"]["tokens"])} for part in found.values()]
    assert not equal[0] & equal[1] and not equal[0] & equal[2]


def test_tags_from_training_to_new_sentences(tmp_path):
    folder = experiment(tmp_path, "tags", TAGS, TAG_PARTS, sentences())
    run(folder, "train.py")
    results = json.loads((folder / "results.json").read_text())
    assert results["status"] == "completed"
    assert [*results["baselines"]] == ["majority", "most frequent tag", "linear"]
    assert results["baselines"]["majority"]["test"] == 0
    assert results["baselines"]["linear"]["test"] > 0.9
    assert {"span_precision", "exact_match", "macro_f1"} <= {*results["more"]["test"]}
    relied_on = {each["column"]: each["drop"] for each in results["importance"]}
    assert relied_on.keys() == {"the words around a word", *groups_of_features()}
    predictions = pl.read_parquet(folder / "runs" / "001" / "predictions.parquet")
    pairs = predictions.explode("tokens", "target", "prediction")
    assert pairs.null_count().sum_horizontal().item() == 0
    assert json.loads((folder / "runs/001/examples.json").read_text())["sentences"]
    (folder / "new.txt").write_text("by Anna Berg\n\na tree by Zoe and more words here")
    run(folder, "predict.py", "new.txt")
    new = pl.read_ndjson(folder / "predictions" / "new.jsonl")
    assert new["tokens"].list.len().to_list() == [3, 8]
    assert new["prediction"].list.len().to_list() == [3, 8]
    run(folder, "predict.py", "../../data.jsonl", "--output", "all.conll")
    lines = (folder / "all.conll").read_text().splitlines()
    assert lines[0].startswith(("by\t", "a\t"))


ALONE = """
import torch
from dataloader import get_dataloaders
from insights import alone, without
batch = next(iter(get_dataloaders(8, num_workers=0)[1]))
words = alone(batch)
assert words["input"].shape == (int(batch["mask"].sum()), 1, batch["input"].shape[2])
assert torch.equal(words["input"][:, 0], batch["input"][batch["mask"]])
hidden = without(batch, [1, 2])["input"]
assert (hidden[..., 1:3] == 0).all() and (batch["input"][..., 1] != 0).any()
assert torch.equal(hidden[..., 3:], batch["input"][..., 3:])
"""


def test_what_importance_hides_is_hidden_and_nothing_else(tmp_path):
    folder = experiment(tmp_path, "tags", TAGS, TAG_PARTS, sentences())
    run(folder, "-c", ALONE)


def test_what_comes_next_from_training_to_a_continuation(tmp_path):
    draw = random.Random(1)
    texts = ["".join(draw.choice(["the cat. ", "a dog, "]) for _ in range(8))]
    texts = [f"{i} {texts[0]}{draw.choice(['end', 'over'])}" for i in range(60)]
    table = pl.DataFrame({"text": [*texts, "", "last one"]})
    folder = experiment(tmp_path, "next_token", NEXT, NEXT_PARTS, table)
    found = json.loads(run(folder, "-c", LOOK).splitlines()[-1])
    assert sum(len(part["rows"]["text"]) for part in found.values()) == 61
    assert all(part["targets"] == part["judged"] for part in found.values())
    run(folder, "train.py")
    results = json.loads((folder / "results.json").read_text())
    frequency, trigrams = (
        results["baselines"][name]["test"] for name in ("frequency", "trigrams")
    )
    assert trigrams < frequency and 1 < results["metric"]["test"] < 1000
    said = run(folder, "predict.py", "--continue", "the cat", "--tokens", "3")
    assert said.startswith("the cat")
    (folder / "new.txt").write_text("the cat. a dog\n\nqqq\n")
    assert "texts: 2" in run(folder, "predict.py", "new.txt")
    new = pl.read_csv(folder / "predictions" / "new.csv")
    assert new["perplexity"].is_finite().all()
