import hashlib

import pytest

from labwright.parts.hashing import refuse_change, sha256_of


def test_sha256_of(tmp_path):
    (tmp_path / "x").write_bytes(b"abc")
    assert sha256_of(tmp_path / "x") == hashlib.sha256(b"abc").hexdigest()


def test_refuse_change(tmp_path):
    refuse_change(tmp_path / "x", None, "b" * 64)
    refuse_change(tmp_path / "x", "b" * 64, "b" * 64)
    with pytest.raises(
        ValueError, match=r"expected sha256 aaaa.*SHA256/FILES value None accepts"
    ):
        refuse_change(tmp_path / "x", "a" * 64, "b" * 64)
