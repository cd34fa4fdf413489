#!/usr/bin/env python3
"""Milliseconds from a keystroke to the diagnostics, by a client of the language server.

usage: lsp_latency.py BINARY FOLDER FILE EDITS     FILE of FOLDER is edited EDITS times; prints the median, the 99th percentile and the memory
"""
import json, pathlib, statistics, subprocess, sys, time

binary, folder, file, edits = sys.argv[1], *(str(pathlib.Path(p).resolve()) for p in sys.argv[2:4]), int(sys.argv[4])
server = subprocess.Popen([binary, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
asked = 0


def send(message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    server.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    server.stdin.flush()


def receive():
    length = 0
    while line := server.stdout.readline().strip():
        if line.lower().startswith(b"content-length"):
            length = int(line.split(b":")[1])
    return json.loads(server.stdout.read(length))


def ask(method, params=None):
    global asked
    asked += 1
    send({"id": asked, "method": method, "params": params})
    while receive().get("id") != asked:
        pass


def megabytes():
    status = pathlib.Path(f"/proc/{server.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmRSS"))


# As editors do, this client tells of changes on disk.
telling = {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}}
ask("initialize", {"capabilities": telling, "workspaceFolders": [{"uri": pathlib.Path(folder).as_uri(), "name": "root"}]})
send({"method": "initialized", "params": {}})
uri = pathlib.Path(file).as_uri()
text = pathlib.Path(file).read_text(encoding="utf-8")
send({"method": "textDocument/didOpen", "params": {"textDocument": {"uri": uri, "languageId": "", "version": 0, "text": text}}})
ask("cmklint/settled")
first, times = megabytes(), []
for edit in range(edits):
    # A space is typed at the beginning, then removed.
    end = edit % 2
    change = {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": end}}, "text": "" if end else " "}
    start = time.perf_counter()
    document = {"uri": uri, "version": edit + 1}
    send({"method": "textDocument/didChange", "params": {"textDocument": document, "contentChanges": [change]}})
    ask("cmklint/settled")
    times.append((time.perf_counter() - start) * 1000)
times.sort()
p99 = times[max(int(len(times) * 0.99) - 1, 0)]
print(f"median {statistics.median(times):.1f} ms, p99 {p99:.1f} ms, {first} MB at first, {megabytes()} MB at the end")
ask("shutdown")
send({"method": "exit", "params": None})
sys.exit(server.wait())
