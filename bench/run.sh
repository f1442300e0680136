#!/bin/sh
# All benchmarks, davy beside its peers: bench/run.sh BIN_DIRECTORY
# A peer (fastnda, NewareNDA, galvani, pybamm, pymatgen from PyPI) that `python3` cannot import is left out and
# said so. DAVY_SAMPLES names the folder of instrument files; without it only davy's own parts run.
set -u
bin=$1
here=$(dirname "$0")
python=${PYTHON:-python3}
"$bin/bench_cell"
"$bin/bench_analysis"
"$bin/bench_text"
for peer in "$here"/*_peer*.py; do
  "$python" "$peer" "$bin" || echo "$(basename "$peer"): left out"
done
