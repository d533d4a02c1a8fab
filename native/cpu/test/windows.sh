#!/bin/sh
# Builds the engine and its test driver for Windows with a cross-compiler in FOLDER, runs the driver under Wine, and compares the bits
# of all results with those of a build for this system.
# Debian: apt-get install g++ g++-mingw-w64-x86-64 wine wine64
# usage: windows.sh FOLDER
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
mkdir -p "$folder"
. "$here/../targets.sh"

# driver COMPILER RESULT
driver() {
  platform=$(platform_of "$1")
  options="-std=c++20 -O3 $(options_on "$platform") -pthread -ffp-contract=off -fno-exceptions -fno-rtti -Wall -Wextra -Wno-psabi
    -I $here/../../../kernels/include -I $here/.."
  objects=
  for target in $(targets_of "$platform"); do
    # shellcheck disable=SC2086
    "$1" $options $(options_of "$target") -DSF_TARGET="$target" -c "$here/../target.cpp" -o "$folder/$platform-$target.o"
    objects="$objects $folder/$platform-$target.o"
  done
  sources=$here/driver.cpp
  for part in $parts; do
    sources="$sources $here/../$part.cpp"
  done
  # shellcheck disable=SC2086
  "$1" $options -static $sources $objects -o "$folder/$2"
}

driver "${CXX:-x86_64-w64-mingw32-g++}" driver.exe
driver "${HOST_CXX:-g++}" driver
export WINEPREFIX="$folder/wine" WINEDEBUG=-all
wine=$(command -v wine64 || echo /usr/lib/wine/wine64)
"$wine" "$folder/driver.exe"
"$wine" "$folder/driver.exe" digests | tr -d '\r' >"$folder/windows.txt"
"$folder/driver" digests >"$folder/here.txt"
if ! diff "$folder/here.txt" "$folder/windows.txt"; then
  echo "Windows and this system give other bits" >&2
  exit 1
fi
echo "the bits of this system"
