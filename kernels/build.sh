#!/bin/sh
# Compiles kernels/*.cu to PTX in FOLDER/compute_NN/; where that cannot be done, FOLDER/unavailable.txt says why and
# the program runs without the CUDA engine. Assembles the PTX of compute_80 into FOLDER/sm_NN/*.cubin besides, so that
# cards of that kind start without the driver's translation. Files hopper_*.cu are for compute capability 9.0 alone, with
# what only that has: they are in compute_90a and sm_90a, the others are not.
# usage: [SF_CUBINS="80 89 90"] [SF_KERNELS="layers ..."] build.sh FOLDER
#   SF_CUBINS    the sm_NN; default: 90; "" for none
#   SF_KERNELS   only these files, without .cu
#        build.sh FOLDER NAME NN          one file for compute_NN: what the first form does for each
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
compiler=${NVCC:-nvcc}
if [ -z "${NVCC:-}" ] && ! command -v nvcc >/dev/null 2>&1 && [ -x /usr/local/cuda/bin/nvcc ]; then
  compiler=/usr/local/cuda/bin/nvcc
fi
cubins=${SF_CUBINS-90}
case " $cubins " in
  *" 90 "*) cubins="$cubins 90a" ;;
esac

# Whether a file of kernels, without its ending, is compiled for an instruction set, as in 80 or 90a.
belongs() {
  case $1:$2 in
    hopper_*:90a) ;;
    hopper_*:* | *:90a) return 1 ;;
  esac
}

# Kernels without tensor cores have one text for all instruction sets, but for its target: it is compiled once. OneTextTest
# holds the compiler to that, with SF_ONE_TEXT=no, which compiles everything for each.
one_text() {
  case ${SF_ONE_TEXT-yes}:$1 in
    no:* | *:tensor_* | *:affine_* | *:hopper_*) return 1 ;;
  esac
}

# A file newer than its source and all that it includes, and than this script?
current() {
  [ -f "$1" ] && [ -f "$1.d" ] && [ "$1" -nt "$here/build.sh" ] || return 1
  for part in $(sed -e 's/^[^:]*://' -e 's/\\$//' "$1.d"); do
    case $part in
      "$here"/*) [ -f "$part" ] && [ -z "$(find "$part" -newer "$1")" ] || return 1 ;;
    esac
  done
}

# compile NAME NN. The oldest PTX that the instructions allow, so that old drivers take it: 7.0 is CUDA 11.0's, 8.0 is 12.0's, 8.1 is 12.1's.
# nvcc writes its own version, and newer ones a hint that older assemblers do not know; assemblers check instructions against
# the version. Names of what a file keeps to itself contain a hash of the folder: without it the same source gives the same
# text anywhere. --fmad=false: the bits of the normals depend on it (include/portable.cuh).
compile() {
  ptx=$folder/compute_$2/$1.ptx
  current "$ptx" && return
  case $2:$1 in
    90a:hopper_training) version=8.1 ;;
    90a:*) version=8.0 ;;
    *) version=7.0 ;;
  esac
  if [ "$2" = 80 ] && one_text "$1"; then
    common=$folder/compute_75/$1.ptx
    cp "$common.d" "$ptx.d"
    sed 's/^\.target sm_75$/.target sm_80/' "$common" >"$ptx.new"
  else
    "$compiler" -std=c++17 -O3 -ptx -arch="compute_$2" --fmad=false -I "$here/include" -I "$here" \
      -MD -MF "$ptx.d" "$here/$1.cu" -o "$ptx.raw"
    sed -e "s/^\.version .*/.version $version/" -e '/\.pragma "used_bytes_mask/d' \
      -e 's/_INTERNAL_[0-9a-f]\{8\}_/_INTERNAL_00000000_/g' "$ptx.raw" >"$ptx.new"
    rm -f "$ptx.raw"
  fi
  mv "$ptx.new" "$ptx"
}

