"""The example for Ray Data comes to the same."""

from __future__ import annotations

import os
import runpy
import tempfile
from pathlib import Path

import pytest
from conftest import Repositories

ray = pytest.importorskip("ray")
EXAMPLE = Path(__file__).parents[2] / "docs/examples/fleet_ray.py"


def test_the_example(repositories: Repositories, expected: dict) -> None:
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    check = runpy.run_path(str(EXAMPLE))["check"]
    names = [name for name in repositories.all if not name.startswith("corpus/")]
    # Sockets have short paths.
    with tempfile.TemporaryDirectory(prefix="ray") as folder:
        ray.init(num_cpus=2, include_dashboard=False, _temp_dir=folder, log_to_driver=False)
        try:
            found = {row["repository"]: list(row["findings"]) for row in check(repositories.root, names)}
        finally:
            ray.shutdown()

    for name in names:
        if name in expected:
            assert [f["fingerprint"] for f in found[name]] == [f["fingerprint"] for f in expected[name]], name
            assert [f["message"] for f in found[name]] == [f["message"] for f in expected[name]], name
