package io.scorefield.peers;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The threads of OpenBLAS, which multiplies matrices for LibTorch and has threads of its own: LibTorch's setting does not
/// reach them, and on a busy machine they wait for each other hundreds of times longer than they work.
@SuppressWarnings("restricted") // calls a C library
final class MatrixThreads {
  private static final MethodHandle SET =
      Linker.nativeLinker()
          .downcallHandle(symbol("openblas_set_num_threads"), FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));

  private MatrixThreads() {}

  /// LibTorch must have been loaded: this is the copy that it brings.
  private static MemorySegment symbol(String name) {
    return SymbolLookup.libraryLookup("libopenblas.so.0", Arena.global()).findOrThrow(name);
  }

  static void set(int threads) {
    try {
      SET.invokeExact(threads);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
