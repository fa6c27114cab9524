"""What the commands print, for people and for programs, and their exit codes."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

# ---- what exists ---------------------------------------------------------------------


def test_list_shows_figures_and_verdict_in_80_columns(labwright: Any) -> None:
    code, out, _ = labwright("list")
    assert code == 0
    assert "20260101_000000_penguins  Accuracy" in out
    assert re.search(
        r"001 completed +0.980 +0.960 \(0.900.1.000\) gradient .* ties", out
    )
    assert max(map(len, out.splitlines())) <= 80


def test_list_without_experiments_says_how_to_make_one(labwright: Any) -> None:
    code, out, _ = labwright("list", "--experiments", "nowhere")
    assert code == 0
    assert "labwright generate" in out


def test_list_survives_broken_folders(labwright: Any, experiments: Path) -> None:
    (experiments / "20270101_000000_half").mkdir()
    (experiments / "20260101_000000_penguins/runs/001/results.json").write_text("{")
    code, out, _ = labwright("list")
    assert code == 0
    assert "no plan.json" in out
    assert "results.json: no JSON" in out


def test_show_has_decisions_with_the_line_that_changes_them(labwright: Any) -> None:
    code, out, _ = labwright("show", "penguin")
    assert code == 0
    assert '"target": "species"' in out
    assert "344 distinct values" in out
    assert "95 % interval" in out


def test_report_is_drawn_where_it_says(labwright: Any) -> None:
    code, out, _ = labwright("report", "--json")
    assert code == 0
    assert Path(json.loads(out)["report"]).is_file()


@pytest.mark.parametrize("command", ["list", "show", "report", "schema"])
def test_json_is_one_object_and_nothing_else(labwright: Any, command: str) -> None:
    code, out, err = labwright(command, "--json")
    assert code == 0
    assert isinstance(json.loads(out), dict)
    assert err == ""


# ---- plan and generate ---------------------------------------------------------------


@pytest.fixture
def flowers(experiments: Path) -> Path:
    """A workspace with a table and its task."""
    lines = [
        f"{i % 7}.{i % 10},{'north' if i % 3 else 'south'},{'rose' if i % 2 else 'lily'}"
        for i in range(120)
    ]
    (experiments.parent / "flowers.csv").write_text(
        "\n".join(["petal,side,flower", *lines])
    )
    task = {
        "name": "flowers",
        "output_description": "The flower",
        "task_type": "classification",
        "data_sources": [{"type": "local", "identifier": "flowers.csv"}],
        "colour": "blue",
    }
    (experiments / "next_task.json").write_text(json.dumps(task))
    return experiments


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_plan_shows_decisions_and_writes_nothing(flowers: Path, labwright: Any) -> None:
    before = names(flowers)
    code, out, _ = labwright("plan")
    assert code == 0
    assert "120 rows, 3 columns" in out
    assert '"target": ' in out
    assert "colour" in out  # the warning about a key that nobody knows
    assert max(map(len, out.splitlines())) <= 80
    assert names(flowers) == before


def test_plan_as_json(flowers: Path, labwright: Any) -> None:
    code, out, err = labwright(
        "plan", "--json", "--seed", "3", "--set", "training.epochs=2"
    )
    content = json.loads(out)
    assert (code, err) == (0, "")
    assert set(content) == {"task", "data", "decisions", "warnings"}
    assert content["data"]["tables"][0]["rows"] == 120
    assert content["task"]["seed"] == 3
    chosen = {
        decision["subject"]: decision["choice"] for decision in content["decisions"]
    }
    assert (chosen["target"], chosen["epochs"]) == ("flower", 2)


def test_generate_ends_with_the_exact_next_command(
    flowers: Path, labwright: Any
) -> None:
    code, out, _ = labwright("generate", "garden", "--no-check")
    assert code == 0
    made = out.partition("Next  labwright run ")[2].strip()
    assert made.endswith("_garden")
    assert (flowers / made / "train.py").is_file()


def test_generate_as_json(flowers: Path, labwright: Any) -> None:
    code, out, err = labwright("generate", "--no-check", "--json")
    content = json.loads(out)
    assert (code, err) == (0, "")
    assert Path(content["experiment"]).is_dir()
    assert content["next"] == f"labwright run {Path(content['experiment']).name}"


@pytest.mark.parametrize(
    ("arguments", "error_code", "key"),
    [
        (["plan", "--task", "absent.json"], "task-file", None),
        (["plan", "--set", "target=colour"], "target-not-found", "target"),
        (["generate", "--max-size", "large"], "task", "--max-size"),
    ],
)
def test_error_of_a_task(
    flowers: Path,
    labwright: Any,
    arguments: list[str],
    error_code: str,
    key: str | None,
) -> None:
    before = names(flowers)
    code, out, _ = labwright(*arguments, "--json")
    error = json.loads(out)["error"]
    assert (code, error["code"]) == (1, error_code)
    assert key is None or error["key"] == key
    assert names(flowers) == before


# ---- run -----------------------------------------------------------------------------

TRAIN = """
import json, pathlib, sys
here = pathlib.Path(__file__).parent
results = json.loads((here / "runs/001/results.json").read_text())
results["options"] = {"given": sys.argv[1:]}
if "--fail" in sys.argv:
    results["status"] = "failed"
    results["failure"] = {"stage": "training", "error": "boom", "what_to_do": "Mend it."}
