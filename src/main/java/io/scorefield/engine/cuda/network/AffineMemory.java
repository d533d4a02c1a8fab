package io.scorefield.engine.cuda.network;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.scorefield.engine.StepProgram;
import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.driver.Resources;
import io.scorefield.engine.cuda.driver.Struct;
import io.scorefield.engine.layout.FoldedFeatures;
import io.scorefield.engine.layout.Tables;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A network of two components and equally wide hidden layers as `kernels/device/affine_network.cuh` wants it: an image
/// that a block copies into shared memory, and the first layer with the time features of every row.
public final class AffineMemory implements AutoCloseable {
  /// Bytes of `AffineNetwork`.
  private static final int NETWORK = 24;

  private static final int COMPONENTS = 2;

  /// Samples of a tile go in four lanes of a row.
  private static final int TILES = 4;

  /// A thread keeps four float4 in shared memory behind the image.
  private static final int KEPT = 4 * 4 * Float.BYTES;

  private static final int UINT4 = 16;

  private final Resources resources = new Resources();
  private final long image;
  private final long rows;
  private final int size;
  private final int layers;

  /// Puts the network on the device, on its thread.
  ///
  /// @param low whether weights are two halves
  public AffineMemory(Device device, Network network, StepProgram program, boolean low) {
    Mlp mlp = Tables.mlp(network.architecture());
    layers = mlp.hidden().length - 1;
    try (Arena arena = Arena.ofConfined()) {
      int[] words = image(mlp, network.parameters(), low);
      size = words.length * Integer.BYTES / UINT4;
      image = resources.add(device.upload(arena.allocateFrom(JAVA_INT, words))).address();
      rows = resources.add(device.upload(arena.allocateFrom(JAVA_INT, rows(network, program, low, arena)))).address();
    } catch (RuntimeException | Error e) {
      Resources.closeAfter(e, resources);
      throw e;
    }
  }

  /// Bytes of shared memory of a block.
  public static int shared(Mlp mlp, boolean low, int threads) {
    int width = mlp.hidden()[0];
    int parts = low ? 2 : 1;
    int layer = parts * width * width * Short.BYTES + 2 * width * Float.BYTES;
    int last = parts * TILES * 8 * width * Short.BYTES + UINT4;
    return (mlp.hidden().length - 1) * layer + last + threads * KEPT;
  }

  /// Whether halves can hold the weights, and two of them every bias of the first layer.
  public static boolean holds(Network network, StepProgram program) {
    Mlp mlp = Tables.mlp(network.architecture());
    for (int l = 0; l < mlp.layers(); l++) {
      if (!HalfWords.hold(network.parameters(), mlp.weightOffset(l), mlp.out(l) * mlp.in(l))) {
        return false;
      }
    }
    try (Arena arena = Arena.ofConfined()) {
      float[] biases = FoldedFeatures.of(network, program, mlp.out(0), arena).toArray(JAVA_FLOAT);
      return HalfWords.hold(biases, 0, biases.length);
    }
  }

  /// Appends words.
  private static final class Words {
    private final int[] words;
    private int at;

    Words(int bytes) {
      words = new int[bytes / Integer.BYTES];
    }

    void add(int word) {
      words[at++] = word;
    }

    void add(float number) {
      add(Float.floatToRawIntBits(number));
    }
  }

  /// A weight by its layer's input and by a column of the tiles.
  @FunctionalInterface
  private interface Weight {
    float of(int input, int column);
  }

  /// The hidden layers, each with its bias, then the last.
  private static int[] image(Mlp mlp, float[] parameters, boolean low) {
    int width = mlp.hidden()[0];
    Words words = new Words(shared(mlp, low, 0));
    int end = mlp.layers() - 1;
    for (int l = 1; l < end; l++) {
      int weights = mlp.weightOffset(l);
      Weight weight = (input, column) -> parameters[weights + column * width + input];
      for (int part = 0; part < (low ? 2 : 1); part++) {
        for (int k = 0; k < width; k += 16) {
          for (int n = 0; n < width; n += 16) {
            pairOfTiles(words, weight, part == 1, k, n, k, n + 8);
          }
        }
      }
      int bias = mlp.biasOffset(l);
      for (int t = 0; t < TILES; t++) {
        for (int n = 2 * t; n < width; n += 8) {
          for (int i = 0; i < 4; i++) {
            words.add(parameters[bias + n + i % 2]);
          }
        }
      }
    }
    int last = mlp.weightOffset(end);
    for (int part = 0; part < (low ? 2 : 1); part++) {
      for (int tile = 0; tile < TILES; tile++) {
        int own = tile;
        Weight weight =
            (input, column) -> column / 2 == own ? parameters[last + column % 2 * width + input] : 0;
        for (int k = 0; k < width; k += 32) {
          pairOfTiles(words, weight, part == 1, k, 0, k + 16, 0);
        }
      }
    }
    for (int i = 0; i < 4; i++) {
      words.add(parameters[mlp.biasOffset(end) + i % 2]);
    }
    return words.words;
  }

  /// Two B tiles, side by side for every lane.
  private static void pairOfTiles(
      Words words, Weight weight, boolean rest, int firstK, int firstN, int secondK, int secondN) {
    for (int lane = 0; lane < 32; lane++) {
      for (int tile = 0; tile < 2; tile++) {
        int column = (tile == 0 ? firstN : secondN) + lane / 4;
        for (int half = 0; half < 2; half++) {
          int input = (tile == 0 ? firstK : secondK) + 8 * half + 2 * (lane % 4);
          words.add(pair(weight.of(input, column), weight.of(input + 1, column), rest));
        }
      }
    }
  }

  private static int pair(float first, float second, boolean rest) {
    return rest ? HalfWords.rest(first, second) : HalfWords.rounded(first, second);
  }

  /// Of every row that uses the network [g][n] the weights of output 8 n + g and its bias; then the rest of the weights.
  private static int[] rows(Network network, StepProgram program, boolean low, Arena arena) {
    Mlp mlp = Tables.mlp(network.architecture());
    float[] parameters = network.parameters();
    int width = mlp.hidden()[0];
    MemorySegment biases = FoldedFeatures.of(network, program, width, arena);
    long count = program.networkEvaluations();
    Words words = new Words(Math.toIntExact(count * (low ? 2 : 1) * width * 2 * Integer.BYTES));
    for (long row = 0; row < count; row++) {
      for (int part = 0; part < (low ? 2 : 1); part++) {
        for (int g = 0; g < 8; g++) {
          for (int o = g; o < width; o += 8) {
            int at = mlp.weightOffset(0) + o * mlp.in(0);
            words.add(pair(parameters[at], parameters[at + COMPONENTS - 1], part == 1));
            words.add(part == 1 ? 0 : HalfWords.both(biases.getAtIndex(JAVA_FLOAT, row * width + o)));
          }
        }
      }
    }
    return words.words;
  }

  /// `AffineNetwork`.
  public MemorySegment struct(Arena arena) {
    return new Struct(arena, NETWORK).longs(image, rows).integers(size, layers).done();
  }

  @Override
  public void close() {
    resources.close();
  }
}
