package io.scorefield.engine.cuda.training;

import io.scorefield.engine.TrainingPlan;
import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.driver.DeviceMemory;
import io.scorefield.engine.cuda.driver.Resources;
import io.scorefield.engine.layout.Tables;
import java.lang.foreign.Arena;

/// The examples of a training on a device: noise levels, data, their order, and losses.
final class ExampleMemory implements AutoCloseable {
  private final Resources resources = new Resources();
  private final DeviceMemory table;
  private final DeviceMemory features;
  private final DeviceMemory data;
  private final DeviceMemory order;
  private final DeviceMemory losses;
  private final DeviceMemory dataLosses;
  private final DeviceMemory physicsLosses;

  ExampleMemory(Device device, TrainingSizes sizes) {
    TrainingPlan plan = sizes.plan();
    try (Arena arena = Arena.ofConfined()) {
      table = resources.add(device.upload(Tables.noiseRows(plan.table(), arena)));
      features = resources.add(device.upload(Tables.noiseFeatures(plan.table(), arena)));
      data = resources.add(device.upload(plan.examples()));
      order = memory((long) sizes.span() * plan.batch() * Integer.BYTES);
      losses = memory(2L * plan.batch() * Float.BYTES);
      dataLosses = memory((long) sizes.span() * Double.BYTES);
      physicsLosses = memory((long) sizes.span() * Double.BYTES);
    } catch (RuntimeException | Error e) {
      Resources.closeAfter(e, resources);
      throw e;
    }
  }

  private DeviceMemory memory(long bytes) {
    return resources.add(new DeviceMemory(bytes));
  }

  /// `NoiseRow[R]`.
  DeviceMemory table() {
    return table;
  }

  /// The time features of the table, [R][E].
  DeviceMemory features() {
    return features;
  }

  /// The data points, [N][D]; where noise is given with them, [N][2][D].
  DeviceMemory data() {
    return data;
  }

  /// The number of the data point of each example, [span][B].
  DeviceMemory order() {
    return order;
  }

  /// Data and physics losses of the examples of a batch, [2][B].
  DeviceMemory losses() {
    return losses;
  }

  /// The mean data loss of each step, double [span].
  DeviceMemory dataLosses() {
    return dataLosses;
  }

  /// The mean physics loss of each step, double [span].
  DeviceMemory physicsLosses() {
    return physicsLosses;
  }

  @Override
  public void close() {
    resources.close();
  }
}
