package io.scorefield.engine.nativecpu;

import java.util.List;

/// How the native engine works.
///
/// @param instructions one of {@link #INSTRUCTIONS}; empty: the best that the processor has
/// @param half whether sampling rounds what is multiplied between hidden layers to bfloat16
public record NativeOptions(String instructions, boolean half) {
  /// The instruction sets that the engine is compiled for, the best last.
  public static final List<String> INSTRUCTIONS = List.of("portable", "avx2", "avx512");

  public NativeOptions {
    if (!instructions.isEmpty() && !INSTRUCTIONS.contains(instructions)) {
      throw new IllegalArgumentException("there are no instructions '" + instructions + "'");
    }
  }

  /// The best instructions, float32.
  public static NativeOptions defaults() {
    return new NativeOptions("", false);
  }
}
