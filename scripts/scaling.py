#!/usr/bin/env python3
"""Counts the instructions that input of one kind takes at a size and at twice that size, with valgrind's callgrind: what is linear takes twice as many.

usage: scaling.py BINARY [NAME...]    Counts are without those of an empty run, on one thread, and don't depend on what else the machine does. Exit code 1 where twice
the input takes more than 2.5 times the instructions.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

MOST = 2.5
DISK = 'resource "azurerm_managed_disk" "d{0}" {{\n  name = "d{0}"\n  location = {1}\n{2}}}\n'
SET = 'resource "azurerm_disk_encryption_set" "s" {\n  name = "s"\n  location = "westus"\n  key_vault_key_id = "https://v.vault.azure.net/keys/k/1"\n}\n'
NAMES_SET = "  disk_encryption_set_id = azurerm_disk_encryption_set.s.id\n"
GRANT = 'resource "azurerm_key_vault_access_policy" "p{0}" {{\n  key_vault_id = "${{var.x}}{0}"\n  object_id = "${{var.x}}/{0}"\n  tenant_id = "t"\n  key_permissions = ["Get"]\n}}\n'


def each(count, make):
    return "".join(make(at) for at in range(count))


# What the tree is made of at a size.
CASES = {
    "ignore comments that match nothing": (1000, lambda n: {"main.tf": each(n, lambda i: f"# cmklint-ignore: CMK0{i % 90:02}\n" + DISK.format(i, '"eastus"', ""))}),
    "steps of one traversal": (20000, lambda n: {"main.tf": DISK.format(0, "var.x" + ".a" * n, "")}),
    "indices of one traversal": (20000, lambda n: {"main.tf": DISK.format(0, "var.x" + "[0]" * n, "")}),
    "disks whose region hangs on conditions": (100, lambda n: {"main.tf": SET + each(8, lambda i: f'variable "x{i}" {{\n  type = bool\n}}\n') + 'locals {\n  c = ' + each(8, lambda i: f'var.x{i} ? "r{i}" : ') + '"westus"\n}\n'
                                               + each(n, lambda i: DISK.format(i, "local.c", NAMES_SET))}),
    "disks in another region than their set": (500, lambda n: {"main.tf": SET + each(n, lambda i: DISK.format(i, '"eastus"', NAMES_SET))}),
    "resources past a limit, each with a warning": (1000, lambda n: {"main.tf": each(n, lambda i: DISK.format(i, f"local.none{i}", "  count = 1 + local.none\n"))}),
    "errors of syntax, each in a file": (200, lambda n: {f"m{i}.tf": 'resource "azurerm_managed_disk" "d" {{{\n' for i in range(n)}),
    "errors in one file of Bicep": (400, lambda n: {"main.bicep": each(n, lambda i: f"resource d{i} 'Microsoft.Compute/disks@2024-03-02' = {{\n  name: ]\n}}\n")}),
    "maps that are merged": (100, lambda n: {"main.tf": "locals {\n  m0 = {}\n" + each(n, lambda i: f"  m{i + 1} = merge(local.m{i}, {{ k0 = {i} }})\n") + "}\n" + DISK.format(0, f"jsonencode(local.m{n})", "")}),
    "members of maps that are merged": (2000, lambda n: {"main.tf": "locals {\n  a = {" + ", ".join(f"k{i} = {i}" for i in range(n)) + "}\n  b = merge(local.a, local.a)\n}\n" + DISK.format(0, "jsonencode(local.b)", "")}),
    "names of one file of variables": (500, lambda n: {".cmklint.hcl": "config {\n  varfile = [" + ", ".join(['"a.tfvars"'] * n) + "]\n}\n", "a.tfvars": "y = [" + ", ".join(["1"] * 500) + "]\n",
                                        "main.tf": 'variable "y" {}\n' + DISK.format(0, "var.y[0]", "")}),
    "members of a table by an unknown key": (500, lambda n: {"main.bicep": "param x string\nvar t = {\n" + each(n, lambda i: f"  k{i}: 'r{i}'\n") + "}\n" + each(20, lambda i: f"resource d{i} 'Microsoft.Compute/disks@2024-03-02' = {{\n  name: 'd{i}'\n  location: t[x]\n}}\n")}),
    "grants for somebody who isn't known": (200, lambda n: {"main.tf": 'variable "x" {}\n' + SET + each(n, GRANT.format)}),
}


def instructions(binary, files):
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / ".git").mkdir()
        for path, text in files.items():
            (pathlib.Path(folder) / path).write_text(text)
        command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", binary, "--jobs", "1", "--force", "--format", "default", "."]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        found = re.search(r"Collected : (\d+)", done.stderr)
        if done.returncode not in (0, 1) or not found:
            sys.exit(f"exit code {done.returncode}: {done.stderr[-2000:]}")
        return int(found[1])


def main():
    binary = str(pathlib.Path(sys.argv[1]).resolve())
    empty = instructions(binary, {})
    print("| input | size | million instructions | at twice the size | ratio |\n|---|---|---|---|---|")
    worst = 0.0
    for name, (size, make) in CASES.items():
        if sys.argv[2:] and not any(part in name for part in sys.argv[2:]):
            continue
        one, two = (instructions(binary, make(times * size)) - empty for times in (1, 2))
        worst = max(worst, two / one)
        print(f"| {name} | {size:,} | {one / 1e6:.0f} | {two / 1e6:.0f} | {two / one:.2f} |", flush=True)
    return worst > MOST


if __name__ == "__main__":
    sys.exit(main())
