#!/bin/sh
# Builds the engine and its test driver with AddressSanitizer and UndefinedBehaviorSanitizer in FOLDER, and runs it.
# usage: sanitize.sh FOLDER
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
mkdir -p "$folder"
compiler=${CXX:-g++}
options="-std=c++20 -O1 -g1 -pthread -ffp-contract=off -fno-exceptions -fno-rtti -Wall -Wextra -Wno-psabi
  -Wno-maybe-uninitialized -fsanitize=address,undefined -fno-sanitize-recover=all
  -I $here/../../../kernels/include -I $here/.."
. "$here/../targets.sh"
targets=$(targets_of "$(platform_of "$compiler")")
for target in $targets; do
  # shellcheck disable=SC2086
  "$compiler" $options $(options_of "$target") -DSF_TARGET="$target" -c "$here/../target.cpp" -o "$folder/$target.o" &
  jobs="${jobs:-} $!"
done
for job in $jobs; do
  wait "$job"
done
objects=
for target in $targets; do
  objects="$objects $folder/$target.o"
done
sources=$here/driver.cpp
for part in $parts; do
  sources="$sources $here/../$part.cpp"
done
# shellcheck disable=SC2086
"$compiler" $options $sources $objects -o "$folder/driver"
"$folder/driver" few
