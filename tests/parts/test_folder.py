from pathlib import PurePosixPath

import pytest

from labwright.parts.folder import files_below, is_content


@pytest.mark.parametrize(
    "path", ["/etc/x", "../x", "a/../x", "__MACOSX/x", "a/._x", "a/Thumbs.db", ".x/y"]
)
def test_unsafe_hidden_or_left_by_a_system(path):
    assert not is_content(PurePosixPath(path))


def test_files_in_the_order_of_their_names(tmp_path):
    for name in ("b/2.png", "b/10.png", "a.txt", ".git/x", "b/.DS_Store", "__MACOSX/b"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert files_below(tmp_path) == ["a.txt", "b/10.png", "b/2.png"]
