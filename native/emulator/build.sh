#!/bin/sh
# Builds, for tests, the stand-in for the driver and the kernels for a CPU into FOLDER; without g++ it says so and
# leaves FOLDER without them.
# usage: build.sh FOLDER [further options for the compiler]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
kernels=$here/../../kernels
folder=$1
shift
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

compiler=${CXX:-g++}
if [ "$(uname -sm)" != "Linux x86_64" ] || ! command -v "$compiler" >/dev/null 2>&1; then
  rm -f "$folder"/*.so
  echo "emulator: not built: it needs Linux on x86-64 and g++" >&2
  exit 0
fi

# fresh FILE SOURCE...: newer than all its sources?
fresh() {
  built=$1
  shift
  [ -f "$built" ] && [ -z "$(find "$here/build.sh" "$@" -type f ! -name '*.md' -newer "$built" -print | head -n 1)" ]
}

warnings="-Wall -Wextra -Wno-unknown-pragmas"
# Fused multiply-add as an instruction where the processor has it; else libm's, slower and the same.
machine=
if grep -qw fma /proc/cpuinfo && grep -qw f16c /proc/cpuinfo; then
  machine="-mavx2 -mfma -mf16c"
fi
if ! fresh "$folder/libcuda_emulator.so" "$here/cuda_driver.cpp"; then
  # shellcheck disable=SC2086
  "$compiler" -std=c++20 -O2 $warnings -fPIC -shared -fvisibility=hidden -Wl,-soname,libcuda.so.1 "$@" \
    "$here/cuda_driver.cpp" -o "$folder/libcuda_emulator.so" -ldl
fi
# Two of them: one for JCublas, one of the version that the forwarder is for.
for version in 12 13; do
  if ! fresh "$folder/libcublas_emulator.so.$version" "$here/cublas.cpp"; then
    echo "libcublas.so.$version { global: cublas*; local: *; };" >"$folder/cublas.map"
    # shellcheck disable=SC2086
    "$compiler" -std=c++20 -O2 $warnings -fPIC -shared -fvisibility=hidden -DCUBLAS_VERSION="${version}0000" \
      -Wl,-soname,"libcublas.so.$version" -Wl,--version-script="$folder/cublas.map" "$@" "$here/cublas.cpp" \
      "$folder/libcuda_emulator.so" -o "$folder/libcublas_emulator.so.$version"
    rm -f "$folder/cublas.map"
  fi
done
# An object newer than its source and all that it includes?
current() {
  [ -f "$1" ] && [ -f "${1%.o}.d" ] || return 1
  for part in $(sed -e 's/^[^:]*://' -e 's/\\$//' "${1%.o}.d"); do
    [ -f "$part" ] && [ -z "$(find "$part" -newer "$1")" ] || return 1
  done
}

objects=$folder/objects
# Other options, other objects.
stamp="$compiler $machine $*"
if [ "$(cat "$objects/options" 2>/dev/null)" != "$stamp" ]; then
  rm -rf "$objects"
  mkdir -p "$objects"
  printf '%s\n' "$stamp" >"$objects/options"
fi
for object in "$objects"/*.o; do
  [ -f "$kernels/$(basename "$object" .o).cu" ] || rm -f "$object"
done
changed=
jobs=
for source in "$kernels"/*.cu; do
  object=$objects/$(basename "$source" .cu).o
  if current "$object" && [ "$object" -nt "$here/build.sh" ]; then
    continue
  fi
  changed=yes
  # gnu2: thread-local variables are read often. -ffp-contract=off: the bits of the normals depend on it.
  # shellcheck disable=SC2086
  (
    "$compiler" -std=c++20 -O2 $warnings $machine -mtls-dialect=gnu2 -ffp-contract=off -fPIC -pthread \
      -fvisibility=hidden -I "$kernels/include" -I "$kernels" -I "$here" "$@" -MMD -MF "${object%.o}.d" \
      -x c++ -c "$source" -o "$object.new"
    mv "$object.new" "$object"
  ) &
  jobs="$jobs $!"
done
for job in $jobs; do
  wait "$job"
done
if [ -n "$changed" ] || ! [ -f "$folder/libkernels_emulator.so" ]; then
  "$compiler" -shared -pthread "$@" "$objects"/*.o -o "$folder/libkernels_emulator.so"
fi
