"""What a prepared folder is, however many processes ask for it."""

import subprocess
import sys

from tests.recipes import forms

SLOW = """\
import time
import dataloader

def slow(*given, fetch=dataloader.fetch):
    fetch(*given)
    with open("fetched", "a") as log:
        log.write("begin\\n")
        log.flush()
        time.sleep(0.3)
        log.write("end\\n")

dataloader.fetch = slow
build = dataloader.build
def counted(folder):
    with open("built", "a") as log:
        log.write(f"{folder.name}\\n")
    build(folder)

dataloader.build = counted
print(dataloader.prepare().name)
"""


def test_processes_that_start_at_once_prepare_once(tmp_path):
    folder = forms.classes(tmp_path).folder
    started = [
        subprocess.Popen(
            [sys.executable, "-c", SLOW], cwd=folder, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    names = [process.communicate()[0].strip() for process in started]
    assert [process.returncode for process in started] == [0, 0, 0]
    prepared = [path.name for path in (folder / "data" / "prepared").iterdir()]
    assert prepared == [names[0]] == list(set(names))
    built = (folder / "built").read_text().split()
    assert [name.partition(".")[0] for name in built] == prepared
    turns = (folder / "fetched").read_text().split()
    assert turns == ["begin", "end"] * (len(turns) // 2)
    assert not list((folder / "data" / "raw").rglob("*.part"))