# assemble NAME NN. From the PTX as it lies in the jar, so that a cubin is what the driver makes of the PTX, give or take its
# version. What the assembler says of registers and spills stands beside it (*.cubin.d). An assembler that does not know
# sm_NN leaves that kind of card to the PTX.
assemble() {
  for architecture in $cubins; do
    case $2:$architecture in
      90a:90a) ;;
      90a:* | *:90a | 75:*) continue ;;
    esac
    cubin=$folder/sm_$architecture/$1.cubin
    if [ -f "$cubin" ] && [ -z "$(find "$folder/compute_$2/$1.ptx" -newer "$cubin")" ]; then
      continue
    fi
    if "$compiler" -cubin -arch="sm_$architecture" -Xptxas -v "$folder/compute_$2/$1.ptx" -o "$cubin.new" 2>"$cubin.d"; then
      mv "$cubin.new" "$cubin"
    else
      cat "$cubin.d" >&2
      : >"$folder/sm_$architecture.failed"
    fi
  done
}

if [ $# -eq 3 ]; then
  compile "$2" "$3"
  assemble "$2" "$3"
  # The same text serves it.
  if [ "$3" = 75 ] && one_text "$2"; then
    compile "$2" 80
    assemble "$2" 80
  fi
  exit 0
fi

mkdir -p "$folder"

unavailable() {
  rm -rf "$folder"/compute_* "$folder"/sm_*
  echo "$1" >"$folder/unavailable.txt"
  echo "CUDA engine: kernels not compiled: $1" >&2
  exit 0
}

command -v "$compiler" >/dev/null 2>&1 || unavailable \
  "it was built without nvcc; install the CUDA toolkit 12 or 13 (its compiler is enough) and build again with: mvn -DskipTests clean package"
if ! "$compiler" -std=c++17 -ptx -arch=compute_75 -o /dev/null "$here/forward_noising.cu" -I "$here/include" -I "$here" \
    >"$folder/nvcc.log" 2>&1; then
  reason=$(head -n 1 "$folder/nvcc.log")
  rm -f "$folder/nvcc.log"
  unavailable "its kernels could not be compiled with $compiler: $reason"
fi
rm -f "$folder/nvcc.log" "$folder/unavailable.txt"

# Files of kernels that are gone.
for file in "$folder"/compute_*/*.ptx "$folder"/sm_*/*.cubin; do
  name=$(basename "${file%.*}")
  target=$(basename "$(dirname "$file")")
  { [ -f "$here/$name.cu" ] && belongs "$name" "${target#*_}"; } || rm -f "$file" "$file.d"
done
for old in "$folder"/sm_*; do
  case " $cubins " in
    *" ${old##*/sm_} "*) ;;
    *) rm -rf "$old" ;;
  esac
done
for capability in 75 80 90a; do
  mkdir -p "$folder/compute_$capability"
done
for architecture in $cubins; do
  mkdir -p "$folder/sm_$architecture"
done

# A job a processor, the long ones first.
jobs() {
  for source in "$here"/*.cu; do
    name=$(basename "$source" .cu)
    case " ${SF_KERNELS-$name} " in
      *" $name "*) ;;
      *) continue ;;
    esac
    case $name in
      hopper_sampling | tensor_* | reverse_sampling) order=1 ;;
      *) order=2 ;;
    esac
    for capability in 90a 80 75; do
      if belongs "$name" "$capability" && ! { [ "$capability" = 80 ] && one_text "$name"; }; then
        echo "$order $name $capability"
      fi
    done
  done
}
jobs | sort -s -n -k 1,1 | cut -d ' ' -f 2,3 \
  | NVCC=$compiler xargs -r -P "$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)" -n 2 sh "$here/build.sh" "$folder"

for failed in "$folder"/sm_*.failed; do
  if [ -f "$failed" ]; then
    rm -rf "${failed%.failed}" "$failed"
    echo "CUDA engine: no cubins for $(basename "${failed%.failed}"): $compiler cannot assemble them" >&2
  fi
done
