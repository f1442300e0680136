#!/bin/sh
# Runs every fuzz target under AddressSanitizer and UndefinedBehaviorSanitizer: fuzz.sh SECONDS [NAME...]
# Two at a time; corpora and crashes stay in build/fuzz/corpus. Fails if any target found something.
set -eu
seconds=$1
shift
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz
cd build/fuzz
[ $# -gt 0 ] || set -- $(cd bin && ls -d fuzz_*)
samples=${DAVY_SAMPLES:-../../../shared/samples}

fuzz_one() {
  name=$1
  mkdir -p "corpus/$name" "crashes/$name"
  seeds=../../tests/fuzz/seeds/$name
  [ ! -d "$seeds" ] || cp "$seeds"/* "corpus/$name/"
  # Real files, where there are any, are good seeds; small ones only, for speed.
  if [ -d "$samples" ] && [ -z "$(ls "corpus/$name")" ]; then
    case $name in
      fuzz_nda) kinds='*.nda' ;; fuzz_ndax) kinds='*.ndax' ;; fuzz_mpr) kinds='*.mpr' ;;
      fuzz_mpt) kinds='*.mpt' ;; fuzz_csv | fuzz_bdf) kinds='*.csv' ;; *) kinds='*.zip' ;;
    esac
    find "$samples" -name "$kinds" -size -64k -exec cp {} "corpus/$name/" \;
    chmod -R u+w "corpus/$name"
  fi
  "bin/$name" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="crashes/$name/" "corpus/$name" >"$name.log" 2>&1 && status=clean || status=FAILED
  runs=$(sed -n 's/stat::number_of_executed_units: *//p' "$name.log")
  echo "$name: $seconds s, ${runs:-0} runs, $status"
  [ "$status" = clean ]
}

failed=0
while [ $# -gt 0 ]; do
  fuzz_one "$1" & first=$!
  second=
  if [ $# -gt 1 ]; then fuzz_one "$2" & second=$!; shift; fi
  shift
  wait $first || failed=1
  [ -z "$second" ] || wait "$second" || failed=1
done
exit $failed
