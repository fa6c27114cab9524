"""A pretrained encoder of the Hub: pinned, fetched, and told apart where it fails."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.servers import COMMIT, serve_hub
from tests.servers.faults import Fault

SCRIPT = """
import dataclasses, json, sys
from pathlib import Path
from labwright.acquire.pretrained import acquire_pretrained
from labwright.errors import LabwrightError
from labwright.parts.files import retry
from labwright.task.model import Source, Task

retry.WAITS = (0, 0)
base, names = Path(sys.argv[1]), sys.argv[2:]
found = {}
for place in names:
    raw, _, name = place.rpartition(":")
    source = Source(type="local", identifier="x.csv")
    task = Task(name="t", data_sources=(source,), pretrained=name)
    folder = base / (raw or f"raw/{name}") / ".pretrained"
    try:
        found[name] = dataclasses.asdict(acquire_pretrained(task, folder, base, None))
    except LabwrightError as error:
        found[name] = {"error": type(error).__name__, **error.as_dict()}
print(json.dumps(found))
"""
NAMES = (
    *("me/tiny", "me/busy", "me/damaged", "me/old", "me/nothing", "no name/"),
    *("gated/tiny", "private/tiny", "me/down"),
)


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("pretrained")


@pytest.fixture(scope="module")
def done(base):
    write_encoder(base / "hub" / "models" / "me" / "tiny")
    for owner, name in (("me", "busy"), ("me", "damaged"), ("me", "down")):
        write_encoder(base / "hub" / "models" / owner / name)
    write_encoder(base / "hub" / "models" / "gated" / "tiny")
    write_encoder(base / "hub" / "models" / "private" / "tiny")
    old = base / "hub" / "models" / "me" / "old"
    write_encoder(old)
    (old / "model.safetensors").rename(old / "pytorch_model.bin")
    with serve_hub(base / "hub") as server:
        server.faults += [
            Fault("/me/busy/", "status", 2, value=503),
            Fault("GET /me/damaged/.*safetensors", "corrupt"),
            Fault("GET /me/down/.*safetensors", "status", value=503),
        ]
        return acquired(base, server.url, *NAMES)


def acquired(base: Path, url: str, *places: str) -> dict[str, dict[str, object]]:
    """What each [raw folder:]encoder came to, by its name, in a process of its own."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HF_")}
    (base / "home").mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(base), *places],
        env=environment | {"HF_ENDPOINT": url, "HOME": str(base / "home")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, object]] = json.loads(done.stdout)
    return found


def write_encoder(folder: Path) -> None:
    """A BERT of a few weights, with its tokenizer, as `transformers` saves them."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=8,
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
        max_position_embeddings=16,
    )
    BertModel(config).save_pretrained(folder)
    words = {word: i for i, word in enumerate(("[UNK]", "a", "b"))}
    Tokenizer(WordLevel(words, unk_token="[UNK]")).save(str(folder / "tokenizer.json"))


def test_it_is_pinned_and_whole(done, base):
    for name in ("me/tiny", "me/busy"):
        found = done[name]
        assert (found["name"], found["revision"]) == (name, COMMIT)
        assert found["fetch"] == "weights_of_hub"
        names = ["config.json", "model.safetensors", "tokenizer.json"]
        assert sorted(found["files"]) == names
        for file, sha256 in found["files"].items():
            content = (base / "hub" / "models" / name / file).read_bytes()
            fetched = base / "raw" / name / ".pretrained" / file
            assert fetched.read_bytes() == content
            assert hashlib.sha256(content).hexdigest() == sha256
        folder = base / "raw" / name / ".pretrained"
        assert sorted(path.name for path in folder.glob("[!.]*")) == names


def test_a_sibling_experiment_has_it_with_and_without_a_network(tmp_path):
    write_encoder(tmp_path / "hub" / "models" / "me" / "tiny")
    first = "experiments/one/data/raw"
    with serve_hub(tmp_path / "hub") as server:
        fetched = acquired(tmp_path, server.url, f"{first}:me/tiny")["me/tiny"]
        asked = len(server.log)
        again = acquired(tmp_path, server.url, "two/raw:me/tiny")["me/tiny"]
        assert again == fetched
        assert not [line for line in server.log[asked:] if "/resolve/" in line]
    offline = acquired(tmp_path, server.url, "three/raw:me/tiny")["me/tiny"]
    assert offline["files"] == fetched["files"]
    assert offline["notes"] == [
        "me/tiny was not reached: what was fetched before is used."
    ]
    weights = [
        tmp_path / raw / ".pretrained/model.safetensors"
        for raw in (first, "two/raw", "three/raw")
    ]
    assert len({path.stat().st_ino for path in weights}) == 1


@pytest.mark.parametrize(
    ("name", "error", "says"),
    [
        ("me/old", "NotFoundError", "no .safetensors"),
        ("me/nothing", "NotFoundError", "HF_TOKEN"),
        ("no name/", "NotFoundError", "owner/name"),
        ("gated/tiny", "AccessError", "HF_TOKEN"),
        ("private/tiny", "NotFoundError", "HF_TOKEN"),
        ("me/damaged", "DownloadError", "hash"),
        ("me/down", "DownloadError", "127.0.0.1"),
    ],
)
def test_errors(done, name, error, says):
    found = done[name]
    assert found.get("error") == error, found
    assert found["key"] == "pretrained"
    assert says in f"{found['expected']} {found['found']} {found['fix']}"
