#!/usr/bin/env bash
# Builds the binary of one commit twice, in two folders with two targets, and compares them byte for byte: `reproducible.sh [PROFILE]`, the release profile without one.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly PROFILE="${1:-release}"
readonly WHERE="$(mktemp -d)"
trap 'rm -rf "$WHERE"' EXIT
SOURCE_DATE_EPOCH="$(git log -1 --format=%ct)"
export SOURCE_DATE_EPOCH
for folder in "$WHERE/first" "$WHERE/second/of/another/depth"; do
  mkdir -p "$folder"
  git archive HEAD | tar -x -C "$folder"
  # The binary must not contain the folder's name: paths in it are mapped to a fixed one.
  (cd "$folder" && CARGO_TARGET_DIR="$folder/target" CFLAGS="-ffile-prefix-map=$folder=." \
    RUSTFLAGS="--remap-path-prefix=$folder=. --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo" \
    nice -n 19 cargo build --quiet --locked --profile "$PROFILE" --package cmklint)
  sha256sum "$folder"/target/*/cmklint
done | tee "$WHERE/sums"
[ "$(cut -d ' ' -f 1 "$WHERE/sums" | sort -u | wc -l)" = 1 ] && echo "the same bytes"
