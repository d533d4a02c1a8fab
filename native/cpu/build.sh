#!/bin/sh
# Builds libscorefield_cpu.so into FOLDER/PLATFORM/; where that cannot be done, FOLDER/unavailable.txt says why
# and the program runs without the native engine.
# usage: build.sh FOLDER [further options for the compiler]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
include=$here/../../kernels/include
folder=$1
shift
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

unavailable() {
  rm -rf "$folder"/linux-*
  echo "$1" >"$folder/unavailable.txt"
  echo "native engine: not built: $1" >&2
  exit 0
}

compiler=${CXX:-g++}
[ "$(uname -s)" = Linux ] || unavailable "the native engine needs Linux; this is $(uname -s)"
# Java's name of the architecture.
arch=$(uname -m)
[ "$arch" != x86_64 ] || arch=amd64
. "$here/targets.sh"
command -v "$compiler" >/dev/null 2>&1 || unavailable \
  "it was built without a C++ compiler; install g++ 10 or newer (for example: apt-get install g++) and build again with: mvn -DskipTests clean package"
if ! echo 'static_assert(__cplusplus > 201703L); int main() {}' | "$compiler" -std=c++20 -x c++ - -fsyntax-only 2>/dev/null; then
  unavailable "it was built with a compiler that does not know C++20 ($("$compiler" --version | head -n 1)); install g++ 10 or newer and build again with: mvn -DskipTests clean package"
fi

library=$folder/linux-$arch/libscorefield_cpu.so
mkdir -p "$folder/linux-$arch"
rm -f "$folder/unavailable.txt"
# Nothing to do where the library is newer than its sources.
if [ -f "$library" ] \
    && [ -z "$(find "$here" "$include" -type f -newer "$library" -print | head -n 1)" ]; then
  exit 0
fi

objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT

# -ffp-contract=off: the bits of the normals depend on it (kernels/include/portable.cuh).
options="-std=c++20 -O3 -fPIC -pthread -fvisibility=hidden -ffp-contract=off -fno-exceptions -fno-rtti
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
# shellcheck disable=SC2086
"$compiler" $options -shared -static-libgcc -static-libstdc++ -Wl,--no-undefined -Wl,--as-needed -Wl,--exclude-libs,ALL \
  $linked -o "$library.new" -lm
mv "$library.new" "$library"
