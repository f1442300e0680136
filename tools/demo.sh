#!/bin/sh
# The main job on real input: demo.sh PROGRAM
# Reports on instrument files where a folder of them is at hand (DAVY_SAMPLES, or shared/samples beside
# the checkout), and always on a cell that davy simulates itself; with the interface engine also on metal
# that grows over islands.
set -eu
davy=$1
samples=${DAVY_SAMPLES:-../shared/samples}
mkdir -p demo
"$davy" run cases/sodium_symmetric_cell/case.yaml -o demo/simulated
"$davy" report demo/simulated -o demo/simulated.html --json demo/simulated.json
if [ -r "$samples/eclab/gcpl.mpr" ] && [ -r "$samples/ndax/nw4-120-1-6-53.ndax" ]; then
  "$davy" report "$samples/eclab/gcpl.mpr" "$samples/ndax/nw4-120-1-6-53.ndax" -o demo/measured.html \
    --json demo/measured.json
  echo "Measured cells (a symmetric cell from EC-Lab, a coin cell from Neware): $PWD/demo/measured.html"
else
  echo "No instrument files in $samples: the demo shows the cell that davy simulated."
fi
echo "Simulated sodium symmetric cell: $PWD/demo/simulated.html"
if [ -e "$(dirname "$davy")/../lib/davy_interface.so" ]; then
  "$davy" run cases/wang2021_fig1h_self_regulating/case.yaml -o demo/front
  "$davy" report demo/front -o demo/front.html
  echo "Sodium over islands of Na3Sb in nickel, to be played: $PWD/demo/front.html"
fi
