"""The module itself."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pyarrow
import pytest

import cmklint
from cmklint import _native

RULES = Path(__file__).parents[2] / "rules"


def test_a_report_is_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(RULES)
    report = cmklint.check(["CMK020/bad"])
    findings = pyarrow.table(report.findings)
    assert "CMK020" in findings["rule"].to_pylist()
    assert len(report.findings) == findings.num_rows == len(json.loads(report.text("json"))["issues"])
    assert all(path.startswith("CMK020/bad/") for path in findings["path"].to_pylist())
    resources, edges = pyarrow.table(report.resources), pyarrow.table(report.edges)
    assert {"disk", "encryptionSet"} <= set(resources["kind"].to_pylist())
    kinds = dict(zip(resources["number"].to_pylist(), resources["kind"].to_pylist()))
    encrypted = [edge for edge in edges.to_pylist() if edge["role"] == "encryptedWith" and edge["to"] is not None]
    assert encrypted and {kinds[edge["to"]] for edge in encrypted} == {"encryptionSet"}
    assert {"declares", "asks"} <= set(pyarrow.table(report.facts)["kind"].to_pylist())
    assert json.loads(report.text("sarif"))["version"] == "2.1.0"


def test_what_cannot_be_done_is_an_exception(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="no such file"):
        cmklint.check(["gone"])
    with pytest.raises(ValueError):
        cmklint.check(["."], edition="1999-01")
    with pytest.raises(ValueError, match="no format"):
        cmklint.check(["."]).text("doc")
    with pytest.raises(ValueError, match="not a bundle"):
        _native.join([("a", b"nothing", True)])


def test_the_stub_has_what_the_module_has() -> None:
    stub = (Path(cmklint.__file__).parent / "_native.pyi").read_text()
    for name in (name for name in dir(_native) if not name.startswith("__")):
        member = getattr(_native, name)
        assert re.search(rf"^(def|class) {name}\b", stub, re.M), name
        if isinstance(member, type):
            own = re.split(r"^class ", stub, flags=re.M)
            body = next(part for part in own if part.startswith(f"{name}:"))
            for attribute in (a for a in vars(member) if not a.startswith("__") or a == "__arrow_c_stream__"):
                assert f"def {attribute}(" in body, f"{name}.{attribute}"
