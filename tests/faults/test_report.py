from tests.faults.cases import CASES
from tests.faults.report import PAGE, ROWS, table


def test_the_page_has_the_cases_that_there_are():
    assert {case.row for case in CASES} == set(ROWS)
    assert table() in PAGE.read_text(encoding="utf-8")
