"""From a task file to an experiment, or to an error that leaves nothing behind."""

import fcntl
import json
import shutil
import subprocess
import sys
from importlib.resources import files

import pytest

import labwright
from labwright.acquire import Acquired
from labwright.errors import BaseModelError, CheckError, DownloadError, LabwrightError
from labwright.generate import Request, decide, generate
from labwright.plan.decisions import Plan
from labwright.profile.facts import Profile
from labwright.task.read import ReadTask
from labwright.write.staging import raw_folder, source_key

EXAMPLE = files("labwright").joinpath("recipes/table/example.csv")


@pytest.fixture
def experiments(tmp_path):
    folder = tmp_path / "experiments"
    folder.mkdir()
    (tmp_path / "penguins.csv").write_bytes(EXAMPLE.read_bytes())
    task = {
        "name": "penguins",
        "output_description": "the species",
        "data_sources": [{"type": "local", "identifier": "penguins.csv"}],
        "colour": "blue",
    }
    (folder / "next_task.json").write_text(json.dumps(task))
    return folder


def names(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_an_experiment_comes_of_a_task_file(experiments):
    told = []
    made = generate(Request(experiments), checked=False, tell=told.append)
    assert [type(one) for one in told] == [ReadTask, Acquired, Profile, Plan]
    assert made.folder.parent == experiments
    assert made.check is None
    assert names(experiments) == [made.folder.name, "next_task.json"]
    given = (experiments / "next_task.json").read_bytes()
    assert (made.folder / "task.json").read_bytes() == given
    assert (made.folder / "data/raw/penguins.csv").read_bytes() == EXAMPLE.read_bytes()


def test_warnings_of_the_task_file_stay_with_the_experiment(experiments):
    made = generate(Request(experiments), checked=False)
    assert any("colour" in warning for warning in made.plan.warnings)
    assert "colour" in (made.folder / "README.md").read_text()
    assert "colour" in (made.folder / "plan.json").read_text()


def test_deciding_leaves_nothing(experiments):
    assert decide(Request(experiments)).constants["TARGETS"] == ["species"]
    assert names(experiments) == ["next_task.json"]


def test_deciding_on_a_task_elsewhere_makes_no_folder(experiments, tmp_path):
    nowhere = tmp_path / "other"
    decide(Request(nowhere, task_file=experiments / "next_task.json"))
    assert not nowhere.exists()


def test_a_failed_check_leaves_nothing(experiments, monkeypatch):
    def refuse(folder):
        raise CheckError("a", "b", "c")

    monkeypatch.setattr(sys.modules["labwright.generate"], "check", refuse)
    with pytest.raises(CheckError):
        generate(Request(experiments))
    assert names(experiments) == ["next_task.json"]
    assert names(experiments.parent) == ["experiments", "penguins.csv"]


def test_an_error_of_any_stage_leaves_nothing(experiments):
    with pytest.raises(LabwrightError):
        generate(Request(experiments, overrides=["target=nothing"]))
    assert names(experiments) == ["next_task.json"]


def test_a_base_model_beside_experiments_takes_the_place_of_ours(experiments):
    own = experiments.parent / "base_model.py"
    own.write_text(
        "class BaseTransformer:\n"
        "    def __init__(self, input_dim, output_dim, d_model, num_layers, task_type):\n"
        "        pass\n"
    )
    made = generate(Request(experiments), checked=False)
    assert (made.folder / "model.py").read_bytes() == own.read_bytes()
    assert made.plan.names["encode_features"] == "encode_plain"
    own.write_text("class BaseTransformer(")
    with pytest.raises(BaseModelError):
        generate(Request(experiments), checked=False)


def test_only_a_download_that_was_cut_off_is_kept(experiments):
    task = labwright.read_task(experiments / "next_task.json").task
    with pytest.raises(DownloadError), raw_folder(task, experiments) as raw:
        raw.mkdir(parents=True)
        (raw / "penguins.csv.part").write_text("species")
        raise DownloadError("a", "b", "c")
    with (
        pytest.raises(ValueError, match="later"),
        raw_folder(task, experiments) as again,
    ):
        assert (again / "penguins.csv.part").read_text() == "species"
        raise ValueError("a later stage")
    assert names(experiments) == ["next_task.json"]


def test_two_calls_at_a_time_have_folders_of_their_own(experiments):
    task = labwright.read_task(experiments / "next_task.json").task
    key = source_key(task)
    (experiments / ".staging" / key).mkdir(parents=True)
    with (experiments / ".staging" / key / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with raw_folder(task, experiments) as raw:
            assert raw == experiments / ".staging" / f"{key}-1" / "data" / "raw"


def test_public_functions_are_functions_whatever_was_imported_before():
    source = (
        "import sys, labwright\n"
        "assert 'polars' not in sys.modules\n"
        "import labwright.plan.decisions, labwright.profile, labwright.check\n"
        "for name in labwright.__all__: assert callable(getattr(labwright, name)), name\n"
        "assert 'torch' not in sys.modules\n"
        "from labwright import plan, write; from labwright.plan.decisions import Plan\n"
    )
    subprocess.run([sys.executable, "-c", source], check=True)


def test_files_are_read_as_resources_of_the_package(experiments, tmp_path):
    """Emission from a copy of the package elsewhere, as from an installed wheel."""
    home = tmp_path / "site"
    shutil.copytree(str(files("labwright")), home / "labwright")
    source = (
        "import sys, pathlib; sys.path.insert(0, sys.argv[1])\n"
        "import labwright\n"
        "assert labwright.__file__.startswith(sys.argv[1])\n"
        "from labwright.generate import Request, generate\n"
        "print(generate(Request(pathlib.Path('experiments')), checked=False).folder)\n"
    )
    command = [sys.executable, "-c", source, str(home)]
    subprocess.run(command, cwd=experiments.parent, check=True)
    (copied,) = (path for path in experiments.iterdir() if path.is_dir())
    made = generate(Request(experiments), checked=False)
    for path in made.folder.glob("*.*"):
        if path.is_file():
            assert path.read_bytes() == (copied / path.name).read_bytes(), path.name
