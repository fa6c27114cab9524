"""Files of the Hub as they are, and who is let in to them."""

from typing import Any

from tests.faults.cases.case import FILE, SECRET, Case, fault

AS_THEY_ARE = {"file": "train.csv"}
TOKEN = {"HF_TOKEN": SECRET}
WRONG = {"HF_TOKEN": f"wrong-{SECRET}"}


def logins() -> list[Case]:
    """A login goes to the Hub and nowhere else; without one it is said what helps."""
    gated, private = (
        {"identifier": f"{owner}/set", **AS_THEY_ARE} for owner in ("gated", "private")
    )
    elsewhere = "http://localhost:{port}/elsewhere/train.csv"
    redirect = fault(FILE["huggingface"], "redirect", value=elsewhere)

    def case(name: str, *faults: dict[str, Any], **more: Any) -> Case:
        row = "redirects" if faults else "no access"
        return Case(row, "huggingface", name, faults, **more)

    page = "/datasets/gated/set"
    refused = {"error": "AccessError", "says": ("HF_TOKEN", page)}
    return [
        case("redirect_elsewhere", redirect, environment=TOKEN),
        case("file_elsewhere", redirect, environment=TOKEN, more=AS_THEY_ARE),
        case("file_gated", more=gated, **refused),
        case("file_gated_token", more=gated, environment=TOKEN),
        case("file_gated_wrong_token", more=gated, environment=WRONG, **refused),
        case("file_private_token", more=private, environment=TOKEN),
    ]


def hub_files() -> list[Case]:
    """What a Hub does wrong with a file that is taken as it is."""
    where = FILE["huggingface"]

    def case(row: str, name: str, kind: str, times: int, **more: Any) -> Case:
        given = fault(where, kind, times, value=503)
        faults, more = (given,), {"more": AS_THEY_ARE, **more}
        return Case(row, "huggingface", f"file_{name}", faults, **more)

    broken = {"error": "DownloadError", "says": ("expected", "found")}
    return [
        case("busy", "busy", "status", 2),
        case("cut", "cut", "cut", 2, resumed=True),
        case("another hash", "corrupt", "corrupt", 10**9, **broken),
    ]
