"""A fleet comes to what one run over all its repositories comes to, on one machine and over Spark."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from pathlib import Path

import pyarrow.parquet
import pytest
from conftest import Repositories, comparable

from cmklint import fleet


def test_one_machine(repositories: Repositories, expected: dict) -> None:
    rows = fleet.check(repositories.root, repositories.all).to_pylist()
    found = comparable(rows)
    assert {row["repository"] for row in rows if row["error"]} == repositories.failing
    assert {name: found[name] for name in expected} == expected
    alone = sum(len(fleet.scan_one(str(repositories.root), name)["findings"]) for name in expected)
    joined = sum(map(len, expected.values()))
    # Else nothing is joined, and the test says nothing.
    assert joined > alone + 10, (alone, joined)


@pytest.fixture(scope="session")
def spark():
    pytest.importorskip("pyspark")
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = os.sys.executable
    # Two cores, and a task that fails is tried again: what a cluster does.
    builder = SparkSession.builder.master("local[2,4]").appName("cmklint").config("spark.ui.enabled", "false")
    builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    # A lost worker loses what it was working on, and no more.
    builder = builder.config("spark.python.worker.reuse", "true").config("spark.sql.shuffle.partitions", "4")
    # The usual codec is a native library, which not every machine has.
    builder = builder.config("spark.sql.parquet.compression.codec", "gzip")
    session = builder.config("spark.log.level", "ERROR").getOrCreate()
    yield session
    session.stop()


def of_spark(spark, repositories: Repositories, folder: Path, partitions: int) -> list[dict]:
    rows = [(str(repositories.root), name) for name in repositories.all]
    frame = spark.createDataFrame(rows, "root string, repository string").repartition(partitions)
    return [row.asDict(recursive=True) for row in fleet.check_with_spark(spark, frame, str(folder)).collect()]


@pytest.mark.parametrize("partitions", [1, 4, 16])
def test_spark(spark, repositories: Repositories, expected: dict, tmp_path: Path, partitions: int) -> None:
    rows = of_spark(spark, repositories, tmp_path, partitions)
    found = comparable(rows)
    assert len(rows) == len(repositories.all)
    assert {row["repository"] for row in rows if row["error"]} == repositories.failing
    assert {name: found[name] for name in expected} == expected


def workers() -> list[int]:
    """The Python workers of Spark below this process."""
    out = []
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(") ", 1)[1].split()[1])
            except OSError:
                continue
    for pid in parents:
        line, at = [], pid
        while at in parents and at != os.getpid():
            line.append(at)
            at = parents[at]
        if at == os.getpid() and pid != os.getpid():
            try:
                command = Path(f"/proc/{pid}/cmdline").read_bytes()
            except OSError:
                continue
            if b"pyspark" in command and b"java" not in command.split(b"\0")[0] and len(line) > 2:
                out.append(pid)
    return out


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="workers are found in /proc")
def test_a_worker_that_is_killed_halfway(spark, repositories: Repositories, expected: dict, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    killed: list[int] = []

    def kill() -> None:
        deadline = time.monotonic() + 120
        while not killed and time.monotonic() < deadline:
            pids = [int(path.name) for path in tmp_path.glob("mark/*") if path.name.isdigit()]
            for pid in pids:
                # A worker of ours that is at work: it wrote its number when it was at half of its repositories.
                if pid in workers():
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)
                    return
            time.sleep(0.01)

    mark.mkdir()
    thread = threading.Thread(target=kill)
    thread.start()
    half = sorted(repositories.all)[len(repositories.all) // 2]
    rows = [(str(repositories.root), name) for name in repositories.all]
    frame = spark.createDataFrame(rows, "root string, repository string").repartition(2)

    def waiting(batches):
        def halfway(batches):
            for batch in batches:
                for row in batch.to_pylist():
                    if row["repository"] == half and not list(mark.glob("*")):
                        (mark / str(os.getpid())).touch()
                        time.sleep(60)  # it is killed here
                yield batch

        return halfway(batches)

    slowed = frame.mapInArrow(waiting, frame.schema)
    found = [row.asDict(recursive=True) for row in fleet.check_with_spark(spark, slowed, str(tmp_path / "out")).collect()]
    thread.join()
    assert len(killed) == 1
    assert {name: comparable(found)[name] for name in expected} == expected


def test_findings_as_parquet_and_a_log_for_each_repository(spark, repositories: Repositories, tmp_path: Path) -> None:
    from pyspark.sql import functions as F

    names = [name for name in repositories.whole if name.startswith("skew/")]
    frame = spark.createDataFrame([(str(repositories.root), name) for name in names], "root string, repository string")
    results = fleet.check_with_spark(spark, frame, str(tmp_path / "steps"), sarif=True).cache()
    results.select(F.explode("findings").alias("f")).select("f.*").write.parquet(str(tmp_path / "findings"))
    findings = pyarrow.parquet.read_table(tmp_path / "findings")
    assert set(findings["rule"].to_pylist()) >= {"CMK020"}
    assert fleet.write_sarif((row.asDict() for row in results.toLocalIterator()), tmp_path / "sarif") == len(names)
    log = json.loads((tmp_path / "sarif/skew/app1.sarif").read_text())
    uris = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in log["runs"][0]["results"]]
    assert uris and all(uri == "part0/main.tf" for uri in uris)


IMAGE = """
data "azurerm_disk_encryption_set" "s" {
  name                = "des-old"
  resource_group_name = "rg-old"
}
resource "azurerm_managed_disk" "d" {
  name                   = "disk"
  resource_group_name    = "rg-app"
  location               = "northeurope"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 64
  disk_encryption_set_id = data.azurerm_disk_encryption_set.s.id
}
"""


def test_an_inventory_by_subscription(spark, tmp_path: Path) -> None:
    from pyspark.sql import functions as F

    mine, other = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
    for name in ("app", "web"):
        (tmp_path / "clones" / name).mkdir(parents=True)
        (tmp_path / "clones" / name / "main.tf").write_text(IMAGE)
    kind = "Microsoft.Compute/diskEncryptionSets"
    rows = [
        (at, json.dumps({"id": f"/subscriptions/{at}/resourceGroups/rg-old/providers/{kind}/des-old", "name": "des-old", "type": kind.lower(), "location": "westeurope", "subscriptionId": at, "resourceGroup": "rg-old", "properties": {}}))
        for at in (mine, other)
    ]
    known = spark.createDataFrame(rows, "subscription string, row string")
    known.write.partitionBy("subscription").parquet(str(tmp_path / "inventory"))
    inventory = spark.read.parquet(str(tmp_path / "inventory"))
    repositories = spark.createDataFrame([(str(tmp_path / "clones"), name) for name in ("app", "web")], "root string, repository string")
    subscriptions = spark.createDataFrame([("app", mine)], "repository string, subscription string")
    frame = fleet.with_inventory(repositories, subscriptions, inventory)
    found = comparable([row.asDict(recursive=True) for row in fleet.check_with_spark(spark, frame, str(tmp_path / "out")).collect()])
    # One of the two has the rows of the subscription that it deploys to.
    assert [finding["rule"] for finding in found["app"]] == ["CMK020"]
    assert found["web"] == []
    scanned = frame.where(F.col("repository") == "app").collect()[0]
    assert scanned["inventory"].count("\n") == 0 and mine in scanned["inventory"]
