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
/// tiles of halves (`TensorLayer` in `model.cuh`), those of the first and last layer as float32.
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

  /// Puts the weights on the device, on its thread.
  public TensorMemory(Device device, Mlp mlp, float[] parameters) {
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
        long[] tiles = new long[4];
        for (int kind = 0; kind < tiles.length; kind++) {
          tiles[kind] =
              resources
                  .add(device.upload(tiles(arena, parameters, mlp.weightOffset(l), scale, kind >= 2, kind % 2 == 1)))
                  .address();
        }
        Struct.in(table.asSlice((long) LAYER * (l - 1), LAYER))
            .longs(tiles)
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
              short high = Float.floatToFloat16(weight);
              short half = rest ? Float.floatToFloat16(weight - Float.float16ToFloat(high)) : high;
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
