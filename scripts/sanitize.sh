#!/usr/bin/env bash
# Fuzzes the C of Bicep's parser (the generated parser, our scanner, tree-sitter's runtime) with the address and undefined behaviour sanitizers of the C
# compiler: `sanitize.sh MINUTES` for each of the two targets that reach it. The Rust code is not instrumented.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly MINUTES="${1:?usage: sanitize.sh MINUTES}" WHAT="-fsanitize=address,undefined -fno-sanitize-recover=all"
shift
export CFLAGS="$WHAT -fno-omit-frame-pointer -g1 -O1" RUSTFLAGS="-C link-arg=-fsanitize=address,undefined"
# Memory that is not freed at the end does not matter: the guard on memory bounds leaks.
export ASAN_OPTIONS="detect_leaks=0:abort_on_error=1" UBSAN_OPTIONS="print_stacktrace=1"
# A separate target folder, so that build scripts and macros are built without sanitizers.
exec cargo run --quiet --locked --target x86_64-unknown-linux-gnu --target-dir target/sanitized -p cmklint-fuzz -- \
  bicep bicepparam --minutes "$MINUTES" --unbounded --out target/fuzz-sanitized "$@"
