#!/bin/sh
# The papers' cases of the interface engine in their full forms: tools/papers.sh DAVY FOLDER [CASE...].
# Each cases/NAME/full.yaml runs on two ranks into FOLDER/NAME; its last line of morphology is printed,
# and with it how long it took. FOLDER/NAME.html is its page.
set -eu
davy=$1 folder=$2
shift 2
[ $# -gt 0 ] || set -- $(ls -d cases/*/full.yaml | xargs -n 1 dirname | xargs -n 1 basename)
root=
[ "$(id -u)" != 0 ] || root=--allow-run-as-root
mkdir -p "$folder"
for name in "$@"; do
  begun=$(date +%s)
  OMPI_MCA_mpi_yield_when_idle=1 mpirun $root --oversubscribe -n 2 "$davy" run "cases/$name/full.yaml" -o "$folder/$name"
  "$davy" -q report "$folder/$name" -o "$folder/$name.html"
  tail -n 1 "$folder/$name/morphology.csv" | awk -F, -v name="$name" -v took=$(($(date +%s) - begun)) \
    '{printf "%s: %.4g mAh/cm2, mean %.4g um, highest/mean %.4f, RMS %.4g nm, covered %.3f, bodies %d, orphaned %d; %d s\n",
      name, $2 / 36000, 1e6 * $5, $6 / $5, 1e9 * $7, $8, $10, $11, took}'
done
