# The instruction sets that the engine is compiled for on this machine, and their options; read by build.sh and test/sanitize.sh.

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

targets=portable
if [ "$(uname -m)" = x86_64 ]; then
  targets="portable avx2 avx512 avx512bf16"
fi

# Everything but target.cpp, which is compiled once for each.
parts="engine sampling training training_layout program_training"
