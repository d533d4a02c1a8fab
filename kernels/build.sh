#!/bin/sh
# Compiles kernels/*.cu to PTX in FOLDER/compute_NN/; where that cannot be done, FOLDER/unavailable.txt says why and
# the program runs without the CUDA engine. Assembles the PTX of compute_80 into FOLDER/sm_NN/*.cubin besides, so that
# cards of that kind start without the driver's translation. Files hopper_*.cu are for compute capability 9.0 alone, with
# what only that has: they are in compute_90a and sm_90a, the others are not.
# usage: [SF_CUBINS="80 89 90"] [SF_KERNELS="layers ..."] build.sh FOLDER
#   SF_CUBINS    the sm_NN; default: 90; "" for none
#   SF_KERNELS   only these files, without .cu
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
mkdir -p "$folder"

unavailable() {
  rm -rf "$folder"/compute_* "$folder"/sm_*
  echo "$1" >"$folder/unavailable.txt"
  echo "CUDA engine: kernels not compiled: $1" >&2
  exit 0
}

compiler=${NVCC:-nvcc}
if [ -z "${NVCC:-}" ] && ! command -v nvcc >/dev/null 2>&1 && [ -x /usr/local/cuda/bin/nvcc ]; then
  compiler=/usr/local/cuda/bin/nvcc
fi
command -v "$compiler" >/dev/null 2>&1 || unavailable \
  "it was built without nvcc; install the CUDA toolkit 12 or 13 (its compiler is enough) and build again with: mvn -DskipTests clean package"
if ! "$compiler" -std=c++17 -ptx -arch=compute_75 -o /dev/null "$here/forward_noising.cu" -I "$here/include" -I "$here" \
    >"$folder/nvcc.log" 2>&1; then
  reason=$(head -n 1 "$folder/nvcc.log")
  rm -f "$folder/nvcc.log"
  unavailable "its kernels could not be compiled with $compiler: $reason"
fi
rm -f "$folder/nvcc.log" "$folder/unavailable.txt"

# Whether a file of kernels, without its ending, is compiled for an instruction set, as in 80 or 90a.
belongs() {
  case $1:$2 in
    hopper_*:90a) ;;
    hopper_*:* | *:90a) return 1 ;;
  esac
}

# Files of kernels that are gone.
for file in "$folder"/compute_*/*.ptx "$folder"/sm_*/*.cubin; do
  name=$(basename "${file%.*}")
  target=$(basename "$(dirname "$file")")
  { [ -f "$here/$name.cu" ] && belongs "$name" "${target#*_}"; } || rm -f "$file" "$file.d"
done

# A file newer than its source and all that it includes, and than this script?
current() {
  [ -f "$1" ] && [ -f "$1.d" ] && [ "$1" -nt "$here/build.sh" ] || return 1
  for part in $(sed -e 's/^[^:]*://' -e 's/\\$//' "$1.d"); do
    case $part in
      "$here"/*) [ -f "$part" ] && [ -z "$(find "$part" -newer "$1")" ] || return 1 ;;
    esac
  done
}

# The oldest PTX that the instructions allow, so that old drivers take it: 7.0 is CUDA 11.0's, 8.0 is 12.0's. nvcc writes its own
# version, and newer ones a hint that older assemblers do not know; assemblers check instructions against the version.
# Names of what a file keeps to itself contain a hash of the folder: without it the same source gives the same text anywhere.
# Kernels without tensor cores have one text for all instruction sets, but for its target: it is compiled once. OneTextTest
# holds the compiler to that, with SF_ONE_TEXT=no, which compiles everything for each.
one_text() {
  case ${SF_ONE_TEXT-yes}:$1 in
    no:* | *:tensor_* | *:affine_* | *:hopper_*) return 1 ;;
  esac
}
for target in 75:7.0 80:7.0 90a:8.0; do
  capability=${target%%:*}
  version=${target##*:}
  mkdir -p "$folder/compute_$capability"
  for source in "$here"/*.cu; do
    name=$(basename "$source" .cu)
    ptx=$folder/compute_$capability/$name.ptx
    case " ${SF_KERNELS-$name} " in
      *" $name "*) ;;
      *) continue ;;
    esac
    if ! belongs "$name" "$capability" || current "$ptx"; then
      continue
    fi
    if [ "$capability" != 75 ] && one_text "$name"; then
      common=$folder/compute_75/$name.ptx
      cp "$common.d" "$ptx.d"
      sed "s/^\.target sm_75\$/.target sm_$capability/" "$common" >"$ptx.new"
      mv "$ptx.new" "$ptx"
      continue
    fi
    # --fmad=false: the bits of the normals depend on it (include/portable.cuh).
    (
      "$compiler" -std=c++17 -O3 -ptx -arch="compute_$capability" --fmad=false -I "$here/include" -I "$here" \
        -MD -MF "$ptx.d" "$source" -o "$ptx.new"
      sed -e "s/^\.version .*/.version $version/" -e '/\.pragma "used_bytes_mask/d' \
        -e 's/_INTERNAL_[0-9a-f]\{8\}_/_INTERNAL_00000000_/g' "$ptx.new" >"$ptx.lowered"
      mv "$ptx.lowered" "$ptx"
      rm -f "$ptx.new"
    ) &
    jobs="${jobs:-} $!"
  done
  for job in ${jobs:-}; do
    wait "$job"
  done
  jobs=
done

# From the PTX as it lies in the jar, so that a cubin is what the driver makes of the PTX, give or take its version.
# Two at a time, the largest first. What the assembler says of registers and spills stands beside it (*.cubin.d). An assembler that does not know sm_NN leaves that kind of card to the PTX.
cubins=${SF_CUBINS-90}
case " $cubins " in
  *" 90 "*) cubins="$cubins 90a" ;;
esac
for old in "$folder"/sm_*; do
  case " $cubins " in
    *" ${old##*/sm_} "*) ;;
    *) rm -rf "$old" ;;
  esac
done
for architecture in $cubins; do
  mkdir -p "$folder/sm_$architecture"
  capability=80
  if [ "$architecture" = 90a ]; then
    capability=90a
  fi
  for ptx in $(find "$folder/compute_$capability" -name '*.ptx' -exec ls -S {} +); do
    cubin=$folder/sm_$architecture/$(basename "$ptx" .ptx).cubin
    if [ ! -f "$cubin" ] || [ -n "$(find "$ptx" -newer "$cubin")" ]; then
      echo "$ptx $cubin"
    fi
  done | xargs -r -P 2 -n 2 sh -c \
    '"$0" -cubin -arch="sm_$1" -Xptxas -v "$2" -o "$3.new" 2>"$3.d" && mv "$3.new" "$3" || { cat "$3.d" >&2; exit 1; }' \
    "$compiler" "$architecture" || {
    rm -rf "$folder/sm_$architecture"
    echo "CUDA engine: no cubins for sm_$architecture: $compiler cannot assemble them" >&2
  }
done
