#!/bin/sh
# Builds libcublas_forward.so into FOLDER; without a compiler or on another processor there is none.
# usage: build.sh FOLDER
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$1/linux-amd64
compiler=${CC:-gcc}
if [ "$(uname -sm)" != "Linux x86_64" ] || ! command -v "$compiler" >/dev/null 2>&1; then
  exit 0
fi
mkdir -p "$folder"
library=$folder/libcublas_forward.so
if [ -f "$library" ] && [ -z "$(find "$here" -type f ! -name '*.md' -newer "$library" -print | head -n 1)" ]; then
  exit 0
fi
"$compiler" -O2 -Wall -Wextra -shared -fPIC -Wl,-soname,libcublas.so.12 -Wl,--version-script="$here/forward.map" \
  "$here/forward.c" -o "$library.new" -ldl
mv "$library.new" "$library"
