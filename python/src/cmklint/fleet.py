"""Fleets: many repositories, each analyzed once on some worker, and those that belong together joined.

The functions of the steps, `scan_table`, `live_table` and `join_table`, take and give Arrow tables and know no engine: Spark's `mapInArrow` and `applyInArrow` call them, and so do Ray Data's
`map_batches` and `map_groups`, or a loop. `check` does the whole on one machine, `check_with_spark` over Spark.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from . import _native

TEXT = pa.string()

#: A finding; its paths are seen from its repository.
FINDING = pa.struct(
    [(name, TEXT) for name in ("repository", "rule", "name", "level", "confidence", "message", "when", "help", "path")]
    + [("line", pa.int64()), ("column", pa.int64()), ("root", TEXT), ("fingerprint", TEXT)]
    + [(name, pa.list_(TEXT)) for name in ("resources", "related", "notes")]
)
#: What could not be read or understood.
PROBLEM = pa.struct(
    [("repository", TEXT), ("is_error", pa.bool_()), ("code", TEXT), ("message", TEXT), ("path", TEXT), ("line", pa.int64())]
)
#: What may join a repository with others.
FACT = pa.struct([("repository", TEXT), ("kind", TEXT), ("key", TEXT), ("count", pa.int64()), ("limit", pa.int64())])

#: A repository to analyze: the folder of all, its own below that, and rows of what is deployed already, as lines of JSON, where there are any.
REPOSITORIES = pa.schema([("root", TEXT), ("repository", TEXT), ("inventory", TEXT)])
#: What comes of a repository, alone or joined. `error` says why nothing does.
RESULTS = pa.schema(
    [
        ("repository", TEXT),
        ("error", TEXT),
        ("findings", pa.list_(FINDING)),
        ("problems", pa.list_(PROBLEM)),
        ("facts", pa.list_(FACT)),
        ("sarif", TEXT),
        ("bundle", pa.binary()),
        ("bytes_read", pa.int64()),
    ]
)
FACTS = pa.schema(list(FACT))
#: A repository of a group, with its sources.
GROUPS = pa.schema(
    [("group", pa.int64()), ("repository", TEXT), ("is_member", pa.bool_()), ("bundle", pa.binary()), ("inventory", TEXT)]
)

#: The most rounds of joining: each one joins more repositories, or is the last.
ROUNDS = 64


def _rows(table: Any) -> list[dict[str, Any]]:
    return pa.table(table).to_pylist()


def _failed(repository: str, error: BaseException | str) -> dict[str, Any]:
    empty = {"findings": [], "problems": [], "facts": [], "sarif": None, "bundle": None, "bytes_read": 0}
    return {"repository": repository, "error": str(error), **empty}


def _by_repository(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    out: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        out.setdefault(row["repository"], []).append(row)
    return out


@contextmanager
def _inventory(texts: Iterable[str | None]) -> Iterator[dict[str, Any]]:
    """The option for the rows of `texts`, each row once, as long as the context lasts."""
    rows = sorted({line for text in texts if text for line in text.splitlines() if line})
    if not rows:
        yield {}
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / "inventory.jsonl"
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
        yield {"inventory": [path]}


def scan_one(root: str, repository: str, inventory: str | None = None, **options: Any) -> dict[str, Any]:
    """A row of `RESULTS` of one repository alone. One that can't be analyzed has an `error`."""
    try:
        with _inventory([inventory]) as rows:
            done = _native.scan(root, repository, **rows, **options)
    except Exception as error:  # whatever it is, the others go on
        return _failed(repository, error)
    return {
        "repository": repository,
        "error": None,
        "findings": _rows(done.findings),
        "problems": _rows(done.problems),
        "facts": _rows(done.facts),
        "sarif": dict(done.sarif).get(repository),
        "bundle": done.bundle,
        "bytes_read": done.bytes_read,
    }


def scan_table(table: pa.Table | pa.RecordBatch, **options: Any) -> pa.Table:
    """From `REPOSITORIES` to `RESULTS`: each repository alone."""
    rows = [scan_one(row["root"], row["repository"], row.get("inventory"), **options) for row in table.to_pylist()]
    return pa.Table.from_pylist(rows, schema=RESULTS)


