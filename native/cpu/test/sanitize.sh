#!/bin/sh
# Builds the engine and its test driver with AddressSanitizer and UndefinedBehaviorSanitizer in FOLDER, and runs it.
# usage: sanitize.sh FOLDER
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
mkdir -p "$folder"
compiler=${CXX:-g++}
options="-std=c++20 -O1 -g -pthread -ffp-contract=off -fno-exceptions -fno-rtti -Wall -Wextra -Wno-psabi
  -Wno-maybe-uninitialized -fsanitize=address,undefined -fno-sanitize-recover=all
  -I $here/../../../kernels/include -I $here/.."
targets=portable
if [ "$(uname -m)" = x86_64 ]; then
  targets="portable avx2 avx512"
fi
for target in $targets; do
  case $target in
    avx2) set_options="-mavx2 -mfma" ;;
    avx512) set_options="-mavx512f -mavx512dq -mavx512bw -mavx512vl -mavx2 -mfma" ;;
    *) set_options= ;;
  esac
  # shellcheck disable=SC2086
  "$compiler" $options $set_options -DSF_TARGET="$target" -c "$here/../target.cpp" -o "$folder/$target.o" &
  jobs="${jobs:-} $!"
done
for job in $jobs; do
  wait "$job"
done
objects=
for target in $targets; do
  objects="$objects $folder/$target.o"
done
# shellcheck disable=SC2086
"$compiler" $options "$here/../engine.cpp" "$here/../sampling.cpp" "$here/../training.cpp" \
  "$here/../training_layout.cpp" "$here/driver.cpp" \
  $objects -o "$folder/driver"
"$folder/driver"
