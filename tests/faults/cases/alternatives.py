"""Several places for the same data."""

from tests.faults.cases.case import FILE, TOLD, Case, fault


def alternatives() -> list[Case]:
    """Other places, tried in turn; {base} is the web server."""
    other = {"type": "url", "identifier": "{base}/redirected/x.csv"}
    nowhere = {"type": "url", "identifier": "{base}/nowhere/y.csv"}
    page = b"<html><body>Please log in</body></html>"
    failing = (
        ("url", "gone", fault(FILE["url"], "status", value=404)),
        ("url", "down", fault(FILE["url"], "reset")),
        ("url", "page", fault(FILE["url"], "body", body=page)),
        ("url", "refused", fault(FILE["url"], "status", value=403)),
        ("kaggle", "refused", fault(TOLD["kaggle"], "status", value=403)),
    )
    cases = [
        Case(
            "alternatives",
            source,
            f"other_where_{name}",
            (given,),
            more={"alternatives": [nowhere, other]},
            says=("is used in the place of",),
            fetch=False,
        )
        for source, name, given in failing
    ]
    gone = fault(FILE["url"], "status", value=404)
    cases.append(
        Case(
            "alternatives",
            "url",
            "none_left",
            (gone,),
            "NotFoundError",
            more={"alternatives": [nowhere]},
            says=("y.csv",),
            fetch=False,
        )
    )
    return cases
