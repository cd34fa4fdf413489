#!/usr/bin/env python3
"""Counts the instructions that two builds of cmklint execute on the same input, with valgrind's callgrind.

usage: instructions.py OLD NEW [--limit PERCENT] [FOLDER...]

OLD and NEW are binaries of the same profile; a folder is one run of each, on one thread. Without folders: the examples in rules/ and testdata/, and each
part of the corpus that is unpacked. Counts don't depend on what else the machine does. Exit code 1 where a count grew by more than --limit (3 percent).
"""
import argparse, pathlib, re, subprocess, sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CORPUS = ROOT / "target" / "corpus"


def count(binary, folder):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", binary]
    done = subprocess.run([*command, "--jobs", "1", "--force", "--quiet", "--format", "json", "."], cwd=folder, capture_output=True, text=True)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode not in (0, 1) or not found:
        sys.exit(f"{binary} in {folder}: exit code {done.returncode}\n{done.stderr[-2000:]}")
    return int(found[1])


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("old", type=pathlib.Path)
    parser.add_argument("new", type=pathlib.Path)
    parser.add_argument("--limit", type=float, default=3.0)
    parser.add_argument("folders", nargs="*", type=pathlib.Path)
    given = parser.parse_args()
    parts = sorted(path for path in CORPUS.iterdir() if path.is_dir()) if CORPUS.is_dir() else []
    folders = given.folders or [ROOT / "rules", ROOT / "testdata" / "mixed", *parts]
    print("| input | old, million instructions | new | ratio |\n|---|---|---|---|")
    worst = 0.0
    for folder in folders:
        old, new = (count(binary.resolve(), folder.resolve()) for binary in (given.old, given.new))
        worst = max(worst, new / old)
        shown = folder.resolve().relative_to(ROOT) if folder.resolve().is_relative_to(ROOT) else folder.name
        print(f"| `{shown}` | {old / 1e6:.0f} | {new / 1e6:.0f} | {new / old:.3f} |", flush=True)
    return worst > 1 + given.limit / 100


if __name__ == "__main__":
    sys.exit(main())
