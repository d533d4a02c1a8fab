package io.scorefield.engine.cuda.sampling;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.scorefield.engine.EngineException;
import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.driver.DeviceMemory;
import io.scorefield.engine.cuda.driver.Kernels;
import io.scorefield.engine.cuda.network.Precision;
import io.scorefield.engine.cuda.network.TensorMemory;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A product that is known, made by a device before its warpgroups are relied on. How they want operands in shared memory
/// is written down in words only, and a mistake would give wrong samples without an error.
final class WarpgroupCheck {
  private static final int WIDTH = 512;
  private static final int SAMPLES = 256;
  private static final int THREADS = 384;

  /// Much more than rounding makes, less than the least part of a weight that has one.
  static final double TOLERANCE = 1e-3;

  private WarpgroupCheck() {}

  /// Makes the product, once a process and device; on the device's thread.
  ///
  /// @throws EngineException where it is wrong
  static void require(Device device, Precision precision) {
    String kernel = "check_products_" + precision.key();
    double error = device.kernels().once(kernel, () -> error(device, kernel, precision.twoWeights()));
    if (!(error <= TOLERANCE)) {
      throw new EngineException(
          "the warpgroups of " + device.facts() + " multiply wrongly (" + kernel + " is off by " + error
              + "); please report it; until then use --kernels portable");
    }
  }

  /// How far the device's product is from the right one at most.
  private static double error(Device device, String kernel, boolean rests) {
    Mlp mlp = Mlp.uniform(2, 1, 3, WIDTH, Activation.RELU);
    float[] parameters = new float[mlp.parameterCount()];
    for (int output = 0; output < WIDTH; output++) {
      parameters[mlp.biasOffset(1) + output] = bias(output);
      for (int input = 0; input < WIDTH; input++) {
        parameters[mlp.weightOffset(1) + output * WIDTH + input] = weight(output, input, rests);
      }
    }
    Kernels kernels = device.kernels();
    try (Arena arena = Arena.ofConfined();
        TensorMemory network = TensorMemory.stages(device, mlp, parameters, rests);
        DeviceMemory sums = new DeviceMemory((long) SAMPLES * WIDTH * Float.BYTES)) {
      device.fill(sums, 0xFF);
      kernels.launch(
          kernels.get("hopper_check", kernel), 2, 1, THREADS,
          SamplingPlan.warpgroupBytes(SamplingPlan.PLAIN_STAGES), network.struct(arena, 0),
          arena.allocateFrom(JAVA_LONG, sums.address()));
      MemorySegment made = arena.allocate((long) SAMPLES * WIDTH * Float.BYTES, 16);
      device.copy(sums, 0, made);
      return error(made, rests);
    }
  }

  /// The same of sums [samples][outputs]; infinite where one is not a number.
  static double error(MemorySegment made, boolean rests) {
    double worst = 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment right = sums(rests, arena);
      for (long i = 0; i < (long) SAMPLES * WIDTH; i++) {
        double off = Math.abs(made.getAtIndex(JAVA_FLOAT, i) - right.getAtIndex(JAVA_FLOAT, i));
        worst = Double.isNaN(off) ? Double.POSITIVE_INFINITY : Math.max(worst, off);
      }
    }
    return worst;
  }

  /// The right sums. Every addition is exact.
  static MemorySegment sums(boolean rests, Arena arena) {
    MemorySegment sums = arena.allocate((long) SAMPLES * WIDTH * Float.BYTES, Float.BYTES);
    float[] weights = new float[WIDTH];
    for (int output = 0; output < WIDTH; output++) {
      for (int input = 0; input < WIDTH; input++) {
        weights[input] = weight(output, input, rests);
      }
      for (int sample = 0; sample < SAMPLES; sample++) {
        float sum = bias(output);
        for (int input = 0; input < WIDTH; input++) {
          sum += activation(sample, input) * weights[input];
        }
        sums.setAtIndex(JAVA_FLOAT, (long) sample * WIDTH + output, sum);
      }
    }
    return sums;
  }

  /// As in hopper_check.cu.
  private static int activation(int sample, int unit) {
    return (73 * sample + 179 * unit + sample * unit) % 3 - 1;
  }

  private static float bias(int output) {
    return output % 5 - 2;
  }

  /// A small whole number, and where there are rests a part that a half has no room for: so the sums are exact.
  private static float weight(int output, int input, boolean rests) {
    int whole = (31 * output + 17 * input + output * input) % 7 - 3;
    return rests ? whole + ((output + 3 * input) % 7 - 3) * 0x1p-11f : whole;
  }
}
