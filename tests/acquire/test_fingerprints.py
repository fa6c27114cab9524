from labwright.acquire import fingerprints as module
from labwright.acquire.fingerprints import fingerprints


def test_the_same_with_and_without_a_bar(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"abc")
    (tmp_path / "b").write_bytes(b"")
    plain = fingerprints(tmp_path, ["a", "b"])
    monkeypatch.setattr(module, "SHOW_FROM", 0)
    assert fingerprints(tmp_path, ["a", "b"]) == plain
    assert (
        plain["a"] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
