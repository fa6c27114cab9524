from pathlib import Path

from labwright.parts.named_files import file_named, files_by_name, with_files


def test_by_path_name_or_name_without_ending(tmp_path):
    for name in ("a/1.png", "b/1.png", "b/2.jpg", "3.v2.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    files = files_by_name([tmp_path])
    assert file_named("images/b/2.jpg", files) == tmp_path / "b/2.jpg"
    assert file_named("2", files) == tmp_path / "b/2.jpg"
    assert file_named("a\\1.png", files) == tmp_path / "a/1.png"
    assert file_named("1.png", files) is None  # there are two
    assert file_named("b/1", files) == tmp_path / "b/1.png"
    assert with_files(["3.v2", "9"], files) == [tmp_path / "3.v2.png", Path("9")]
