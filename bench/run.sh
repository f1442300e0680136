#!/bin/sh
# All benchmarks, davy beside its peers: bench/run.sh BIN_DIRECTORY
# A peer (fastnda, NewareNDA, galvani, pybamm, pymatgen from PyPI) that `python3` cannot import is left out and
# said so; so is FreeFem++. DAVY_SAMPLES names the folder of instrument files; without it only davy's own
# parts run.
set -u
bin=$1
here=$(dirname "$0")
python=${PYTHON:-python3}
"$bin/bench_cell"
"$bin/bench_analysis"
"$bin/bench_text"
"$bin/stream"
if [ -x "$bin/interface_solve" ]; then
  for level in 8 9; do
    "$bin/interface_solve" $level
    mpirun --allow-run-as-root --oversubscribe -n 2 "$bin/interface_solve" $level
  done
  "$bin/interface_solve" 11
  for level in 8 9 10; do "$bin/interface_step" $level; done
  mpirun --allow-run-as-root --oversubscribe -n 2 "$bin/interface_step" 9
  "$bin/interface_step" 6 2 3
fi
for peer in "$here"/*_peer*.py; do
  "$python" "$peer" "$bin" || echo "$(basename "$peer"): left out"
done
