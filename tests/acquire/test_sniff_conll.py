import pytest

from labwright.acquire.sniff_conll import conll_reading

NEWS = """-DOCSTART- -X- O O

EU NNP I-NP I-ORG
rejects VBZ I-VP O
# NN I-NP O

Peter NNP I-NP I-PER
Blackburn NNP I-NP I-PER

LONDON NNP I-NP I-LOC
"""
UNIVERSAL = """# sent_id = 1
1-2\tDas\t_\t_\t_\t_\t_\t_\t_\t_
1\tD\tder\tDET\tART\t_\t2\tdet\t_\t_
2\tas\tes\tPRON\tPPER\t_\t0\troot\t_\t_

# sent_id = 2
1\tJa\tja\tINTJ\tITJ\t_\t0\troot\t_\t_

# sent_id = 3
1\tNein\tnein\tINTJ\tITJ\t_\t0\troot\t_\t_
"""


def reading_of(text: str, suffix: str = ".txt"):
    return conll_reading(text.encode(), True, suffix)


def test_news_of_four_columns():
    assert reading_of(NEWS) == {
        "columns": ["tokens", "pos", "chunk", "ner"],
        "separator": "whitespace",
        "encoding": "utf8",
        "comments": False,
        "index": False,
        "documents": True,
    }


def test_universal_dependencies():
    found = reading_of(UNIVERSAL)
    assert found["columns"] == [
        *(None, "tokens", "lemma", "upos", "xpos", None),
        *(None, "deprel", None, None),
    ]
    assert found["comments"] and found["index"] and found["separator"] == "\t"


def test_a_counted_word_and_a_source_line():
    text = "#\thttp://x\n1\tOslo\tB-LOC\n2\tist\tO\n\n1\tA\tO\n\n1\tB\tO\n"
    found = reading_of(text)
    assert found["columns"] == [None, "tokens", "tags"]
    assert found["comments"] and found["index"]


def test_few_sentences_need_a_name():
    few = "Anna B-PER\nsings O\n\nBo B-PER\n"
    assert reading_of(few) is None
    assert reading_of(few, ".conll")["columns"] == ["tokens", "tags"]


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n\n1,2\n\n3,4\n\n5,6\n",  # one cell a line
        "0.1 0.2\n\n0.3 0.4\n\n0.5 0.6\n",  # curves
        "height 1.2\n\nweight 3.4\n\nage 7\n",  # numbers, not tags
        "name\tkind\nx\ta\ny\tb\nz\ta\n",  # one block: a table
        "To be or not\n\nto be\n\nthat is the question\n\nx\n",  # prose
    ],
)
def test_other_texts(text: str):
    assert reading_of(text) is None
