package io.scorefield.engine.cuda.network;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.driver.Resources;
import io.scorefield.engine.cuda.driver.Struct;
import io.scorefield.network.Mlp;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// A network of equally wide hidden layers on a device as tensor cores want it: the weights between hidden layers as
/// halves, in tiles or stages (`TensorLayer` in `model.cuh`), those of the first and last layer as float32.
public final class TensorMemory implements AutoCloseable {
  private static final int LAYER = 48;

  /// Bytes of `TensorNetwork`.
  public static final int NETWORK = 48;

  /// The weights of a layer are scaled by a power of two to a largest one between this and twice it: what rounding
  /// leaves of them is then in the range of halves as well.
  private static final float LARGEST_WEIGHT = 512;

  private final Resources resources = new Resources();
  private final Mlp mlp;
  private final int width;
  private final long first;
  private final long last;
  private final long lastBias;
  private final long layers;

  /// Weights in tiles, for kernels whose warps multiply alone; on the device's thread.
  public static TensorMemory tiles(Device device, Mlp mlp, float[] parameters) {
    return new TensorMemory(device, mlp, parameters, Order.TILES);
  }

  /// Weights in stages, for kernels whose warpgroups multiply together; on the device's thread.
  ///
  /// @param rests whether what rounding leaves of weights has a part
  public static TensorMemory stages(Device device, Mlp mlp, float[] parameters, boolean rests) {
    return new TensorMemory(device, mlp, parameters, rests ? Order.STAGES_WITH_RESTS : Order.STAGES);
  }

  /// How the weights between hidden layers lie.
  private enum Order {
    TILES,
    STAGES,
    STAGES_WITH_RESTS
  }

  private TensorMemory(Device device, Mlp mlp, float[] parameters, Order order) {
    this.mlp = mlp;
    width = mlp.hidden()[0];
    int dimension = mlp.dimension();
    try (Arena arena = Arena.ofConfined()) {
      float[] columns = new float[dimension * width];
      for (int o = 0; o < width; o++) {
        for (int d = 0; d < dimension; d++) {
          columns[d * width + o] = parameters[mlp.weightOffset(0) + o * mlp.in(0) + d];
        }
      }
      first = resources.add(device.upload(columns)).address();
      int end = mlp.layers() - 1;
      last = floats(device, parameters, mlp.weightOffset(end), dimension * width);
      lastBias = floats(device, parameters, mlp.biasOffset(end), dimension);
      int count = mlp.layers() - 2;
      MemorySegment table = arena.allocate(Math.max(8, (long) LAYER * count), 8);
      for (int l = 1; l <= count; l++) {
        float scale = scale(parameters, mlp.weightOffset(l), width * width);
        Struct.in(table.asSlice((long) LAYER * (l - 1), LAYER))
            .longs(
                order == Order.TILES
                    ? allTiles(device, parameters, mlp.weightOffset(l), scale)
                    : stages(
                        device, new StageImage(width, order == Order.STAGES_WITH_RESTS), parameters,
                        mlp.weightOffset(l), scale))
            .longs(floats(device, parameters, mlp.biasOffset(l), width))
            .number(scale)
            .number(1 / scale)
            .done();
      }
      layers = resources.add(device.upload(table)).address();
    } catch (RuntimeException | Error e) {
      Resources.closeAfter(e, resources);
      throw e;
    }
  }

  private long floats(Device device, float[] from, int at, int count) {
    return resources.add(device.upload(Arrays.copyOfRange(from, at, at + count))).address();
  }

  private static float scale(float[] parameters, int at, int count) {
    float largest = 0;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, Math.abs(parameters[at + i]));
    }
    return largest == 0 || !Float.isFinite(largest)
        ? 1
        : Math.scalb(1f, Math.getExponent(LARGEST_WEIGHT) - Math.getExponent(largest));
  }

  /// Forward, forward rests, backward, backward rests.
  private long[] allTiles(Device device, float[] parameters, int at, float scale) {
    long[] tiles = new long[4];
    try (Arena arena = Arena.ofConfined()) {
      for (int kind = 0; kind < tiles.length; kind++) {
        tiles[kind] =
            resources.add(device.upload(tiles(arena, parameters, at, scale, kind >= 2, kind % 2 == 1))).address();
      }
    }
    return tiles;
  }

  /// The same of stages, which have their rests within.
  private long[] stages(Device device, StageImage image, float[] parameters, int at, float scale) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment forward = image.of((output, input) -> scale * parameters[at + output * width + input], arena);
      MemorySegment backward = image.of((output, input) -> scale * parameters[at + input * width + output], arena);
      return new long[] {
        resources.add(device.upload(forward)).address(), 0, resources.add(device.upload(backward)).address(), 0
      };
    }
  }

  /// The B tiles of a layer, a pair of words a lane, [k tile][n tile][lane].
  ///
  /// @param backward whether sums run over the outputs
  /// @param rest what rounding leaves instead of the rounded weights
  private MemorySegment tiles(
      Arena arena, float[] parameters, int at, float scale, boolean backward, boolean rest) {
    MemorySegment words = arena.allocate((long) width * width * Short.BYTES, 16);
    int index = 0;
    for (int k0 = 0; k0 < width; k0 += 16) {
      for (int n0 = 0; n0 < width; n0 += 8) {
        for (int lane = 0; lane < 32; lane++) {
          int n = n0 + lane / 4;
          for (int part = 0; part < 2; part++) {
            int k = k0 + 8 * part + 2 * (lane % 4);
            int word = 0;
            for (int i = 0; i < 2; i++) {
              int out = backward ? k + i : n;
              int in = backward ? n : k + i;
              float weight = scale * parameters[at + out * width + in];
              short half = rest ? HalfWords.rest(weight) : Float.floatToFloat16(weight);
              word |= (half & 0xFFFF) << (16 * i);
            }
            words.setAtIndex(JAVA_INT, index++, word);
          }
        }
      }
    }
    return words;
  }

  /// `TensorNetwork`.
  ///
  /// @param sharedRows rows of shared memory of a group
  public MemorySegment struct(Arena arena, int sharedRows) {
    return new Struct(arena, NETWORK)
        .longs(layers, first, last, lastBias)
        .integers(mlp.layers() - 2, mlp.dimension(), mlp.activation().ordinal(), sharedRows)
        .done();
  }

  @Override
  public void close() {
    resources.close();
  }
}
