#!/bin/sh
# Installs the build into a fresh prefix and builds an outside program against it twice, by CMake
# package and by pkg-config: run.sh BUILD_DIRECTORY SCRATCH_DIRECTORY COMPILER FLAGS...
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$1 scratch=$2 cc=$3
shift 3
rm -rf "$scratch"
mkdir -p "$scratch"
cmake --install "$build" --prefix "$scratch/prefix" >"$scratch/install.log"
cmake -S "$here" -B "$scratch/cmake" -G Ninja -DCMAKE_C_COMPILER="$cc" -DCMAKE_C_FLAGS="$*" \
  -DCMAKE_PREFIX_PATH="$scratch/prefix" >"$scratch/configure.log"
cmake --build "$scratch/cmake" >"$scratch/build.log" || { cat "$scratch/build.log"; exit 1; }
"$scratch/cmake/consumer"
PKG_CONFIG_PATH="$scratch/prefix/lib/pkgconfig:$(ls -d "$scratch"/prefix/lib/*/pkgconfig 2>/dev/null || true)"
export PKG_CONFIG_PATH
# shellcheck disable=SC2046  # flags are words
"$cc" "$@" "$here/consumer.c" -o "$scratch/consumer" $(pkg-config --static --cflags --libs davy)
"$scratch/consumer"
# The installed program must find its data beside itself, not in the source tree.
"$scratch/prefix/bin/davy" --version
