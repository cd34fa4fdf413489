#!/usr/bin/env python3
"""Runs cmklint on hostile input and prints what each costs: processor time, peak memory, both as ratios to an empty run, and whether what is promised holds.

usage: hostile.py BINARY [FOLDER…]    Each folder of a FOLDER is a tree (hostile_trees writes some); besides these, the cases are run that no folder can hold (links,
FIFOs, a disk that is full, names that are not UTF-8 or hold a colon, git objects). Exit 1 where something is beyond the bounds or a promise is broken.
"""
import dataclasses
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import hostile_git
from hostile_git import FINDING

SECONDS, MEGABYTES = 5.0, 500.0  # of the processor, at the peak: what any tree below 1 MB may cost
STOP_SECONDS, STOP_BYTES = 20, 8 << 30  # where a run is ended, so that one that hangs or grows without bound can be measured at all
WALL = 30  # seconds on the clock: who waits uses no processor time


@dataclasses.dataclass
class Run:
    code: int
    seconds: float
    megabytes: float
    out: bytes
    err: bytes


def limits(file_size):
    def apply():
        resource.setrlimit(resource.RLIMIT_CPU, (STOP_SECONDS, STOP_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (STOP_BYTES, STOP_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if file_size is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the write then fails, as on a full disk
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))

    return apply


def run(binary, folder, *args, file_size=None):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        # Where files are bounded, what is printed must not count.
        child = subprocess.Popen(
            [binary, *args], cwd=folder, stdin=subprocess.DEVNULL, preexec_fn=limits(file_size),
            stdout=out if file_size is None else subprocess.DEVNULL, stderr=err if file_size is None else subprocess.DEVNULL,
        )
        deadline = time.monotonic() + WALL
        while True:
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() > deadline:
                child.kill()
            time.sleep(0.005)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0), err.seek(0)
        return Run(child.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, out.read(), err.read())


def speaks(ran):
    """Control characters and workflow commands in the output of a run."""
    for stream in (ran.out, ran.err):
        if any(byte < 0x20 and byte not in b"\n\t" for byte in stream):
            return "a control character"
        for line in stream.split(b"\n"):
            if line.lstrip().startswith(b"::") or b"##[" in line:
                return "a workflow command"
    return None


def folders(root):
    """The trees in `root`, each with its own arguments: a file `.args` holds one a line."""
    for folder in sorted(p for p in pathlib.Path(root).iterdir() if p.is_dir()):
        args = folder / ".args"
        yield folder.name, folder, args.read_text().split("\n") if args.is_file() else []


def reports(rule, path):
    """Whether the run reports `rule` in the file at `path`."""
    return lambda ran: None if ran.code == 2 and rule in ran.out and path in ran.out else f"{rule.decode()} of {path.decode()} is not reported"


# Trees whose own configuration asks for more than the usual, and by how much they get more at most.
ASKING = {"config-of-limits": 4}

# Trees in which something has to be reported, whatever else is in them.
REPORTED = {"colon-path": reports(b"CMK001", b"a:b"), "indent-kills-others": reports(b"CMK001", b"main.tf")}

# The cases that no folder can hold. Each makes its tree and says: arguments, what must hold of the run, further arguments to run().

def config_link(folder):
    outside = folder.parent / "outside.hcl"
    outside.write_text("config {\n  disabled_by_default = true\n}\n")
    (folder / ".git").mkdir()
    (folder / "main.tf").write_text(FINDING)
    (folder / ".cmklint.hcl").symlink_to(outside)
    return [], lambda ran: None if ran.code in (1, 2) else "the configuration outside was followed", {}


def config_fifo(folder):
    (folder / ".git").mkdir()
    (folder / "main.tf").write_text(FINDING)
    os.mkfifo(folder / ".cmklint.hcl")
    return [], lambda ran: None if ran.code in (1, 2) else "waited", {}


def source_fifo(folder):
    (folder / "main.tf").write_text(FINDING)
    os.mkfifo(folder / "other.tf")
    os.mkfifo(folder / "main.bicep")
    return [], lambda ran: None if ran.code in (1, 2) else "waited", {}


