from collections.abc import Sequence
from os import PathLike
from typing import Any

__version__: str

class Table:
    """A table of rows, which `pyarrow.table(...)`, polars and duckdb take without a copy."""

    def __arrow_c_stream__(self, requested_schema: Any | None = None) -> Any: ...
    @property
    def column_names(self) -> list[str]: ...
    def __len__(self) -> int: ...

class Report:
    """The result of an analysis."""

    @property
    def findings(self) -> Table:
        """The findings, by file and place."""
    @property
    def problems(self) -> Table:
        """What could not be read or understood."""
    @property
    def resources(self) -> Table:
        """The resources around keys and encrypted disks, by number."""
    @property
    def edges(self) -> Table:
        """What leads from one resource to another, by their numbers."""
    @property
    def facts(self) -> Table:
        """What may join it with other trees: what is declared and looked for, encryption sets by region and subscription, grants."""
    def text(self, format: str) -> str:
        """The report as the command writes it: `json`, `sarif`, `compact`, `junit`, ..."""

class Scan:
    """The result of one repository, or of several that were joined."""

    @property
    def findings(self) -> Table: ...
    @property
    def problems(self) -> Table: ...
    @property
    def facts(self) -> Table: ...
    @property
    def bundle(self) -> bytes: ...
    @property
    def sarif(self) -> list[tuple[str, str | None]]: ...
    @property
    def bytes_read(self) -> int: ...
    @property
    def resource_count(self) -> int: ...

def check(
    paths: Sequence[str | PathLike[str]],
    *,
    edition: str | None = None,
    only: Sequence[str] = ...,
    config: str | PathLike[str] | None = None,
    variables: Sequence[tuple[str, str]] = ...,
    base: str | None = None,
    inventory: Sequence[str | PathLike[str]] = ...,
    evaluator: str | PathLike[str] | None = None,
    jobs: int | None = None,
) -> Report:
    """Analyzes `paths`, relative to the current directory, as one estate. `ValueError` where that can't be done at all."""

def scan(
    root: str | PathLike[str],
    repository: str,
    *,
    edition: str | None = None,
    only: Sequence[str] = ...,
    today: str | None = None,
    evaluator: str | PathLike[str] | None = None,
    jobs: int = 1,
    sarif: bool = False,
    inventory: Sequence[str | PathLike[str]] = ...,
) -> Scan:
    """Analyzes the repository in the folder `repository` below `root`, alone."""

def join(
    partials: Sequence[tuple[str, bytes, bool]],
    *,
    edition: str | None = None,
    only: Sequence[str] = ...,
    today: str | None = None,
    evaluator: str | PathLike[str] | None = None,
    jobs: int = 1,
    sarif: bool = False,
    inventory: Sequence[str | PathLike[str]] = ...,
) -> Scan:
    """Analyzes repositories as one estate: name, bundle, and whether it is reported on."""

def together(
    root: str | PathLike[str],
    repositories: Sequence[str],
    *,
    edition: str | None = None,
    only: Sequence[str] = ...,
    today: str | None = None,
    evaluator: str | PathLike[str] | None = None,
    jobs: int = 1,
    sarif: bool = False,
    inventory: Sequence[str | PathLike[str]] = ...,
) -> Scan:
    """Analyzes the folders `repositories` below `root` as one estate, where they are."""

def live(facts: Sequence[tuple[str, str, str, int, int]]) -> list[tuple[str, str, str, int, int]]:
    """Those of the facts that meet facts of other repositories; all facts of a key must be among them."""

def plan(facts: Sequence[tuple[str, str, str, int, int]]) -> list[tuple[list[str], list[str]]]:
    """The groups that facts make: the members of each, and those that are only there for them."""
