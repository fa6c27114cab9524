import numpy as np
import pytest
import torch

from labwright.parts.keep_pixels import (
    count_pixels,
    keep_pixels,
    kept_pixels,
    made_pixels,
)

IMAGES = np.arange(48, dtype=np.uint8).reshape(4, 2, 3, 2)


@pytest.mark.parametrize("most", [4, 6])
def test_kept_and_made_pixels_are_the_same(tmp_path, most):
    path = tmp_path / "train_pixels"
    keep_pixels(path, iter(IMAGES), most)
    rows = torch.tensor([2, 0])
    kept = kept_pixels(path, IMAGES.__getitem__)
    made = made_pixels(path, IMAGES.__getitem__)
    assert torch.equal(kept(rows), torch.from_numpy(IMAGES[[2, 0]]))
    assert torch.equal(made(rows), kept(rows))
    assert [file.name for file in tmp_path.iterdir()] == ["train_pixels.npy"]
    assert len(np.load(tmp_path / "train_pixels.npy")) == 4


def test_counting_keeps_nothing(tmp_path):
    images = iter(IMAGES)
    count_pixels(tmp_path / "train_pixels", images, 4)
    assert next(images, None) is None and not list(tmp_path.iterdir())
