import pytest

from labwright.acquire import limits
from labwright.acquire.limits import check_memory, check_size, show_size, size_cap
from labwright.errors import TooLargeError
from labwright.task.model import Source


def test_the_caller_decides_then_the_task_then_one_gibibyte():
    source = Source(type="url", identifier="x", max_size=1024)
    assert size_cap(source, 7) == 7
    assert size_cap(source, None) == 1024
    assert size_cap(Source(type="url", identifier="x"), None) == 2**30


def test_over_the_cap_or_the_disk(tmp_path):
    check_size(10, 10, tmp_path, "x")
    with pytest.raises(TooLargeError, match=r"at most 10 bytes from x; found 2\.0 KiB"):
        check_size(2048, 10, tmp_path, "x")
    with pytest.raises(TooLargeError, match="free"):
        check_size(2**60, None, tmp_path / "not" / "yet", "x")


def test_more_than_the_memory_holds_is_not_read(tmp_path, monkeypatch):
    table = tmp_path / "table.csv"
    with table.open("wb") as file:
        file.truncate(2**42)  # a hole: nothing of it is on the disk
    with pytest.raises(TooLargeError, match=r"fit into memory.* found 4\.0 TiB"):
        check_memory([table], "table.csv")
    monkeypatch.setattr(limits, "memory_bytes", lambda: 2**42)
    check_memory([table, tmp_path / "no file, a sheet"], "table.csv")


def test_show_size():
    assert [show_size(n) for n in (7, 1536, 2**20)] == ["7 bytes", "1.5 KiB", "1.0 MiB"]
