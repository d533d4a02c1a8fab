#!/bin/sh
# Builds the engine and its test driver for 64-bit Arm with a cross-compiler in FOLDER, and runs the driver under QEMU's user mode.
# Debian: apt-get install g++-aarch64-linux-gnu qemu-user-static
# usage: aarch64.sh FOLDER
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
mkdir -p "$folder"
compiler=${CXX:-aarch64-linux-gnu-g++}
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
