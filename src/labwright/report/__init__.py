"""results.json, predictions, curves and plan of a run, drawn as one page. Decides nothing."""

from pathlib import Path


def report(run_folder: Path) -> Path:
    """Draw the page of a run and return its path, `<run_folder>/report.html`.

    The page is one file without scripts and without anything to load. It shows names of
    columns and classes, and no other text from the data.

    Raises:
        ExperimentError: the run's results.json is absent or unreadable.
    """
    from labwright.report.page import page
    from labwright.report.read import read_run_files

    path = run_folder / "report.html"
    building = path.with_name(path.name + ".part")
    building.write_text(page(read_run_files(run_folder)), encoding="utf-8")
    building.replace(path)
    return path
