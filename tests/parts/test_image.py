import io

import numpy as np
import pytest
from PIL import Image

from labwright.parts import image as module
from labwright.parts.image import image_facts, look_into, read_image


def stored(pixels, form="PNG", **options) -> bytes:
    file = io.BytesIO()
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(file, form, **options)
    return file.getvalue()


def grey(height, width, value=200):
    return np.full((height, width), value, np.uint8)


COLOUR = np.zeros((4, 6, 3), np.uint8) + np.array([255, 0, 0], np.uint8)


def test_grey_stays_as_it_is():
    pixels = np.arange(24, dtype=np.uint8).reshape(4, 6)
    read, box = read_image(stored(pixels), 4, 6, 1)
    assert (read[:, :, 0] == pixels).all() and read.dtype == np.uint8
    assert box == (0, 0, 4, 6)


@pytest.mark.parametrize("form", ["PNG", "BMP", "WEBP", "TIFF", "GIF", "JPEG"])
def test_forms(form):
    options = {"lossless": True} if form == "WEBP" else {}
    read, _ = read_image(stored(COLOUR, form, **options), 4, 6, 3)
    assert np.abs(read.astype(int) - COLOUR).max() <= 2
    assert image_facts(stored(COLOUR, form)).form == form


def test_what_is_transparent_lies_over_white():
    pixels = np.zeros((2, 2, 4), np.uint8)
    pixels[0] = (0, 0, 255, 255)
    read, _ = read_image(stored(pixels), 2, 2, 3)
    assert read.tolist() == [[[0, 0, 255]] * 2, [[255, 255, 255]] * 2]
    palette = Image.fromarray(grey(2, 2, 0)).convert("P")
    read, _ = read_image(stored(palette, transparency=0), 2, 2, 1)
    assert (read == 255).all()


def test_sixteen_bits_by_what_is_white():
    pixels = np.array([[0, 4095], [2048, 1024]], np.uint16)
    read, _ = read_image(stored(pixels), 2, 2, 1, white=4095)
    assert read[:, :, 0].tolist() == [[0, 255], [128, 64]]
    assert look_into(stored(pixels)) == (True, 4095.0)


def test_turned_as_the_camera_says():
    image = Image.fromarray(np.array([[0, 255, 255], [255, 255, 255]], np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    file = stored(image, "PNG", exif=exif)
    facts = image_facts(file)
    assert (facts.height, facts.width) == (3, 2)
    read, _ = read_image(file, 3, 2, 1)
    assert read[0, 1, 0] == 0 and (read == 0).sum() == 1


def test_another_form_is_scaled_to_fit_and_centred():
    read, box = read_image(stored(grey(10, 20)), 8, 8, 1)
    assert box == (2, 0, 6, 8)
    assert (read[2:6] == 200).all() and (read[:2] == 0).all() and (read[6:] == 0).all()
    _, box = read_image(stored(grey(1, 400)), 8, 8, 1)
    assert box == (3, 0, 4, 8)


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (b"<html>", "no image"),
        (b"", "no image"),
        (
            stored(np.random.default_rng(0).integers(0, 255, (64, 64), np.uint8))[:900],
            "truncated",
        ),
    ],
)
def test_broken_files(file, reason):
    with pytest.raises(ValueError, match=reason):
        read_image(file, 4, 4, 1)


def test_too_many_pixels(monkeypatch):
    monkeypatch.setattr(module, "MOST_PIXELS", 15)
    with pytest.raises(ValueError, match="4 x 4 pixels, more than 15"):
        image_facts(stored(grey(4, 4)))


def test_a_missing_file(tmp_path):
    with pytest.raises(ValueError, match="No such file"):
        read_image(tmp_path / "x.png", 4, 4, 1)


def test_grey_in_three_channels_has_no_colour():
    assert look_into(stored(np.repeat(grey(3, 3)[:, :, None], 3, axis=2))) == (True, 0)
    assert look_into(stored(COLOUR)) == (False, 0)
