"""Texts and values that break things: as names, cells, words and answers."""

import random

from hypothesis import strategies as st

NAMES = (
    *("", " ", "class", "None", "__class__", "import", "lambda", "0", "1.5", "-1"),
    *("a'b", 'a"b', "a`b", "a\\", "a\nb", "a\tb", "a\rb", "a,b", "a;b", "a|b", "a.b"),
    *("Ünï", "\U0001f427", "\u202eabc\u2069", "\x1b[31mred", "\x07", "\ufeffa"),
    *("^.*$", "*", "{x}", "{0}", "%s", "$a", "col(a)", "len", "index", "literal"),
    *("row", "input", "mask", "target", "train", "file", "folder", "text", "(file)"),
    *("<script>alert(1)</script>", "=1+1", "@SUM(A1)", "../../x", "/etc/passwd", "a/b"),
    *("__UNNAMED__0", "column_1", "A" * 300, "é" * 10_000, "nan", "null", "true", "id"),
    *("NaN", "CON", "aux.py", "x" * 70_000, "a\u2028b", "\u200b", "ﷺ", "Ω≈ç√∫"),
)
WORDS = (
    *("", " ", "?", "NA", "n/a", "null", "None", "nan", "-", ".", "missing", "#REF!"),
    *("yes", "no", "true", "FALSE", "0", "1", "00123", "1,234", "1.234,5", "$5", "10%"),
    *("=1+1", '=HYPERLINK("http://x")', "+1", "-1", "@x", "'quoted'", '"', '""', "a,b"),
    *("2020-01-01", "31/12/2020", "03/04/2024", "2020-02-30", "12:00", "0000-00-00"),
    *("2020-01-01T00:00:00Z", "9999-12-31", "1e400", "9" * 400, "0x1F", "1_000", "١٢٣"),
    *("<b>x</b>", "\x1b[2J", "\u202e", "\U0001f600", "x" * 5000, "a\nb", "a\r\nb"),
    *("[1, 2, 3]", "{'a': 1}", "['x', 'y']", "1 2 3 4", "a b c", "http://x/y.png"),
    *("../../etc/passwd", "/dev/zero", "a.wav", "\\N{BULLET}", "%(x)s", "{0}", "NaN"),
)
NUMBERS = (
    *(0, 1, -1, 2, 0.5, -0.0, 1e308, -1e308, 1e-308, 5e-324, float("inf")),
    *(
        float("-inf"),
        float("nan"),
        2**31,
        2**53 + 1,
        2**63 - 1,
        -(2**63),
        2**64,
        10**40,
    ),
)

TEXT = st.characters(exclude_categories=("Cs",), exclude_characters="\0")
names = st.sampled_from(NAMES) | st.text(TEXT, max_size=20)
words = st.sampled_from(WORDS) | st.text(TEXT, max_size=30)


def cell(chance: random.Random) -> str:
    """A cell of a column whose cells have nothing in common."""
    if chance.random() < 0.5:
        return chance.choice(WORDS)
    return str(chance.choice(NUMBERS))
