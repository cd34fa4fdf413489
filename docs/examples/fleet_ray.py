"""A fleet over Ray Data: `python fleet_ray.py /clones findings.parquet`, where each folder in `/clones` is a repository."""

import sys
from pathlib import Path

import ray

from cmklint import fleet


def check(root: Path, names: list[str]) -> list[dict]:
    repositories = ray.data.from_items([{"root": str(root), "repository": name} for name in names])
    scans = repositories.map_batches(fleet.scan_table, batch_format="pyarrow", batch_size=1).materialize()
    results = {row["repository"]: row for row in scans.drop_columns(["bundle"]).iter_rows()}
    facts = [fact for row in results.values() for fact in row["facts"] if fact["kind"] != "sets"]
    planner = fleet.Planner()
    while groups := planner.next(facts + [f for row in results.values() for f in row["facts"] if f["kind"] == "sets"]):
        of = {}
        for at, (members, context) in enumerate(groups):
            for name in (*members, *context):
                of.setdefault(name, []).append({"group": at, "is_member": name in members})

        def in_groups(row, of=of):
            return [{"repository": row["repository"], "bundle": row["bundle"], "inventory": None, **to} for to in of.get(row["repository"], [])]

        joined = scans.flat_map(in_groups).groupby("group").map_groups(fleet.join_table, batch_format="pyarrow")
        for row in joined.drop_columns(["bundle"]).iter_rows():
            results[row["repository"]] = row
            facts += [fact for fact in row["facts"] if fact["kind"] != "sets"]
    return list(results.values())


if __name__ == "__main__":
    root = Path(sys.argv[1])
    rows = check(root, sorted(folder.name for folder in root.iterdir() if folder.is_dir()))
    findings = [finding for row in rows for finding in row["findings"]]
    ray.data.from_items(findings).write_parquet(sys.argv[2]) if findings else print("no findings")
