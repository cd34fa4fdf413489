#!/usr/bin/env bash
# Runs every fuzz target: `fuzz.sh MINUTES` each for that long, with further flags of `cmklint-fuzz --help` after it; `fuzz.sh ci` all of them in about a
# minute, as a check of every change. Failing inputs are kept in target/fuzz, and the exit code is then 1.
set -euo pipefail
cd "$(dirname "$0")/.."
case "${1:-}" in
  # The dev build is there already when this runs in CI; a seed that changes with the date tries other mutants each day.
  ci) shift && exec cargo run --quiet --locked -p cmklint-fuzz -- --minutes 0.07 --seed "$(date +%Y%m%d)" "$@" ;;
  [0-9]*) minutes=$1 && shift && exec nice -n 19 cargo run --quiet --locked --profile checked -p cmklint-fuzz -- --minutes "$minutes" "$@" ;;
  *) echo "usage: fuzz.sh MINUTES [FLAG...] | fuzz.sh ci [FLAG...]" >&2; exit 1 ;;
esac
