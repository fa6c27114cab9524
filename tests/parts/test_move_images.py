import torch

from labwright.parts.move_images import DRAWS, moved_images

STILL = torch.full((1, DRAWS), 0.5)


def test_no_change_in_the_middle_of_the_draws():
    pixels = torch.randn(2, 3, 8, 6)
    boxes = torch.tensor([[0, 0, 8, 6], [2, 0, 6, 6]])
    moved = moved_images(pixels, boxes, STILL.expand(2, -1), 0.1, flip=False)
    assert torch.allclose(moved, pixels, atol=1e-5)


def test_mirrored_left_to_right_within_its_place():
    pixels = torch.arange(8.0).expand(1, 1, 4, 8)
    draws = torch.tensor([[0.5, 0.5, 0.5, 0.5, 0.1]])
    boxes = torch.tensor([[0, 2, 4, 8]])
    moved = moved_images(pixels, boxes, draws, 0.1, flip=True)
    expected = torch.tensor([0.0, 1, 7, 6, 5, 4, 3, 2])
    assert torch.allclose(moved[0, 0, 0], expected, atol=1e-5)
    still = moved_images(pixels, boxes, draws, 0.1, flip=False)
    assert torch.allclose(still, pixels, atol=1e-5)


def test_displaced_by_at_most_a_share_and_edges_repeat():
    pixels = torch.arange(10.0).expand(1, 1, 10, 10)
    draws = torch.tensor([[0.5, 0.5, 0.5, 1.0, 0.9]])
    moved = moved_images(pixels, torch.tensor([[0, 0, 10, 10]]), draws, 0.2, False)
    expected = torch.tensor([2.0, 3, 4, 5, 6, 7, 8, 9, 9, 9])
    assert torch.allclose(moved[0, 0, 3], expected, atol=1e-5)


def test_what_is_around_the_image_stays():
    pixels = torch.zeros(1, 1, 8, 8)
    pixels[:, :, 2:6] = 1
    boxes = torch.tensor([[2, 0, 6, 8]])
    for draw in (0.0, 0.99):
        draws = torch.full((1, DRAWS), draw)
        moved = moved_images(pixels, boxes, draws, 0.2, flip=True)
        assert torch.allclose(moved, pixels, atol=1e-5)
