package io.scorefield.engine.cuda.network;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.driver.DeviceMemory;
import io.scorefield.engine.cuda.driver.HostMemory;
import io.scorefield.engine.cuda.driver.Resources;
import io.scorefield.engine.cuda.driver.Struct;
import io.scorefield.network.Mlp;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A network on a device: every layer's weights in both orders of sums, padded, with the structs that describe them
/// (`kernels/device/model.cuh`).
public final class NetworkMemory implements KernelNetwork {
  /// Bytes of a layer's struct.
  public static final int LAYER = 56;

  static final int NETWORK = 24;

  private final Mlp mlp;
  private final Resources resources = new Resources();
  private final DeviceMemory layers;
  private final DeviceMemory weights;
  private final long[] forward;
  private final long[] backward;
  private final long[] bias;

  /// Puts the weights on the device, on its thread.
  public NetworkMemory(Device device, Mlp mlp, float[] parameters) {
    this.mlp = mlp;
    forward = new long[mlp.layers()];
    backward = new long[mlp.layers()];
    bias = new long[mlp.layers()];
    long floats = floats(mlp);
    try (Arena arena = Arena.ofConfined();
        HostMemory host = new HostMemory(floats * Float.BYTES)) {
      weights = resources.add(new DeviceMemory(floats * Float.BYTES));
      MemorySegment copy = host.segment();
      copy.fill((byte) 0);
      MemorySegment table = arena.allocate((long) LAYER * mlp.layers(), 8);
      long at = 0;
      int inputRow = 0;
      int deltaRow = 0;
      for (int l = 0; l < mlp.layers(); l++) {
        int in = mlp.in(l);
        int out = mlp.out(l);
        long forwards = at;
        long backwards = forwards + (long) in * padded(out);
        long biases = backwards + (long) out * padded(in);
        at = biases + padded(out);
        for (int o = 0; o < out; o++) {
          for (int i = 0; i < in; i++) {
            float weight = parameters[mlp.weightOffset(l) + o * in + i];
            copy.setAtIndex(JAVA_FLOAT, forwards + (long) i * padded(out) + o, weight);
            copy.setAtIndex(JAVA_FLOAT, backwards + (long) o * padded(in) + i, weight);
          }
          copy.setAtIndex(JAVA_FLOAT, biases + o, parameters[mlp.biasOffset(l) + o]);
        }
        forward[l] = weights.address() + forwards * Float.BYTES;
        backward[l] = weights.address() + backwards * Float.BYTES;
        bias[l] = weights.address() + biases * Float.BYTES;
        Struct.in(table.asSlice((long) LAYER * l, LAYER))
            .longs(forward[l], backward[l], bias[l])
            .integers(in, out, padded(in), padded(out), inputRow, deltaRow, mlp.weightOffset(l), 0)
            .done();
        inputRow += in;
        deltaRow += out;
      }
      device.copy(copy, weights, 0);
      layers = resources.add(device.upload(table));
    } catch (RuntimeException | Error e) {
      Resources.closeAfter(e, resources);
      throw e;
    }
  }

  /// Floats of the copies of the weights.
  public static long floats(Mlp mlp) {
    long floats = 0;
    for (int l = 0; l < mlp.layers(); l++) {
      floats += (long) mlp.in(l) * padded(mlp.out(l)) + (long) mlp.out(l) * padded(mlp.in(l)) + padded(mlp.out(l));
    }
    return floats;
  }

  /// The address of the copies of the weights.
  public long weights() {
    return weights.address();
  }

  /// Address of a layer's weights with the inputs first, [in][out padded].
  long forward(int layer) {
    return forward[layer];
  }

  /// Address of a layer's weights with the outputs first, [out][in padded].
  long backward(int layer) {
    return backward[layer];
  }

  /// Address of a layer's bias, [out padded].
  public long bias(int layer) {
    return bias[layer];
  }

  /// Rows of products are so long.
  public static int padded(int width) {
    return (width + 7) / 8 * 8;
  }

  /// The widest hidden layer.
  public static int widest(Mlp mlp) {
    int widest = 0;
    for (int width : mlp.hidden()) {
      widest = Math.max(widest, width);
    }
    return widest;
  }

  /// Neurons of all hidden layers.
  public static int neurons(Mlp mlp) {
    int neurons = 0;
    for (int width : mlp.hidden()) {
      neurons += width;
    }
    return neurons;
  }

  @Override
  public MemorySegment[] arguments(Arena arena) {
    return new MemorySegment[0];
  }

  @Override
  public MemorySegment struct(Arena arena) {
    return new Struct(arena, NETWORK)
        .longs(layers.address())
        .integers(mlp.layers(), mlp.dimension(), mlp.timeFeatures(), mlp.activation().ordinal())
        .done();
  }

  @Override
  public void close() {
    resources.close();
  }
}
