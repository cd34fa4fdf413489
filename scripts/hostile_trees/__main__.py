#!/usr/bin/env python3
"""Writes hostile trees, one a folder, each smaller than a megabyte: what a stranger could send to make a run slow, large or loud.

usage: hostile_trees FOLDER [NAME...]    `hostile.py BINARY FOLDER` then measures them. A file `.args` in a tree holds further arguments, one a line.
"""
import pathlib
import sys

import arm, arm_more, bicep, bicep_more, functions, inputs, inputs_more, mending, scripts, settings, shared, terraform, terraform_more, waiting  # noqa: E401, F401 (each registers its trees)
from common import TREES


def main():
    top = pathlib.Path(sys.argv[1])
    only = set(sys.argv[2:])
    for name, make in TREES.items():
        if only and name not in only:
            continue
        files = make()
        size = sum(len(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")) for text in files.values())
        if size > 1 << 20:
            sys.exit(f"{name} has {size} bytes, more than a megabyte")
        for path, text in files.items():
            file = top / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))


if __name__ == "__main__":
    main()