def live_table(table: pa.Table) -> pa.Table:
    """From `FACTS` to those that meet facts of other repositories. All facts of a key must be in the table."""
    facts = [tuple(row.values()) for row in table.select(FACTS.names).to_pylist()]
    return pa.Table.from_pylist([dict(zip(FACTS.names, row)) for row in _native.live(facts)], schema=FACTS)


def scan_batches(batches: Iterable[pa.RecordBatch], **options: Any) -> Iterator[pa.RecordBatch]:
    """`scan_table` for Spark's `mapInArrow`: one repository after the other."""
    for batch in batches:
        for at in range(batch.num_rows):
            yield from scan_table(batch.slice(at, 1), **options).to_batches()


def live_batches(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """`live_table` for Spark's `mapInArrow`, over a partition."""
    all_batches = [batch.select(FACTS.names) for batch in batches]
    if all_batches:
        yield from live_table(pa.Table.from_batches(all_batches)).to_batches()


def join_table(table: pa.Table, **options: Any) -> pa.Table:
    """From a table of `GROUPS`, all of one group, to `RESULTS` of its members. The facts of all are those of the first."""
    rows = table.to_pylist()
    members = sorted(row["repository"] for row in rows if row["is_member"])
    partials = [(row["repository"], row["bundle"] or b"", row["is_member"]) for row in rows]
    try:
        with _inventory(row["inventory"] for row in rows) as known:
            done = _native.join(partials, **known, **options)
    except Exception as error:  # whatever it is, the other groups go on
        why = f"joining it with others failed: {error}"
        return pa.Table.from_pylist([_failed(name, why) for name in members], schema=RESULTS)
    findings, problems = _by_repository(_rows(done.findings)), _by_repository(_rows(done.problems))
    sarif = dict(done.sarif)
    out = []
    for name in members:
        facts = _rows(done.facts) if name == members[0] else []
        of = {"findings": findings.get(name, []), "problems": problems.get(name, []), "facts": facts}
        rest = {"sarif": sarif.get(name), "bundle": None, "bytes_read": 0}
        out.append({"repository": name, "error": None, **of, **rest})
    return pa.Table.from_pylist(out, schema=RESULTS)


Group = tuple[tuple[str, ...], tuple[str, ...]]


class Planner:
    """Which groups are to be joined next: joined, a group may look for more than its members did alone, and then grows. It lives where the job is driven."""

    def __init__(self) -> None:
        self._done: set[Group] = set()

    def next(self, facts: Iterable[dict[str, Any]]) -> list[Group]:
        """The groups that `facts` make and that were not joined yet. They count as joined from now on. Facts that meet no others may be missing."""
        rows = [tuple(fact[name] for name in FACTS.names) for fact in facts]
        groups = [(tuple(members), tuple(context)) for members, context in _native.plan(rows)]
        new = [group for group in groups if group not in self._done]
        self._done.update(new)
        return new


def check(
    root: str | Path, repositories: Iterable[str], inventory: dict[str, str] | None = None, **options: Any
) -> pa.Table:
    """`RESULTS` of the folders `repositories` below `root`, on this machine, in one process; with `inventory`, rows of what is deployed already by repository."""
    known = inventory or {}
    results = {name: scan_one(str(root), name, known.get(name), **options) for name in repositories}
    bundles = {name: row["bundle"] for name, row in results.items()}
    # What was looked for and declared stays; the encryption sets of a group are those of its members, so only the newest count.
    facts = [fact for row in results.values() for fact in row["facts"] if fact["kind"] != "sets"]
    planner = Planner()
    for _ in range(ROUNDS):
        sets = [fact for row in results.values() for fact in row["facts"] if fact["kind"] == "sets"]
        groups = planner.next(facts + sets)
        if not groups:
            break
        for members, context in groups:
            rows = [(name, True) for name in members] + [(name, False) for name in context]
            table = [
                {"group": 0, "repository": n, "is_member": own, "bundle": bundles[n], "inventory": known.get(n)}
                for n, own in rows
            ]
            for row in join_table(pa.Table.from_pylist(table, schema=GROUPS), **options).to_pylist():
                facts += [fact for fact in row["facts"] if fact["kind"] != "sets"]
                results[row["repository"]] = row
    return pa.Table.from_pylist([results[name] | {"bundle": None} for name in sorted(results)], schema=RESULTS)


def check_with_spark(spark: Any, repositories: Any, folder: str, **options: Any) -> Any:
    """The same over Spark. `repositories` is a data frame of `REPOSITORIES`, whose folders each worker can read. Below `folder`, which all workers share, the results of each step are kept as
    Parquet. Returns a data frame of `RESULTS`, without bundles and facts.
    """
    from pyspark.sql import functions as F
    from pyspark.sql.pandas.types import from_arrow_schema

    def newest(tables: list[Any]) -> Any:
        """Of each repository the row of the last table that has it."""
        *older, last = tables
        if not older:
            return last
        return newest(older).join(last.select("repository"), "repository", "left_anti").unionByName(last)

    def exploded(table: Any) -> Any:
        return table.select(F.explode("facts").alias("fact")).select("fact.*")

    # Spark reads the signature, so a plain function of one table.
    def join(table):  # type: ignore[no-untyped-def]
        return join_table(table, **options)

    results_type, facts_type = from_arrow_schema(RESULTS), from_arrow_schema(FACTS)
    if "inventory" not in repositories.columns:
        repositories = repositories.withColumn("inventory", F.lit(None).cast("string"))
    known = repositories.select("repository", "inventory")
    repositories.mapInArrow(partial(scan_batches, **options), results_type).write.mode("overwrite").parquet(f"{folder}/scanned")
    scans = spark.read.parquet(f"{folder}/scanned")
    tables = [scans.drop("bundle")]
    planner = Planner()
    for number in range(ROUNDS):
        # As in `check`. The engine brings the facts of each key together; only those that meet others come to the driver.
        facts = exploded(newest(tables)).where("kind = 'sets'")
        for table in tables:
            facts = facts.unionByName(exploded(table).where("kind != 'sets'"))
        live = facts.repartition("key").mapInArrow(live_batches, facts_type)
        groups = planner.next(row.asDict() for row in live.toLocalIterator())
        if not groups:
            break
        rows = [
            (at, name, own)
            for at, (members, context) in enumerate(groups)
            for name, own in [(n, True) for n in members] + [(n, False) for n in context]
        ]
        plan = spark.createDataFrame(rows, "group long, repository string, is_member boolean")
        sources = plan.join(scans.select("repository", "bundle"), "repository")
        sources = sources.join(known, "repository").select(*GROUPS.names)
        done = sources.groupBy("group").applyInArrow(join, results_type)
        done.write.mode("overwrite").parquet(f"{folder}/joined-{number}")
        tables.append(spark.read.parquet(f"{folder}/joined-{number}").drop("bundle"))
    return newest(tables).drop("facts")


def with_inventory(repositories: Any, subscriptions: Any, inventory: Any) -> Any:
    """The data frame `repositories` with the rows of the subscriptions that `subscriptions` (repository, subscription) says each deploys to. `inventory` (subscription, row) has a row of Resource
    Graph as JSON in each; kept as Parquet that is partitioned by subscription, only the partitions that are wanted are read.
    """
    from pyspark.sql import functions as F

    rows = subscriptions.join(inventory, "subscription").groupBy("repository")
    rows = rows.agg(F.array_join(F.sort_array(F.collect_set("row")), "\n").alias("inventory"))
    return repositories.join(rows, "repository", "left")


def write_sarif(results: Iterable[dict[str, Any]], folder: str | Path) -> int:
    """Writes the SARIF log of each repository to `folder/REPOSITORY.sarif`; returns how many."""
    count = 0
    for row in results:
        if row["sarif"] is not None:
            path = Path(folder) / f"{row['repository']}.sarif"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(row["sarif"], encoding="utf-8")
            count += 1
    return count


