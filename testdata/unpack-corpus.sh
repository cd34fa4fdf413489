#!/usr/bin/env bash
# Unpacks real Terraform, ARM JSON and Bicep into target/corpus, for measurements and for the tests that use it where it is there.
set -euo pipefail
cd "$(dirname "$0")/.."

archive=../shared/corpus/open.tar.xz
if [ ! -f "$archive" ]; then
  echo "no corpus: $archive (beside the repository) isn't there; nothing in the repository needs it" >&2
  exit 1
fi
rm -rf target/corpus
mkdir -p target/corpus
tar --extract --xz --file "$archive" --directory target/corpus
printf '%s files in target/corpus\n' "$(find target/corpus -type f | wc -l)"
