#!/bin/sh
# Runs the commands of docs/first_hour.md as a newcomer would, in a copy of the source tree:
# run_first_hour.sh SOURCE SCRATCH
# Every ```sh block runs in one shell, in order, and must succeed; a ```sh fails block must fail.
set -eu
source=$1 scratch=$2
rm -rf "$scratch"
mkdir -p "$scratch/tree"
(cd "$source" && git ls-files -co --exclude-standard -z | xargs -0 tar cf - 2>/dev/null) |
  tar xf - -C "$scratch/tree"
[ ! -d "$source/src/report/web/node_modules" ] ||
  cp -r "$source/src/report/web/node_modules" "$scratch/tree/src/report/web/"
awk '
  /^```sh fails$/ { print "( set -e"; block = 2; next }
  /^```sh$/       { block = 1; next }
  /^```$/ && block == 2 { print ") && { echo \"this block was expected to fail\" >&2; exit 1; } || true"; block = 0; next }
  /^```$/         { block = 0; next }
  block           { print }
' "$source/docs/first_hour.md" >"$scratch/commands.sh"
cd "$scratch/tree"
exec sh -eu "$scratch/commands.sh"
