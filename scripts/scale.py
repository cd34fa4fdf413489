#!/usr/bin/env python3
"""Measures whole runs of cmklint as the input grows: time, processor time and peak memory.

usage: scale.py BINARY [--old OLD] [--runs N] [CASE...]

Cases: corpus (the corpus once, then as 2, 4, 8 and 16 copies), formats (100,000 findings in each format), disks (50,000 literal disks in one root), roots (10,000 roots
joined by ids), changed (one changed file in 4,000 roots, beside the whole run), peers (cmklint, checkov and tflint on the examples of azurerm; those that are not on the
path are left out, and said). Without cases: all. With OLD, each run has one of that build beside it, in turn, and the ratio of processor times is the median of the pairs'.
"""
import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CORPUS = ROOT / "target" / "corpus"
FORMATS = ["text", "compact", "json", "sarif", "github", "junit", "checkstyle", "codequality", "markdown", "html"]


class Cost:
    def __init__(self, wall, processor, megabytes, code):
        self.wall, self.processor, self.megabytes, self.code = wall, processor, megabytes, code


def cost(command, folder, allowed=(0, 1, 2)):
    """What one run of `command` costs."""
    start = time.monotonic()
    child = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    wall, child.returncode = time.monotonic() - start, os.waitstatus_to_exitcode(status)
    if child.returncode not in allowed:
        sys.exit(f"{' '.join(map(str, command))} in {folder}: exit code {child.returncode}")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, child.returncode)


def median(costs, part):
    return statistics.median(getattr(one, part) for one in costs)


class Bench:
    def __init__(self, binary, old, runs):
        self.binary, self.old, self.runs = binary, old, runs

    def head(self, title):
        print(f"\n| {title} | wall, s | processor, s | peak, MiB |" + (" old: processor, s | peak, MiB | ratio of processor times |" if self.old else ""))
        print("|---|---|---|---|" + ("---|---|---|" if self.old else ""))

    def row(self, name, arguments, folder):
        """Runs the binary, and the old one in turn; returns the medians of the first."""
        new, old = [], []
        for _ in range(self.runs):
            new.append(cost([self.binary, *arguments], folder))
            if self.old:
                old.append(cost([self.old, *arguments], folder))
        line = f"| {name} | {median(new, 'wall'):.2f} | {median(new, 'processor'):.2f} | {median(new, 'megabytes'):.0f} |"
        if self.old:
            ratio = statistics.median(a.processor / b.processor for a, b in zip(new, old))
            line += f" {median(old, 'processor'):.2f} | {median(old, 'megabytes'):.0f} | {ratio:.2f} |"
        print(line, flush=True)
        return Cost(median(new, "wall"), median(new, "processor"), median(new, "megabytes"), new[0].code)


def copies(folder, count):
    for number in range(count):
        shutil.copytree(CORPUS, folder / f"copy{number}", copy_function=os.link, dirs_exist_ok=True)


