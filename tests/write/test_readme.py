"""The README tells what was decided, and text of others does nothing in it."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from labwright.plan.decisions import Decision
from labwright.write.markdown import code, one_line, prose, table
from labwright.write.readme import render_readme
from tests.write.plans import make_acquired, make_plan, make_task

SOURCES = {
    "train.py": '"""Trains it.\n"""',
    "predict.py": '"""New rows.\n\n    python predict.py new.csv  # writes\n"""',
}


@pytest.fixture
def acquired(tmp_path):
    return make_acquired(tmp_path / "raw")


def test_it_says_what_is_predicted_from_what(acquired):
    page = render_readme(make_plan(), acquired, SOURCES)
    assert page.startswith("# penguins\n")
    assert "> **Task:** Tell penguins apart by their bodies." in page
    assert "Predicts `species` (3 classes: `Adelie`, `Chinstrap`, `Gentoo`)" in page
    assert "- 2 numbers: `bill_length_mm`, `body_mass_g`" in page
    assert '| target | `species` | The last column. | `"target": "island"` |' in page
    assert "| `year` | `dropped` | It has one value. |" in page
    assert "| `train.py` | Trains it |" in page


def test_warnings_stand_before_everything_that_is_decided(acquired):
    page = render_readme(make_plan(warnings=("Only 9 rows.",)), acquired, SOURCES)
    assert page.index("Only 9 rows.") < page.index("## Run it")


def test_no_cell_of_the_data_is_shown(acquired):
    page = render_readme(make_plan(), acquired, SOURCES)
    assert "Torgersen" not in page


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("a | b", r"a \| b"),
        ("<script>", r"\<script\>"),
        ("[x](http://a.b)", r"`[x](http://a.b)`"),
        ("see www.a.b now", "see `www.a.b` now"),
        ("a@b.c", "`a@b.c`"),
        ("the `arr_delay` column", "the `arr_delay` column"),
        ("`a|b`", r"`a\|b`"),
        ("odd ` backtick", r"odd \` backtick"),
        ("two\nlines", "two lines"),
        ("\u202edrawkcab", "\ufffddrawkcab"),
        ("snake_case and _this_", r"snake_case and \_this\_"),
    ],
)
def test_text_is_shown_and_does_nothing(text, markdown):
    assert prose(text) == markdown


def test_code_holds_its_own_backticks():
    assert code("a`b") == "``a`b``"
    assert code("`") == "`` ` ``"
    assert code("") == "`  `"


nasty = st.text(alphabet="ab|`<>[]()*_\\\n#!:/@w. ", max_size=30) | st.text(max_size=30)


def leaves(page: str) -> list:
    """What a Markdown reader sees: the blocks, and what stands inside of them."""
    blocks = MarkdownIt("commonmark").enable("table").parse(page)
    return [leaf for block in blocks for leaf in [block, *(block.children or [])]]


def shape(page: str) -> list[str]:
    """The page's structure, without what is written in it."""
    told = ("text", "code_inline", "text_special")
    return [leaf.type for leaf in leaves(page) if leaf.type not in told]


@given(nasty, nasty)
def test_a_row_keeps_its_cells_and_their_text(one, two):
    found = leaves(table(["a", "b"], [[prose(one), code(two)]]))
    cells = [leaf for leaf in found if leaf.type == "inline"][2:]
    assert len(cells) == 2
    plain = "".join(leaf.content for leaf in cells[1].children)
    assert plain.strip() == one_line(two).strip()


@given(nasty)
def test_a_page_has_the_same_structure_whatever_the_text(page_of, text):
    page = page_of(f"a{text}b")
    assert shape(page) == shape(page_of("ab"))
    for leaf in leaves(page):
        if leaf.type == "text":  # GitHub makes links of these, brackets or none
            assert not re.search(r"://|www\.|\S@\S", leaf.content, re.IGNORECASE)


@pytest.fixture(scope="module")
def page_of(tmp_path_factory):
    """The README of a plan that has a text in every place."""
    acquired = make_acquired(tmp_path_factory.mktemp("readme") / "raw")

    def render(text: str) -> str:
        plan = make_plan(
            task=make_task(description=text, output_description=f"{text}2"),
            decisions=(
                Decision("target", text, text, text),
                Decision("column", [text], text, about=text),
                Decision("split", {text: text}, f"the `{text}` of `{text}`"),
            ),
            constants={"TARGETS": [text], "CLASSES": [text], "NUMBERS": [f"{text}3"]},
            warnings=(text,),
            predicts=(text,),
        )
        return render_readme(
            plan, replace(acquired, source=text, revision=text), SOURCES
        )

    return render


def test_it_shows_how_predict_py_is_called(acquired):
    page = render_readme(make_plan(), acquired, SOURCES)
    assert (
        "\n## Predict what is new\n\n    python predict.py new.csv  # writes\n" in page
    )
