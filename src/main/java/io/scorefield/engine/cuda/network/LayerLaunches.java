package io.scorefield.engine.cuda.network;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.scorefield.engine.cuda.driver.Cublas;
import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.driver.Kernels;
import io.scorefield.network.Mlp;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.stream.Stream;

/// A network one layer at a time, activations in device memory [neurons][stride]: products by kernels of ours or by
/// cuBLAS. On the device's thread.
public final class LayerLaunches {
  /// Threads of kernels that take a sample each.
  public static final int THREADS = 64;

  private static final String FILE = "layers";
  private static final int BLOCK = 256;

  /// Up to so many samples, products have blocks of their own: `layer_product_narrow`.
  private static final int NARROW = 64;

  private static final int NARROW_BLOCK = 128;
  private static final int NARROW_SHARED = 256 * (8 + 32) * Float.BYTES;

  private static final int NO_ACTIVATION = -1;

  private final Kernels kernels;
  private final Optional<Cublas> cublas;
  private final Mlp mlp;
  private final NetworkMemory network;
  private final int stride;

  /// @param stride samples, a multiple of 64
  public LayerLaunches(Device device, Optional<Cublas> cublas, Mlp mlp, NetworkMemory network, int stride) {
    this.kernels = device.kernels();
    this.cublas = cublas;
    this.mlp = mlp;
    this.network = network;
    this.stride = stride;
  }

  /// Where the rows of each layer's inputs begin; after the last the output's.
  public interface Buffers {
    /// Address of the inputs of a layer, `[in][stride]`.
    long inputs(int layer);

    /// Address of the gradients at a layer's outputs, `[out][stride]`.
    long deltas(int layer);

    /// Address of the derivatives at a hidden layer's outputs, `[out][stride]`; 0: they are not kept.
    long kept(int layer);

    /// Address of the output, `[D][stride]`.
    long output();
  }

  /// inputs(0) -> output, through all layers.
  ///
  /// @param firstInputs rows of the first layer's input
  /// @param firstBias address of its bias
  public void forward(Buffers buffers, int firstInputs, long firstBias) {
    for (int l = 0; l < mlp.layers(); l++) {
      boolean last = l == mlp.layers() - 1;
      long to = last ? buffers.output() : buffers.inputs(l + 1);
      long bias = l == 0 ? firstBias : network.bias(l);
      int activation = last ? NO_ACTIVATION : mlp.activation().ordinal();
      long kept = last ? 0 : buffers.kept(l);
      product(
          network.forward(l), NetworkMemory.padded(mlp.out(l)), mlp.out(l), l == 0 ? firstInputs : mlp.in(l),
          buffers.inputs(l), to, new After(bias, activation, kept, 0));
      if (!fused()) {
        try (Arena arena = Arena.ofConfined()) {
          launch(
              "layer_activate", blocks((long) mlp.out(l) * stride), 1, address(arena, to), address(arena, bias),
              integer(arena, mlp.out(l)), integer(arena, stride), integer(arena, activation), address(arena, kept));
        }
      }
    }
  }

  /// What follows a product of few samples in the same kernel.
  ///
  /// @param bias address of a layer's bias; 0: none, and no activation
  /// @param kept address that receives the derivatives of the activation; 0: none does
  /// @param times address of what the results are multiplied by; 0: by nothing
  private record After(long bias, int activation, long kept, long times) {}

  /// Whether products are ours and have so few samples that what follows is in their kernel.
  private boolean fused() {
    return cublas.isEmpty() && stride <= NARROW;
  }

  /// From the gradient at the output, `deltas` of the last layer.
  ///
  /// @param input address that receives the gradient at the first D inputs; 0: it is not wanted
  public void backward(Buffers buffers, long input) {
    for (int l = mlp.layers() - 1; l >= 0; l--) {
      if (l == 0 && input == 0) {
        return;
      }
      int count = l == 0 ? mlp.dimension() : mlp.in(l);
      long to = l == 0 ? input : buffers.deltas(l - 1);
      product(
          network.backward(l), NetworkMemory.padded(mlp.in(l)), count, mlp.out(l), buffers.deltas(l), to,
          new After(0, NO_ACTIVATION, 0, l > 0 ? buffers.kept(l - 1) : 0));
      if (l > 0 && !fused()) {
        try (Arena arena = Arena.ofConfined()) {
          long numbers = (long) count * stride;
          launch(
              "layer_derivative", blocks(numbers), 1, address(arena, to), address(arena, buffers.kept(l - 1)),
              address(arena, numbers));
        }
      }
    }
  }

  private void product(long a, int padded, int count, int length, long b, long c, After after) {
    if (cublas.isPresent()) {
      cublas.get().product(a, padded, count, length, b, c, stride);
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment[] product = {
        address(arena, a), integer(arena, padded), integer(arena, count), integer(arena, length), address(arena, b),
        address(arena, c), integer(arena, stride)
      };
      if (fused()) {
        MemorySegment[] rest = {
          address(arena, after.bias()), integer(arena, after.activation()), address(arena, after.kept()),
          address(arena, after.times())
        };
        kernels.launch(
            kernels.get(FILE, "layer_product_narrow"), stride / 32, (count + 7) / 8, NARROW_BLOCK, NARROW_SHARED,
            Stream.of(product, rest).flatMap(Stream::of).toArray(MemorySegment[]::new));
      } else {
        kernels.launch(kernels.get(FILE, "layer_product"), stride / 64, (count + 127) / 128, BLOCK, 0, product);
      }
    }
  }

  private void launch(String name, long gridX, int gridY, MemorySegment... arguments) {
    kernels.launch(kernels.get(FILE, name), gridX, gridY, BLOCK, 0, arguments);
  }

  private static long blocks(long numbers) {
    return Math.min((numbers + BLOCK - 1) / BLOCK, 1 << 16);
  }

  private static MemorySegment address(Arena arena, long value) {
    return arena.allocateFrom(JAVA_LONG, value);
  }

  private static MemorySegment integer(Arena arena, int value) {
    return arena.allocateFrom(JAVA_INT, value);
  }
}
