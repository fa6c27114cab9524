"""Files that are never half of themselves."""

import pytest

from labwright.recipes.shared.whole import one_at_a_time, whole, whole_files


def test_a_file_has_its_old_content_until_the_new_is_whole(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with whole(path) as unfinished:
        unfinished.write_text("ne")
        assert path.read_text() == "old"
        assert unfinished.parent == path.parent  # a rename there crosses no disks
        unfinished.write_text("new")
    assert path.read_text() == "new"
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]


def test_what_was_cut_off_leaves_the_old_and_nothing_else(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), whole(path) as unfinished:
        unfinished.write_text("ne")
        raise KeyboardInterrupt
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]


def test_files_appear_when_all_are_written(tmp_path):
    (tmp_path / ".unfinished").mkdir()  # as a killed process leaves it
    (tmp_path / ".unfinished" / "c").write_text("left")
    with whole_files(tmp_path) as folder:
        (folder / "a").write_text("1")
        (folder / "b").write_text("2")
        assert not (tmp_path / "a").exists()
    assert {path.name for path in tmp_path.iterdir()} == {"a", "b"}


def test_a_lock_is_held_and_let_go(tmp_path):
    with one_at_a_time(tmp_path / "new" / ".lock") as alone:
        assert alone
    with one_at_a_time(tmp_path / "new" / ".lock") as alone:
        assert alone
