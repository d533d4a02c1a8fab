#!/bin/sh
# Builds the engine's shared library into FOLDER/PLATFORM/, for the platform that the compiler compiles for: with a cross-compiler in
# CXX that is another than this one. Where it cannot be built, FOLDER/unavailable.txt says why and the program runs without it.
# usage: [CXX=COMPILER] build.sh FOLDER [further options for the compiler]
#   Linux, macOS: the system's compiler. Windows: in a shell of MSYS2 (UCRT64), or from Linux with CXX=x86_64-w64-mingw32-g++.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
include=$here/../../kernels/include
folder=$1
shift
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

unavailable() {
  rm -rf "$folder"/*/*scorefield_cpu.*
  echo "$1" >"$folder/unavailable.txt"
  echo "native engine: not built: $1" >&2
  exit 0
}

compiler=${CXX:-g++}
. "$here/targets.sh"
command -v "$compiler" >/dev/null 2>&1 || unavailable \
  "it was built without a C++ compiler; install g++ 10 or newer (for example: apt-get install g++) and build again with: mvn -DskipTests clean package"
if ! echo 'static_assert(__cplusplus > 201703L); int main() {}' | "$compiler" -std=c++20 -x c++ - -fsyntax-only 2>/dev/null; then
  unavailable "it was built with a compiler that does not know C++20 ($("$compiler" --version | head -n 1)); install g++ 10 or newer and build again with: mvn -DskipTests clean package"
fi

platform=$(platform_of "$compiler")
[ -n "$platform" ] || unavailable "the native engine is not known to build for $("$compiler" -dumpmachine)"
library=$folder/$platform/$(library_of "$platform" scorefield_cpu)
targets=$(targets_of "$platform")
mkdir -p "$folder/$platform"
rm -f "$folder/unavailable.txt"
# Nothing to do where the library is newer than its sources.
if [ -f "$library" ] \
    && [ -z "$(find "$here" "$include" -type f -newer "$library" -print | head -n 1)" ]; then
  exit 0
fi

objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT

# -ffp-contract=off: the bits of the normals depend on it (kernels/include/portable.cuh).
options="-std=c++20 -O3 $(options_on "$platform") -pthread -fvisibility=hidden -ffp-contract=off -fno-exceptions -fno-rtti
  -Wall -Wextra -Wno-psabi -I $include -I $here $*"
for target in $targets; do
  # shellcheck disable=SC2086
  "$compiler" $options $(options_of "$target") -DSF_TARGET="$target" -c "$here/target.cpp" -o "$objects/$target.o" &
  jobs="${jobs:-} $!"
done
for part in $parts; do
  # shellcheck disable=SC2086
  "$compiler" $options -c "$here/$part.cpp" -o "$objects/$part.o"
done
for job in $jobs; do
  wait "$job"
done
linked=
for name in $targets $parts; do
  linked="$linked $objects/$name.o"
done
# Nothing but the C library is needed.
case $platform in
  linux-*) linking="-static-libgcc -static-libstdc++ -Wl,--no-undefined -Wl,--as-needed -Wl,--exclude-libs,ALL" ;;
  windows-*) linking="-static -Wl,--no-undefined -Wl,--exclude-libs,ALL" ;;
  *) linking= ;;
esac
# shellcheck disable=SC2086
"$compiler" $options -shared $linking $linked -o "$library.new" -lm
mv "$library.new" "$library"
