# The platform that a compiler compiles for, the instruction sets there, and their options; read by build.sh and the scripts in test.

# What Java calls the platform of the compiler $1: SYSTEM-ARCHITECTURE. Empty where it is none that the engine is known to build for.
platform_of() {
  machine=$("$1" -dumpmachine 2>/dev/null) || machine=
  case $machine in
    x86_64-*|amd64-*) architecture=amd64 ;;
    aarch64-*|arm64-*) architecture=aarch64 ;;
    *) return 0 ;;
  esac
  case $machine in
    *-linux-*) echo "linux-$architecture" ;;
    *-apple-darwin*) echo "macos-$architecture" ;;
    *-mingw32*|*-windows-gnu*) echo "windows-$architecture" ;;
  esac
}

# The name of a shared library on the platform $1.
library_of() {
  case $1 in
    windows-*) echo "$2.dll" ;;
    macos-*) echo "lib$2.dylib" ;;
    *) echo "lib$2.so" ;;
  esac
}

# The instruction sets of the platform $1.
targets_of() {
  case $1 in
    *-amd64) echo "portable avx2 avx512 avx512bf16" ;;
    *) echo portable ;;
  esac
}

# Options for all code on the platform $1. GNU's compiler does not keep vectors on the stack of Windows aligned; the assembler then
# writes instructions that do not mind.
options_on() {
  case $1 in
    windows-*) echo "-Wa,-muse-unaligned-vector-move" ;;
    *) echo "-fPIC" ;;
  esac
}

# The options of the instruction set $1.
options_of() {
  case $1 in
    avx2) echo "-mavx2 -mfma" ;;
    # The compiler's own header of these intrinsics trips these warnings.
    avx512) echo "-mavx512f -mavx512dq -mavx512bw -mavx512vl -mavx2 -mfma -mprefer-vector-width=512 -Wno-maybe-uninitialized -Wno-uninitialized" ;;
    # The same, for sampling in half precision.
    avx512bf16) echo "$(options_of avx512) -mavx512bf16" ;;
  esac
}

# Everything but target.cpp, which is compiled once for each.
parts="fused engine sampling training training_layout program_training"
