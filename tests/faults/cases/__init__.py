"""The matrix of faults: what a server does, and what must come of it."""

from tests.faults.cases.alternatives import alternatives
from tests.faults.cases.bodies import spoiled, strange, too_large
from tests.faults.cases.logins import hub_files, logins
from tests.faults.cases.names import names, refusals
from tests.faults.cases.network import passing
from tests.faults.cases.redirects import redirects

CASES = [
    *alternatives(),
    *passing(),
    *refusals(),
    *spoiled(),
    *strange(),
    *redirects(),
    *hub_files(),
    *logins(),
    *too_large(),
    *names(),
]
assert len({case.id for case in CASES}) == len(CASES)
