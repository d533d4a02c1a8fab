#!/bin/sh
# Builds the engine and its test driver for 64-bit Arm with a cross-compiler in FOLDER, runs the driver under QEMU's user mode,
# and compares the bits of all results with those of a build for x86-64 whose vectors are as wide and that fuses multiply-adds
# like an Arm does. Prints the digests of both where they differ.
# Debian: apt-get install g++ g++-aarch64-linux-gnu qemu-user-static
# usage: aarch64.sh FOLDER
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
mkdir -p "$folder"
compiler=${CXX:-aarch64-linux-gnu-g++}
host=${HOST_CXX:-g++}
options="-std=c++20 -O3 -pthread -ffp-contract=off -fno-exceptions -fno-rtti -Wall -Wextra -Wno-psabi -Wno-maybe-uninitialized
  -I $here/../../../kernels/include -I $here/.."
. "$here/../targets.sh"
sources=$here/driver.cpp
for part in $parts; do
  sources="$sources $here/../$part.cpp"
done
# Arm has the one set of instructions that every compiler can produce.
# shellcheck disable=SC2086
"$compiler" $options -DSF_TARGET=portable -c "$here/../target.cpp" -o "$folder/portable.o"
# shellcheck disable=SC2086
"$compiler" $options -static $sources "$folder/portable.o" -o "$folder/driver"
qemu-aarch64-static "$folder/driver"
qemu-aarch64-static "$folder/driver" digests >"$folder/aarch64.txt"
if [ "$(uname -m)" != x86_64 ] || ! grep -qw fma /proc/cpuinfo; then
  echo "not compared with x86-64: this processor has no fused multiply-add of it"
  exit 0
fi
# The portable code with fused multiply-adds takes the place of every set, so that "portable" is found.
objects=
for target in $(targets_of linux-amd64); do
  # shellcheck disable=SC2086
  "$host" $options -mfma -DSF_TARGET="$target" -c "$here/../target.cpp" -o "$folder/x86-64-$target.o" &
  jobs="${jobs:-} $!"
  objects="$objects $folder/x86-64-$target.o"
done
for job in $jobs; do
  wait "$job"
done
# shellcheck disable=SC2086
"$host" $options $sources $objects -o "$folder/driver-x86-64"
"$folder/driver-x86-64" digests | grep '^portable ' >"$folder/x86-64.txt"
if ! diff "$folder/x86-64.txt" "$folder/aarch64.txt"; then
  echo "aarch64 and x86-64 give other bits" >&2
  exit 1
fi
echo "the bits of x86-64"
