package io.scorefield.engine.cuda.network;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The weights between two hidden layers as warpgroups multiply them (`weight_ring.cuh`): in stages, each the weights of
/// 256 outputs for some inputs, rounded to halves, and after them, where asked for, what rounding left of them.
///
/// Within a stage an output is a row of 32 or 64 bytes; the pieces of 16 bytes of eight rows are exchanged so that those of
/// the same inputs lie in different banks of shared memory (`swizzled` in `warpgroup.cuh`).
///
/// @param width of the layers, a multiple of 256
/// @param rests whether what rounding leaves follows
public record StageImage(int width, boolean rests) {
  /// Outputs of a stage.
  static final int OUTPUTS = 256;

  /// Bytes of a stage.
  public static final int BYTES = OUTPUTS * 32 * Short.BYTES;

  private static final int PIECE = 16;

  /// A layer's weights by output and input.
  @FunctionalInterface
  interface Weights {
    float get(int output, int input);
  }

  /// Inputs of a stage.
  int inputs() {
    return rests ? 16 : 32;
  }

  /// Where the weight of an output and input of the stage lies, in bytes.
  int place(int output, int input) {
    int row = inputs() * Short.BYTES;
    int at = output * row + input * Short.BYTES;
    return at ^ (at >> 7 & row / PIECE - 1) * PIECE;
  }

  /// All stages, [outputs / 256][inputs of a stage].
  MemorySegment of(Weights weights, Arena arena) {
    MemorySegment image = arena.allocate((long) width * width * Short.BYTES * (rests ? 2 : 1), PIECE);
    long stage = 0;
    for (int first = 0; first < width; first += OUTPUTS) {
      for (int from = 0; from < width; from += inputs()) {
        for (int output = 0; output < OUTPUTS; output++) {
          for (int input = 0; input < inputs(); input++) {
            float weight = weights.get(first + output, from + input);
            long at = stage + place(output, input);
            image.set(JAVA_SHORT, at, Float.floatToFloat16(weight));
            if (rests) {
              image.set(JAVA_SHORT, at + BYTES / 2, HalfWords.rest(weight));
            }
          }
        }
        stage += BYTES;
      }
    }
    return image;
  }
}