if "--stop" in sys.argv:
    results["status"] = "interrupted"
    results["failure"] = {"stage": "training", "error": "SIGINT", "what_to_do": "Go on."}
for folder in (here, here / "runs/001"):
    (folder / "results.json").write_text(json.dumps(results))
print("epoch 1")
sys.exit(results["status"] != "completed")
"""


@pytest.fixture
def trainable(experiments: Path) -> Path:
    folder = experiments / "20260101_000000_penguins"
    (folder / "train.py").write_text(TRAIN)
    return folder


@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        (["run", "--json"], []),
        (["run", "--json", "--", "--epochs", "3"], ["--epochs", "3"]),
        (["run", "--json", "penguin", "--", "--fresh"], ["--fresh"]),
    ],
)
def test_options_after_the_dashes_reach_train(
    trainable: Path, labwright: Any, arguments: list[str], given: list[str]
) -> None:
    code, out, _ = labwright(*arguments)
    assert code == 0
    assert json.loads(out)["results"]["options"] == {"given": given}


def test_run_ends_with_the_figures_and_the_report(
    trainable: Path, labwright: Any
) -> None:
    code, out, _ = labwright("run")
    assert code == 0
    assert "Accuracy 0.960" in out
    assert "report.html" in out


def test_failed_run(trainable: Path, labwright: Any) -> None:
    code, _, err = labwright("run", "--", "--fail")
    assert code == 3
    assert "failed at training: boom" in err
    assert "Mend it." in err


def test_interrupted_run(trainable: Path, labwright: Any) -> None:
    code, out, _ = labwright("run", "--json", "--", "--stop")
    assert code == 130
    error = json.loads(out)["error"]
    assert (error["code"], error["status"], error["stage"]) == (
        "run",
        "interrupted",
        "training",
    )


# ---- a new workspace -----------------------------------------------------------------


def test_new_writes_a_task_and_keeps_one_that_is_there(
    labwright: Any, experiments: Path
) -> None:
    (experiments.parent / "wine.csv").write_text("acid,quality\n1,good\n2,bad\n")
    code, out, _ = labwright("new", "wine.csv", "--target", "quality")
    assert code == 0
    assert "labwright generate" in out
    path = experiments / "next_task.json"
    assert json.loads(path.read_text())["data_sources"][0]["identifier"] == "wine.csv"
    path.write_text("mine")
    assert labwright("new", "wine.csv")[0] == 1
    assert path.read_text() == "mine"
    assert labwright("new", "wine.csv", "--force")[0] == 0
    assert path.read_text() != "mine"


def test_base_model_is_ours_and_never_over_one_that_is_there(
    labwright: Any, experiments: Path
) -> None:
    assert labwright("base-model")[0] == 0
    path = experiments.parent / "base_model.py"
    assert "class BaseTransformer" in path.read_text()
    path.write_text("# mine")
    code, _, err = labwright("base-model")
    assert code == 1
    assert "--force" in err
    assert path.read_text() == "# mine"
