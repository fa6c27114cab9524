"""Where answers lead, and what may go along."""

from tests.faults.cases.case import FILE, Case, fault


def redirects() -> list[Case]:
    where = FILE["url"]
    to = "{base}/redirected/x.csv"
    return [
        Case(
            "redirects", "url", "redirect_once", (fault(where, "redirect", value=to),)
        ),
        Case(
            "redirects",
            "url",
            "redirect_loop",
            (fault(where, "redirect", value="{base}/redirect_loop/x.csv?{n}"),),
            "DownloadError",
            says=("redirects",),
        ),
        Case(
            "redirects",
            "url",
            "redirect_to_file",
            (fault(where, "redirect", value="file:///etc/passwd"),),
            "DownloadError",
            says=("file:///etc/passwd",),
        ),
        Case(
            "redirects",
            "url",
            "redirect_inward",
            (
                fault(
                    where, "redirect", value="http://localhost:{port}/redirected/x.csv"
                ),
            ),
            "DownloadError",
            says=("local network",),
            settings={"public": "127.0.0.1"},
        ),
    ]
