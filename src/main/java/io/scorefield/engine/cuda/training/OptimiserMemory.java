package io.scorefield.engine.cuda.training;

import io.scorefield.engine.TrainingState;
import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.driver.DeviceMemory;
import io.scorefield.engine.cuda.driver.Resources;
import io.scorefield.engine.layout.Tables;

/// The optimiser's arrays on a device: flat parameters and moments, gradients, and its sums. It knows nothing of the
/// network but how many parameters there are.
final class OptimiserMemory implements AutoCloseable {
  /// Bytes of a `Clock`.
  static final int CLOCK = 40;

  private final Resources resources = new Resources();
  private final DeviceMemory[] state = new DeviceMemory[4];
  private final DeviceMemory steps;
  private final DeviceMemory clock;
  private final DeviceMemory partial;
  private final DeviceMemory dataGradient;
  private final DeviceMemory products;
  private final DeviceMemory squares;

  OptimiserMemory(Device device, TrainingSizes sizes, TrainingState from) {
    try {
      float[][] parts = {from.parameters(), from.average(), from.firstMoment(), from.secondMoment()};
      for (int i = 0; i < parts.length; i++) {
        state[i] = resources.add(device.upload(parts[i]));
      }
      long parameters = sizes.parameters();
      long sums = (long) sizes.normBlocks() * Double.BYTES;
      steps = memory((long) sizes.span() * Tables.ADAM_STEP);
      clock = memory(CLOCK);
      partial = memory(sizes.chunks() * parameters * Float.BYTES);
      dataGradient = memory(sizes.conflictFree() ? parameters * Float.BYTES : 0);
      products = memory(sizes.conflictFree() ? 3 * sums : 0);
      squares = memory(sums);
    } catch (RuntimeException | Error e) {
      Resources.closeAfter(e, resources);
      throw e;
    }
  }

  private DeviceMemory memory(long bytes) {
    return resources.add(new DeviceMemory(bytes));
  }

  /// Parameters, average, first and second moment.
  DeviceMemory state(int part) {
    return state[part];
  }

  /// The factors of each step, `AdamStep[span]`.
  DeviceMemory steps() {
    return steps;
  }

  /// Where the training is.
  DeviceMemory clock() {
    return clock;
  }

  /// The gradients of the chunks of a batch, [chunks][parameters].
  DeviceMemory partial() {
    return partial;
  }

  /// The gradient of the data term, while that of physics is computed.
  DeviceMemory dataGradient() {
    return dataGradient;
  }

  /// Scalar products of the two gradients, a block's each.
  DeviceMemory products() {
    return products;
  }

  /// Squares of the gradient, a block's each.
  DeviceMemory squares() {
    return squares;
  }

  @Override
  public void close() {
    resources.close();
  }
}