def size(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def corpus(bench, folder):
    bench.head("input")
    for count in (1, 2, 4, 8, 16):
        tree = folder / f"corpus{count}"
        copies(tree, count)
        megabytes = size(tree) / 1e6
        used = bench.row(f"the corpus, {count} times ({megabytes:.0f} MB)", ["--quiet", "."], tree)
        print(f"<!-- processor time a copy {used.processor / count:.3f} s, memory {used.megabytes * 1.048576 / megabytes:.2f} bytes a byte -->")
        shutil.rmtree(tree)


SET = """resource "azurerm_disk_encryption_set" "des" {{
  name                = "des{0}"
  resource_group_name = "rg"
  location            = "{1}"
  key_vault_key_id    = "https://kv.vault.azure.net/keys/disks"
  identity {{
    type = "SystemAssigned"
  }}
}}
"""
DISK = """resource "azurerm_managed_disk" "d{0}" {{
  name                   = "d{0}"
  resource_group_name    = "rg"
  location               = "{1}"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 32
  disk_encryption_set_id = {2}
}}
"""


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def formats(bench, folder):
    tree = folder / "formats"
    for root in range(100):
        disks = "".join(DISK.format(disk, "northeurope", "azurerm_disk_encryption_set.des.id") for disk in range(1000))
        write(tree / f"r{root}" / "main.tf", SET.format(root, "westeurope") + disks)
    bench.head("100,000 findings, by format")
    bench.row("none (`--quiet`)", ["--quiet", "."], tree)
    for name in FORMATS:
        bench.row(f"`{name}`", ["--format", name, "--output", os.devnull, "."], tree)
    shutil.rmtree(tree)


def disks(bench, folder):
    tree = folder / "disks"
    text = "".join(DISK.format(disk, "westeurope" if disk else "northeurope", "azurerm_disk_encryption_set.des.id") for disk in range(50_000))
    write(tree / "main.tf", SET.format(0, "westeurope") + text)
    bench.head("one root")
    bench.row(f"50,000 literal disks ({size(tree) / 1e6:.0f} MB)", ["--quiet", "."], tree)
    shutil.rmtree(tree)


ID = '"/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.Compute/diskEncryptionSets/des{0}"'


def roots(bench, folder):
    tree = folder / "roots"
    provider = 'provider "azurerm" {\n  features {}\n  subscription_id = "00000000-0000-0000-0000-000000000001"\n}\n'
    for root in range(5000):
        write(tree / f"set{root}" / "main.tf", provider + SET.format(root, "westeurope"))
        write(tree / f"disk{root}" / "main.tf", provider + DISK.format(root, "westeurope" if root else "northeurope", ID.format(root)))
    bench.head("many roots")
    bench.row("10,000 roots, each disk names a set of another root by its id", ["--quiet", "."], tree)
    shutil.rmtree(tree)


def changed(bench, folder):
    tree = folder / "changed"
    examples = [path for path in sorted((ROOT / "rules").glob("CMK*/good/*")) if list(path.glob("*.tf")) or list(path.glob("*.bicep"))]
    for root in range(4000):
        shutil.copytree(examples[root % len(examples)], tree / f"r{root}")
    for path in tree.rglob(".cmklint.hcl"):
        path.unlink()
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "all"]):
        subprocess.run([*git, *command], cwd=tree, check=True)
    main = next(path for path in sorted(tree.rglob("main.tf")) if "westeurope" in path.read_text(encoding="utf-8"))
    main.write_text(main.read_text(encoding="utf-8").replace("westeurope", "northeurope", 1), encoding="utf-8")
    bench.head("4,000 roots")
    whole = bench.row("the whole", ["--quiet", "."], tree)
    part = bench.row("`--base HEAD --diff-only`, one file changed", ["--quiet", "--base", "HEAD", "--diff-only", "."], tree)
    print(f"\nratio of processor times {part.processor / whole.processor:.2f}, of wall times {part.wall / whole.wall:.2f}")
    shutil.rmtree(tree)


def peers(bench, folder):
    tree = CORPUS / "azurerm-examples"
    print("\n| tool | wall, s | processor, s | peak, MiB | processor time, cmklint = 1 |\n|---|---|---|---|---|")
    commands = {
        "cmklint": [bench.binary, "--quiet", "."],
        "checkov": ["checkov", "--directory", ".", "--framework", "terraform", "--quiet", "--compact"],
        "tflint": ["tflint", "--recursive", "--no-color"],
    }
    costs = {name: [] for name, command in commands.items() if shutil.which(command[0])}
    for name in commands.keys() - costs.keys():
        print(f"!! SKIPPED: {name} is not on the path", file=sys.stderr)
    for _ in range(bench.runs):
        for name in costs:
            costs[name].append(cost(commands[name], tree, allowed=(0, 1, 2, 3)))
    for name, all_of in costs.items():
        ratio = statistics.median(a.processor / b.processor for a, b in zip(all_of, costs["cmklint"]))
        print(f"| {name} | {median(all_of, 'wall'):.2f} | {median(all_of, 'processor'):.2f} | {median(all_of, 'megabytes'):.0f} | {ratio:.0f} |", flush=True)


CASES = {"corpus": corpus, "formats": formats, "disks": disks, "roots": roots, "changed": changed, "peers": peers}


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("binary", type=pathlib.Path)
    parser.add_argument("--old", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("cases", nargs="*")
    given = parser.parse_intermixed_args()
    if unknown := [name for name in given.cases if name not in CASES]:
        parser.error(f"no case {', '.join(unknown)}: there are {', '.join(CASES)}")
    bench = Bench(given.binary.resolve(), given.old and given.old.resolve(), given.runs)
    # Beside the corpus: copies are hard links.
    with tempfile.TemporaryDirectory(dir=ROOT / "target") as folder:
        for name in given.cases or CASES:
            CASES[name](bench, pathlib.Path(folder))


if __name__ == "__main__":
    main()
