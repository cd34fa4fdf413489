"""Repositories to test with: pieces of the corpus and estates that the generator drew, cut into many."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
CORPUS = REPOSITORY / "target" / "corpus"
HOSTILE = REPOSITORY / "testdata" / "hostile"
SEEDS = range(1, 13)


def generated(root: Path) -> list[str]:
    """Estates of which each root is a repository: `e7-app0`, `e7-app1`, ..."""
    generator = os.environ["CMKLINT_GENERATOR"]
    names: set[str] = set()
    for seed in SEEDS:
        shown = subprocess.run([generator, "--print", "--seed", str(seed)], check=True, capture_output=True, text=True).stdout
        parts = re.split(r"^== (\S+)\n", shown, flags=re.M)[1:]
        for path, text in zip(parts[::2], parts[1::2]):
            # The repositories are beside one another in a folder for each estate, as their paths lead from one to another.
            full = root / f"e{seed}" / path
            full.parent.mkdir(parents=True, exist_ok=True)
            full.write_text(text)
            names.add(f"e{seed}/{path.split('/')[0]}")
    return sorted(names)


def of_corpus(root: Path, most: int = 12) -> list[str]:
    """Examples of azurerm, each a repository."""
    examples = CORPUS / "azurerm-examples"
    names = []
    for folder in sorted({path.parent for path in examples.rglob("*.tf") if "disk" in str(path) or "virtual-machine" in str(path)})[:most]:
        name = "corpus/" + str(folder.relative_to(examples)).replace("/", "-")
        shutil.copytree(folder, root / name)
        names.append(name)
    return names


DISK = """
data "azurerm_disk_encryption_set" "s" {
  name                = "des-central"
  resource_group_name = "rg-central"
}
resource "azurerm_managed_disk" "d" {
  for_each               = toset([%s])
  name                   = "disk-${each.key}"
  resource_group_name    = "rg-app"
  location               = "northeurope"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 64
  disk_encryption_set_id = data.azurerm_disk_encryption_set.s.id
}
"""
CENTRAL = """
resource "azurerm_disk_encryption_set" "s" {
  name                = "des-central"
  resource_group_name = "rg-central"
  location            = "westeurope"
  key_vault_key_id    = "https://kv-central.vault.azure.net/keys/k"
  identity {
    type = "SystemAssigned"
  }
}
"""


def skewed(root: Path) -> list[str]:
    """One repository that others name, a few of them large."""
    names = ["skew/central"]
    (root / names[0]).mkdir(parents=True)
    (root / names[0] / "main.tf").write_text(CENTRAL)
    for at in range(5):
        name = f"skew/app{at}"
        count = 20 if at == 0 else 1
        for part in range(10 if at == 0 else 1):
            folder = root / name / f"part{part}"
            folder.mkdir(parents=True)
            (folder / "main.tf").write_text(DISK % ", ".join(f'"{n}"' for n in range(count)))
        names.append(name)
    return names


def hostile(root: Path) -> list[str]:
    """Repositories that fail, or try to harm."""
    names = []
    (root / "hostile/broken-config").mkdir(parents=True)
    (root / "hostile/broken-config/.cmklint.hcl").write_text('rule "CMK999" {\n')
    (root / "hostile/links").mkdir()
    (root / "hostile/links/main.tf").write_text(DISK % '"x"')
    (root / "hostile/links/passwd.tf").symlink_to("/etc/passwd")
    (root / "hostile/binary").mkdir()
    (root / "hostile/binary/main.tf").write_bytes(bytes(range(256)) * 400)
    (root / "hostile/deep").mkdir()
    (root / "hostile/deep/main.tf").write_text("locals {\n  x = " + "[" * 5_000 + "]" * 5_000 + "\n}\n" + DISK % '"y"')
    names += ["hostile/broken-config", "hostile/links", "hostile/binary", "hostile/deep"]
    return [*names, "hostile/not-there", "../outside"]


class Repositories:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.whole = generated(root) + skewed(root)
        if CORPUS.is_dir():
            self.whole += of_corpus(root)
        self.hostile = hostile(root)
        self.failing = {"hostile/broken-config", "hostile/not-there", "../outside"}
        self.all = self.whole + self.hostile


@pytest.fixture(scope="session")
def repositories(tmp_path_factory: pytest.TempPathFactory) -> Repositories:
    return Repositories(tmp_path_factory.mktemp("fleet"))


def comparable(rows: list[dict]) -> dict[str, list[dict]]:
    """The findings of each repository."""
    return {row["repository"]: row["findings"] for row in rows}


@pytest.fixture(scope="session")
def expected(repositories: Repositories) -> dict[str, list[dict]]:
    """The findings of one run over all repositories that can be analyzed, side by side."""
    import pyarrow

    from cmklint import _native

    good = sorted(set(repositories.all) - repositories.failing)
    found = pyarrow.table(_native.together(str(repositories.root), good).findings).to_pylist()
    return {name: [finding for finding in found if finding["repository"] == name] for name in good}
