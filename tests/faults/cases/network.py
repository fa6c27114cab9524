"""Connections and servers that fail, for a while or for ever."""

from tests.faults.cases.case import FILE, SOURCES, TOLD, Case, fault


def passing() -> list[Case]:
    """What may pass: tried again, and given up after the last try."""
    cases = []
    for source in SOURCES:
        for place, patterns in (("file", FILE), ("told", TOLD)):
            if source not in patterns:
                continue
            where = patterns[source]
            for kind, value in (
                ("reset", None),
                ("hang", None),
                ("status", 500),
                ("status", 502),
                ("status", 503),
                ("status", 429),
            ):
                name = f"{kind}{value or ''}_{place}"
                row = (
                    "reset"
                    if kind == "reset"
                    else "time-out"
                    if kind == "hang"
                    else "busy"
                )
                once = fault(where, kind, 2 if value else 1, value=value)
                cases.append(Case(row, source, f"{name}_once", (once,)))
                says = ("127.0.0.1", str(value)) if value else ("127.0.0.1",)
                always = fault(where, kind, value=value)
                cases.append(
                    Case(
                        row,
                        source,
                        f"{name}_always",
                        (always,),
                        "DownloadError",
                        says=says,
                    )
                )
            told = fault(where, "status", 1, value=429, headers={"Retry-After": "7"})
            cases.append(Case("busy", source, f"asks_7_{place}", (told,), wait=7))
            long = fault(where, "status", value=503, headers={"Retry-After": "3600"})
            cases.append(
                Case(
                    "busy",
                    source,
                    f"asks_3600_{place}",
                    (long,),
                    "DownloadError",
                    says=("3600",),
                    asked=1,
                )
            )
        slow = fault(FILE[source], "slow", 1, value=0.02)
        cases.append(Case("slow", source, "slow_once", (slow,)))
        slow = fault(FILE[source], "slow", value=0.02)
        cases.append(
            Case(
                "slow",
                source,
                "slow_always",
                (slow,),
                "DownloadError",
                says=("a second", "127.0.0.1"),
            )
        )
        for down, says in (("refused", "127.0.0.1:9"), ("dns", "nowhere.invalid")):
            row = "refused" if down == "refused" else "no such host"
            cases.append(
                Case(
                    row,
                    source,
                    down,
                    (),
                    "DownloadError",
                    says=(says,),
                    down=down,
                    fetch=False,
                )
            )
    return cases
