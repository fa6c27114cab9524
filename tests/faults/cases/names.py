"""Names that a source does not have, and doors that it keeps shut."""

from tests.faults.cases.case import FILE, SECRET, SOURCES, TOLD, Case, fault


def refusals() -> list[Case]:
    """What another try would not mend: asked once."""
    cases = []
    login = {
        "url": "browser",
        "huggingface": "HF_TOKEN",
        "kaggle": "KAGGLE_KEY",
        "openml": "private",
    }
    for source in SOURCES:
        for place, patterns in (("file", FILE), ("told", TOLD)):
            if source not in patterns:
                continue
            for code in (401, 403):
                refused = fault(patterns[source], "status", value=code)
                cases.append(
                    Case(
                        "no access",
                        source,
                        f"status{code}_{place}",
                        (refused,),
                        "AccessError",
                        says=(login[source],),
                        asked=1,
                    )
                )
            gone = fault(patterns[source], "status", value=404)
            cases.append(
                Case(
                    "missing",
                    source,
                    f"status404_{place}",
                    (gone,),
                    "NotFoundError",
                    asked=1,
                )
            )
    return cases


def names() -> list[Case]:
    """Names that a source does not have."""
    return [
        Case(
            "missing",
            "huggingface",
            "no_config",
            error="NotFoundError",
            key="config",
            more={"config": "defalt"},
            candidate="default",
            fetch=False,
        ),
        Case(
            "missing",
            "huggingface",
            "no_split",
            error="NotFoundError",
            key="split",
            more={"split": "tarin"},
            candidate="train",
            fetch=False,
        ),
        Case(
            "missing",
            "huggingface",
            "no_file",
            error="NotFoundError",
            key="file",
            more={"file": "trian.csv"},
            candidate="train.csv",
            fetch=False,
        ),
        Case(
            "missing",
            "huggingface",
            "no_revision",
            error="NotFoundError",
            key="revision",
            more={"revision": "v9"},
            candidate="main",
            fetch=False,
        ),
        Case(
            "missing",
            "kaggle",
            "no_file",
            error="NotFoundError",
            key="file",
            more={"file": "y.csv"},
            candidate="x.csv",
            fetch=False,
        ),
        Case(
            "missing",
            "kaggle",
            "no_version",
            error="NotFoundError",
            key="revision",
            more={"revision": "99"},
            says=("3",),
            fetch=False,
        ),
        Case(
            "missing",
            "openml",
            "no_version",
            error="NotFoundError",
            key="revision",
            more={"revision": "9"},
            candidate="1",
            fetch=False,
        ),
        Case(
            "missing",
            "local",
            "no_such",
            error="NotFoundError",
            more={"identifier": "data/no_suhc.csv"},
            candidate="data/no_such.csv",
            fetch=False,
        ),
        Case(
            "missing",
            "local",
            "no_file",
            error="NotFoundError",
            key="file",
            more={"identifier": "data", "file": "no_fiel.csv"},
            candidate="no_file.csv",
            fetch=False,
        ),
        Case(
            "another hash",
            "local",
            "another_sha256",
            error="ChangedError",
            key="sha256",
            more={"sha256": "0" * 64},
            says=("0" * 64,),
            fetch=False,
        ),
        Case(
            "no access",
            "huggingface",
            "gated",
            error="AccessError",
            more={"identifier": "gated/set"},
            says=("HF_TOKEN",),
            fetch=False,
        ),
        Case(
            "no access",
            "huggingface",
            "private",
            error="NotFoundError",
            more={"identifier": "private/set"},
            says=("HF_TOKEN",),
            fetch=False,
        ),
        Case(
            "no access",
            "kaggle",
            "rules",
            error="AccessError",
            more={"identifier": "competition/norules"},
            says=("rules",),
            fetch=False,
        ),
        Case(
            "no access",
            "kaggle",
            "wrong_key",
            error="AccessError",
            environment={"KAGGLE_KEY": SECRET},
            says=("KAGGLE_KEY",),
            fetch=False,
        ),
        Case(
            "no access",
            "url",
            "password",
            error="AccessError",
            more={"password": SECRET},
            says=("netrc",),
            fetch=False,
        ),
        Case(
            "missing",
            "url",
            "token_in_query",
            error="NotFoundError",
            more={"query": f"?token={SECRET}"},
            fetch=False,
        ),
    ]
