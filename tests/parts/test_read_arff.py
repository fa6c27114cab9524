import pytest

from labwright.parts.read_arff import arff_attributes, read_arff, split_arff

TEXT = """% a comment, with @DATA in it
@RELATION 'my flowers'
@ATTRIBUTE 'sepal length' REAL
@attribute kind {'Iris setosa', it\\'s}
@Attribute\tday DATE "yyyy-MM-dd"

@DATA
% another
5.1, 'Iris setosa',2020-01-02

?,'it\\'s',?
"""


def test_cells_are_text_and_question_marks_missing(tmp_path):
    (tmp_path / "x.arff").write_text(TEXT)
    table = read_arff(tmp_path / "x.arff", {})
    assert table.columns == ["sepal length", "kind", "day"]
    assert table.rows() == [("5.1", "Iris setosa", "2020-01-02"), (None, "it's", None)]


def test_attributes():
    names = [name for name, _ in arff_attributes(split_arff(TEXT)[0])]
    assert names == ["sepal length", "kind", "day"]


def test_sparse_rows_are_refused(tmp_path):
    (tmp_path / "x.arff").write_text("@RELATION x\n@ATTRIBUTE a REAL\n@DATA\n{0 1}\n")
    with pytest.raises(ValueError, match="sparse"):
        read_arff(tmp_path / "x.arff", {})
