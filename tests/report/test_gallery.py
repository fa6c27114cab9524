import base64
from html.parser import HTMLParser

import numpy as np

from labwright.parts.png import png_of
from labwright.report.gallery import Picture, gallery
from labwright.report.markup import render

PNG = base64.b64encode(png_of(np.zeros((2, 3), np.uint8))).decode()


def drawn(**changes) -> str:
    picture = Picture(**{"png": PNG, "truth": "cat", "prediction": "dog"} | changes)
    return render(gallery([picture], "sounds"))


def test_a_picture_says_what_it_is_and_what_it_was_taken_for():
    page = drawn(probability=0.8125, right=False, note="row 3")
    assert f'src="data:image/png;base64,{PNG}"' in page
    assert "<b>cat</b>, taken for <b>dog</b> 0.812" in page
    assert "<small>row 3</small>" in page


def test_what_is_right_and_what_is_a_number_is_said_as_such():
    assert "<b>cat</b>, as predicted 0.900" in drawn(probability=0.9, right=True)
    assert "<b>1.5</b>, predicted <b>2</b>" in drawn(truth="1.5", prediction="2")
    assert "<b>none</b>, taken for" in drawn(truth="", right=False)


def test_only_a_png_is_a_picture_and_text_is_never_markup():
    for png in ("x", '" onload="', base64.b64encode(b"<svg></svg>").decode()):
        assert 'src="data:,"' in drawn(png=png)
    opened = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: opened.append((tag, attributes))
    parser.feed(drawn(truth='"><b onclick="x">', prediction="</figure><img>"))
    assert [tag for tag, _ in opened] == [
        "div",
        "figure",
        "img",
        "figcaption",
        "b",
        "b",
    ]
    assert {name for _, each in opened for name, _ in each} == {"class", "src", "alt"}
