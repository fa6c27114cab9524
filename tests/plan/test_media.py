"""Whether a table is about images or sounds."""

from labwright.plan.media import content_of


def test_a_text_that_can_be_no_path_names_no_file(tmp_path):
    assert content_of(tmp_path / ("long " * 1_000)) is None
    assert content_of(tmp_path / "a\0b") is None
    assert content_of(tmp_path) is None
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert content_of(tmp_path / "a.png") == "image"
