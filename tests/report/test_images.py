import base64
import io

from PIL import Image

from labwright.report.images import images
from labwright.report.markup import render
from labwright.report.read import RunFiles

FILE = io.BytesIO()
Image.new("L", (2, 3)).save(FILE, "PNG")
PNG = base64.b64encode(FILE.getvalue()).decode()


def image(row: int, **more) -> dict:
    return {"row": row, "image": PNG, "truth": "cat", "prediction": "<dog>"} | more


def section(*found: dict) -> str:
    drawn = images(RunFiles({}, {}, None, None, {"images": list(found)}))
    assert drawn is not None
    return render(drawn)


def test_mistaken_images_are_shown_alone():
    page = section(image(3, right=False, probability=0.75), image(1_004, right=True))
    assert "Images that were mistaken" in page
    assert "1 image taken for something else" in page
    assert "row 3" in page and "1,004" not in page
    assert "&lt;dog&gt;" in page and "<dog>" not in page
    assert f"data:image/png;base64,{PNG}" in page


def test_without_mistakes_the_least_sure_are_shown():
    page = section(*(image(row, right=True) for row in range(12)))
    assert "least sure" in page
    assert page.count("<img") == 6


def test_numbers_are_farthest_off():
    assert "farthest off" in section(image(1), image(2))


def test_without_examples_there_is_no_section():
    assert images(RunFiles({}, {}, None, None)) is None
