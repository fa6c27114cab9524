import io

import numpy as np
import pytest

from labwright.parts.png import VIRIDIS, png_of

Image = pytest.importorskip("PIL.Image")


def test_a_reader_of_png_sees_the_levels_as_colours():
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    picture = Image.open(io.BytesIO(png_of(levels)))
    picture.load()
    assert picture.size == (16, 16)
    colours = np.asarray(picture.convert("RGB")).reshape(256, 3)
    assert tuple(colours[0]) == VIRIDIS[0]
    assert tuple(colours[255]) == VIRIDIS[-1]
    bright = colours.astype(float) @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(bright) > -0.6).all()  # brighter means more


def test_a_line_of_one_pixel_will_do():
    picture = Image.open(io.BytesIO(png_of(np.zeros((3, 1), np.uint8))))
    picture.load()
    assert picture.size == (1, 3)
