"""Every fault of every source ends well: the file whole, or one clear error."""

import pytest

from labwright.acquire.reuse import NOTE
from tests.faults.cases import CASES
from tests.faults.cases.case import SECRET, Case
from tests.faults.running import TABLE, Outcome, rows_of, run_cases

SOURCES = sorted({case.source for case in CASES})
# What an experiment's own code raises where `generate` explains more.
RAISED = {
    "TooLargeError": "ValueError",
    "DownloadError": "Exception",
    "AccessError": "OSError",
    "NotFoundError": "OSError",
}


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """The outcomes of a source's cases, run when the first of them is asked for."""
    known: dict[str, dict[str, list[Outcome]]] = {}

    def outcomes(case: Case) -> list[Outcome]:
        if case.source not in known:
            cases = [each for each in CASES if each.source == case.source]
            known[case.source] = run_cases(cases, tmp_path_factory.mktemp(case.source))
        return known[case.source][case.id]

    return outcomes


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_fault_ends_well(done, case):
    for outcome in done(case):
        assert_ended_well(outcome)


def assert_ended_well(outcome: Outcome) -> None:
    """As its case says, with no request too many, and no secret told."""
    if outcome.run.case.error is None:
        assert_recovered(outcome)
    elif outcome.run.mode == "acquire":
        assert_explained(outcome)
    else:
        assert_raised(outcome)
    assert_requests(outcome)
    assert_no_secret(outcome)


def assert_recovered(outcome: Outcome) -> None:
    """The file is whole, and nothing else is left."""
    run = outcome.run
    assert "error" not in outcome.found, outcome.found
    (path,) = (outcome.folder / name for name in run.files)
    if run.content is None:
        assert rows_of(path).equals(TABLE)
    else:
        assert path.read_bytes() == run.content
    left = [path for path in outcome.folder.rglob("*") if path.is_file()]
    assert [path for path in left if path.name != NOTE] == [path]
    for text in run.case.says:
        assert any(text in note for note in outcome.found["notes"])


def assert_explained(outcome: Outcome) -> None:
    """One error of the right class, that names the key and what was found."""
    case, found = outcome.run.case, outcome.found
    assert found.get("error") == case.error, found
    if case.key:
        assert found["key"] == f"data_sources[0].{case.key}", found
    for text in case.says:
        assert text in found["text"], found
    assert found["fix"]
    if case.candidate:
        assert found["candidates"][:1] == [case.candidate], found
    if case.error != "ReadError" and case.source != "local":
        assert_nothing_final(outcome)


def assert_raised(outcome: Outcome) -> None:
    """What the emitted code raises is an ordinary error of the right kind."""
    case, found = outcome.run.case, outcome.found
    assert RAISED[case.error] in found.get("kinds", ()), found
    assert_nothing_final(outcome)


def assert_nothing_final(outcome: Outcome) -> None:
    """No file that is not whole has a final name; one that is too large is gone."""
    left = [path for path in outcome.folder.rglob("*") if path.is_file()]
    left = [path for path in left if path.name != NOTE]
    parts = [p for p in left if ".cache" in p.parts or p.suffix == ".part"]
    assert left == parts
    if outcome.run.case.error == "TooLargeError":
        assert not any(path.name.startswith(("x.csv", "train.csv")) for path in left)


def assert_requests(outcome: Outcome) -> None:
    """It waited as it was told, resumed where it could, and did not ask for more."""
    case = outcome.run.case
    if case.wait:
        assert case.wait in outcome.found["waits"]
    if case.resumed:
        assert any("bytes=" in line for line in outcome.asked)
    if case.asked:
        assert outcome.faults[0].count == case.asked


def assert_no_secret(outcome: Outcome) -> None:
    """No password or key in an error, in what was printed, in a file, or elsewhere."""
    secrets = (SECRET, "goodkey")
    texts = [str(outcome.found.get("text")), outcome.output]
    for path in outcome.folder.parents[1].rglob("*"):
        if path.is_file():
            texts += [path.read_bytes().decode("latin-1")]
    texts += outcome.logins
    for secret in secrets:
        assert not any(secret in text for text in texts)
