import base64

import numpy as np

from labwright.parts.png import png_of
from labwright.report.markup import render
from labwright.report.read import RunFiles
from labwright.report.sounds import sounds

PNG = base64.b64encode(png_of(np.zeros((2, 3), np.uint8))).decode()


def sound(row: int, **more) -> dict:
    shown = {"row": row, "seconds": 0.5, "spectrogram": PNG}
    return shown | {"truth": "C", "prediction": "D"} | more


def section(*found: dict) -> str:
    examples = {"hertz": [20, 8000], "sounds": list(found)}
    drawn = sounds(RunFiles({}, {}, None, None, examples))
    assert drawn is not None
    return render(drawn)


def test_mistaken_sounds_are_shown_alone():
    page = section(sound(3, right=False), sound(1_004, right=True))
    assert "Sounds that were mistaken" in page
    assert "1 sound taken for something else" in page
    assert "row 3, 0.5 s" in page and "1,004" not in page
    assert "20 to 8,000 Hz" in page


def test_without_mistakes_the_least_sure_are_shown():
    page = section(*(sound(row, right=True) for row in range(12)))
    assert "least sure" in page
    assert page.count("<img") == 6


def test_numbers_are_farthest_off():
    assert "farthest off" in section(sound(1), sound(2))


def test_without_examples_there_is_no_section():
    assert sounds(RunFiles({}, {}, None, None)) is None
