#!/bin/sh
# Runs the tests of the CUDA engine with kernels and stand-in driver under AddressSanitizer: device memory is host
# memory there, so that a kernel that reads or writes beside an allocation is stopped at its line. The threads of a block
# run in reverse besides: a barrier that is missing changes the results.
# usage: sanitize.sh FOLDER      (after mvn test-compile)
set -eu
root=$(cd "$(dirname "$0")/../../.." && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
compiler=${CXX:-g++}
sh "$root/native/emulator/build.sh" "$folder" -g1 -O1 -fsanitize=address
[ -f "$folder/libkernels_emulator.so" ] || exit 0
# The JVM handles signals itself and gives its memory back when it ends.
options="handle_segv=0:handle_sigill=0:handle_sigfpe=0:handle_sigbus=0:detect_leaks=0:allow_user_segv_handler=1"
mvn -f "$root/pom.xml" -B -ntp -q toolchains:select-jdk-toolchain@default surefire:test@cuda -Dtest="CudaRoutesTest,CudaProgramTest,CudaEngineTest,CudaClusterTest,CudaStreamedTest#warpgroups*,!CudaEngineTest#samplesOfEvery*" \
  -Dcuda.order=1 -Dcuda.emulator="$folder" -Dcuda.preload="$("$compiler" -print-file-name=libasan.so)" -Dcuda.asan="$options"
