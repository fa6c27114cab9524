import pytest

from labwright.parts.read_conll import read_conll

PLAIN = {
    "columns": ["tokens", "tags"],
    "separator": "whitespace",
    "encoding": "utf8",
    "comments": False,
    "index": False,
    "documents": False,
}


def test_a_blank_line_ends_a_sentence_and_a_hash_is_a_word(tmp_path):
    path = tmp_path / "x.txt"
    path.write_bytes("\ufeff# O\r\nAnna  B-PER\r\n \r\n\r\nOslo\tB-LOC".encode())
    found = read_conll(path, PLAIN)
    assert found.to_dict(as_series=False) == {
        "tokens": [["#", "Anna"], ["Oslo"]],
        "tags": [["O", "B-PER"], ["B-LOC"]],
    }


def test_document_lines_end_sentences_and_number_documents(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text(
        "-DOCSTART- -X- -X- O\n\nU.N. NNP I-NP B-ORG\nsays VBZ I-VP O\n"
        "-DOCSTART- -X- -X- O\nNo DT I-NP O\n"
    )
    columns = {"columns": ["tokens", "pos", None, "ner"], "documents": True}
    found = read_conll(path, PLAIN | columns)
    assert found.to_dict(as_series=False) == {
        "tokens": [["U.N.", "says"], ["No"]],
        "pos": [["NNP", "VBZ"], ["DT"]],
        "ner": [["B-ORG", "O"], ["O"]],
        "document_id": ["1", "2"],
    }


def test_universal_dependencies_have_comments_ranges_and_empty_words(tmp_path):
    path = tmp_path / "x.conllu"
    path.write_text(
        "# text = vámonos al mar\n"
        "1-2\tvámonos\t_\t_\n1\tvamos\tir\tVERB\n2\tnos\tnosotros\tPRON\n"
        "2.1\tx\t_\t_\n3\ta b\ta\tADP\n"
    )
    more = {"columns": [None, "tokens", None, "upos"], "separator": "\t"}
    found = read_conll(path, PLAIN | more | {"comments": True, "index": True})
    assert found.to_dict(as_series=False) == {
        "tokens": [["vamos", "nos", "a b"]],
        "upos": [["VERB", "PRON", "ADP"]],
    }


def test_a_line_of_other_columns_is_named(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("a X\nb\n")
    with pytest.raises(ValueError, match=r"2 columns .* found 1 in line 2"):
        read_conll(path, PLAIN)
