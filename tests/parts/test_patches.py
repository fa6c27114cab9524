import torch

from labwright.parts.patches import image_patches, patch_values, pixels_of, squares_seen

WHOLE = torch.tensor([[0, 0, 8, 12]])


def test_squares_row_by_row_and_back():
    pixels = torch.randn(1, 3, 8, 12)
    for size, rim in ((2, 0), (2, 1), (4, 2)):
        patches = image_patches(pixels, WHOLE, size, rim)
        assert patches.shape == (1, 96 // size**2, patch_values(3, size, rim))
        assert torch.equal(pixels_of(patches, 8, 12, 3, size, rim), pixels)
    first = image_patches(pixels, WHOLE, 2, 0)[0, 0, :12].view(3, 2, 2)
    assert torch.equal(first, pixels[0, :, :2, :2])


def test_a_rim_shows_the_neighbours():
    pixels = torch.arange(96.0).view(1, 1, 8, 12)
    seen = image_patches(pixels, WHOLE, 2, 1)[0, 7, :16].view(
        4, 4
    )  # second row and column
    assert torch.equal(seen, pixels[0, 0, 1:5, 1:5])


def test_squares_outside_the_image_are_masked():
    boxes = torch.tensor([[0, 0, 8, 12], [3, 0, 5, 12], [0, 4, 8, 5]])
    seen = squares_seen(boxes, 4, 6, 2)
    assert seen[0].all()
    assert seen[1].view(4, 6)[1:3].all() and seen[1].sum() == 12
    assert seen[2].view(4, 6)[:, 2].all() and seen[2].sum() == 4
    patches = image_patches(torch.ones(3, 1, 8, 12), boxes, 2, 1)
    assert (patches[~seen] == 0).all()


def test_every_place_is_another():
    patches = image_patches(torch.zeros(1, 1, 8, 12), WHOLE, 1, 0)[0]
    assert len(patches.unique(dim=0)) == 96
