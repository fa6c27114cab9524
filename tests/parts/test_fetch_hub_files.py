"""Files of the Hub, by whoever is let in."""

import pytest
from huggingface_hub import constants
from tests.servers import COMMIT, serve_hub

from labwright.parts.fetch_hub_files import fetch_hub_files

CSV = b"x,kind\n1,a\n"


@pytest.fixture
def hub(tmp_path, monkeypatch):
    for owner in ("me", "gated"):
        path = tmp_path / "hub" / owner / "set" / "deep" / "x.csv"
        path.parent.mkdir(parents=True)
        path.write_bytes(CSV)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", tmp_path / "token")
    with serve_hub(tmp_path / "hub") as server:
        template = f"{server.url}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr(constants, "ENDPOINT", server.url)
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        yield server


def fetch(name, folder, **sha256s):
    fetch_hub_files(name, COMMIT, sha256s or {"deep/x.csv": None}, folder, 2**20)


def test_files_keep_their_paths_and_need_no_network_afterwards(hub, tmp_path):
    fetch("me/set", tmp_path / "raw")
    assert (tmp_path / "raw" / "deep" / "x.csv").read_bytes() == CSV
    hub.log.clear()
    fetch("me/set", tmp_path / "raw")
    assert hub.log == []


def test_who_has_no_login_is_told_where_and_how(hub, tmp_path):
    page = f"{hub.url}/datasets/gated/set"
    with pytest.raises(
        PermissionError, match=rf"let in to {page}, found none .*HF_TOKEN"
    ):
        fetch("gated/set", tmp_path / "raw")


def test_a_token_or_a_login_opens_the_gate(hub, tmp_path, monkeypatch):
    (tmp_path / "token").write_text("of-the-login\n")
    fetch("gated/set", tmp_path / "raw")
    monkeypatch.setenv("HF_TOKEN", "of-the-environment")
    fetch("gated/set", tmp_path / "again")
    assert (tmp_path / "again" / "deep" / "x.csv").read_bytes() == CSV
    sent = " ".join(hub.logins)
    assert "Bearer of-the-login" in sent and "Bearer of-the-environment" in sent
