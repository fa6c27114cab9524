from labwright.subprocesses import environment


def test_torch_keeps_its_cache_where_it_is_told(tmp_path, monkeypatch):
    monkeypatch.delenv("TORCHINDUCTOR_CACHE_DIR", raising=False)
    monkeypatch.setenv("COLOUR", "blue")
    found = environment(tmp_path)
    assert found["TORCHINDUCTOR_CACHE_DIR"] == str(tmp_path.resolve())
    assert found["COLOUR"] == "blue"


def test_a_cache_that_a_person_has_chosen_stays(tmp_path, monkeypatch):
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", "/somewhere")
    assert environment(tmp_path)["TORCHINDUCTOR_CACHE_DIR"] == "/somewhere"