def baseline_link(folder):
    secret = folder.parent / "secret"
    secret.write_text("SECRET-TEXT")
    (folder / ".git").mkdir()
    (folder / "main.tf").write_text(FINDING)
    (folder / ".cmklint.hcl").write_text('config {\n  baseline = "known.json"\n}\n')
    (folder / "known.json").symlink_to(secret)
    return [], lambda ran: None if ran.code == 1 and b"JSON" not in ran.err else "the file outside was read", {}


def output_link(folder):
    outside = folder.parent / "precious"
    outside.write_text("precious")
    (folder / "main.tf").write_text(FINDING)
    (folder / "report.json").symlink_to(outside)
    holds = lambda ran: None if outside.read_text() == "precious" else "written through the link"
    return ["--output", "json:report.json"], holds, {}


def full_disk(folder):
    (folder / "main.tf").write_text(FINDING)
    (folder / "report.sarif").write_text("the old report")
    holds = lambda ran: (None if (folder / "report.sarif").read_text() == "the old report" else "the old report is gone") \
        if ran.code == 1 else f"exit {ran.code}"
    return ["--output", "sarif:report.sarif"], holds, {"file_size": 100}


def not_utf8(folder):
    sub = os.fsencode(folder) + b"/caf\xe9"
    os.mkdir(sub)
    with open(sub + b"/main.tf", "w", encoding="utf-8") as file:
        file.write(FINDING)
    return [], lambda ran: None if ran.code == 2 and b"CMK001" in ran.out else "not read", {}


def colon_name(folder):
    sub = folder / "a:b"
    sub.mkdir()
    (sub / "main.tf").write_text(FINDING)
    return [], lambda ran: None if ran.code == 2 and b"CMK001" in ran.out and b"a:b/main.tf" in ran.out else "not read", {}


SPECIAL = [config_link, config_fifo, source_fifo, baseline_link, output_link, full_disk, not_utf8, colon_name, *hostile_git.CASES]


def measure(binary, name, folder, empty, args=(), holds=None, **more):
    ran = run(binary, folder, *args, **more)
    wrong = []
    times = ASKING.get(name, 1)
    if ran.seconds > SECONDS * times:
        wrong.append(f"> {SECONDS * times:.0f} s")
    if ran.megabytes > MEGABYTES * times:
        wrong.append(f"> {MEGABYTES * times:.0f} MB")
    if ran.code < 0 or ran.code > 2:
        wrong.append(f"died ({signal.Signals(-ran.code).name})" if ran.code < 0 else f"exit {ran.code}")
    # A case that was killed once is not run again.
    said = speaks(ran) or (ran.code >= 0 and speaks(run(binary, folder, *args, "--format", "compact", **more)))
    wrong += [said] if said else []
    wrong += [broken for broken in [holds(ran)] if broken] if holds else []
    first = empty or ran
    print(f"{name:24} {ran.code:5} {ran.seconds:9.2f} {ran.megabytes:9.0f} {ran.seconds / max(first.seconds, 0.01):9.0f} "
          f"{ran.megabytes / first.megabytes:9.1f}  {', '.join(wrong) or 'holds'}", flush=True)
    return ran, bool(wrong)


def main():
    binary = os.path.abspath(sys.argv[1])
    print(f"{'case':24} {'exit':>5} {'seconds':>9} {'MB':>9} {'x time':>9} {'x memory':>9}")
    failed = 0
    with tempfile.TemporaryDirectory() as top:
        place = lambda name: pathlib.Path(top) / name / "tree"
        place("empty").mkdir(parents=True)
        empty, _ = measure(binary, "(empty)", place("empty"), None)
        for name, source, args in [tree for root in sys.argv[2:] for tree in folders(root)]:
            shutil.copytree(source, place(name), symlinks=True)
            # The folder's own configuration applies, and none above it.
            (place(name) / ".git").mkdir(exist_ok=True)
            failed += measure(binary, name, place(name), empty, args, REPORTED.get(name))[1]
            shutil.rmtree(place(name))
        for make in SPECIAL:
            name = make.__name__.replace("_", "-")
            place(name).mkdir(parents=True)
            args, holds, more = make(place(name))
            failed += measure(binary, name, place(name), empty, args, holds, **more)[1]
    print(f"{failed} beyond the bounds or broken")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
