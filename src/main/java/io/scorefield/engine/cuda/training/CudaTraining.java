package io.scorefield.engine.cuda.training;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.scorefield.engine.EngineChecks;
import io.scorefield.engine.EngineException;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.engine.TrainingSession;
import io.scorefield.engine.TrainingState;
import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.driver.HostMemory;
import io.scorefield.engine.cuda.driver.Resources;
import io.scorefield.engine.cuda.driver.Struct;
import io.scorefield.engine.cuda.network.Route;
import io.scorefield.engine.layout.Tables;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// A training on a device: weights, moments, data and tables stay there; the host sends the order of the examples and
/// gets losses back.
public final class CudaTraining implements TrainingSession {
  private final Device device;
  private final TrainingPlan plan;
  private final TrainingMemory memory;
  private final TrainingLaunches launches;
  private final Resources resources = new Resources();
  private long step;
  private boolean closed;
  private boolean broken;

  /// Called on the device's thread.
  public CudaTraining(Device device, Route route, TrainingPlan plan, TrainingState state) {
    this.device = device;
    this.plan = plan;
    step = state.step();
    if ((float) plan.adam().epsilon() == 0) {
      throw new EngineException(
          "Adam's epsilon of " + plan.adam().epsilon() + " is 0 in this engine's float32; use a larger one, or "
              + "--engine reference");
    }
    try {
      memory = resources.add(TrainingMemory.of(device, route, plan, state));
      launches = resources.add(new TrainingLaunches(device, memory));
    } catch (RuntimeException | Error e) {
      Resources.closeAfter(e, resources);
      throw e;
    }
  }

  /// Whether it was closed.
  public boolean closed() {
    return closed;
  }

  @Override
  public synchronized Losses advance(int[] examples, double[] learningRates) {
    requireOpen();
    EngineChecks.requireExamples(plan, examples, learningRates);
    double[] data = new double[learningRates.length];
    double[] physics = new double[learningRates.length];
    int done = 0;
    while (done < learningRates.length) {
      int from = done;
      int steps = Math.min(memory.sizes().span(), learningRates.length - done);
      // Until it is back nobody knows how far the device got.
      broken = true;
      int accounted = device.call(() -> span(examples, learningRates, from, steps, data, physics));
      broken = false;
      done += accounted;
      if (accounted < steps || !finite(data[done - 1] + physics[done - 1])) {
        break;
      }
    }
    return new Losses(Arrays.copyOf(data, done), Arrays.copyOf(physics, done));
  }

  private static boolean finite(double loss) {
    return Float.isFinite((float) loss);
  }

  /// Runs some steps and returns how many have losses; the last of them may not be finite.
  private int span(
      int[] examples, double[] rates, int from, int steps, double[] data, double[] physics) {
    int batch = plan.batch();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment order = arena.allocate(JAVA_INT, (long) steps * batch);
      MemorySegment.copy(examples, from * batch, order, JAVA_INT, 0, steps * batch);
      device.copy(order, memory.examples().order(), 0);
      MemorySegment adam =
          Tables.adamSteps(plan.adam(), step, Arrays.copyOfRange(rates, from, from + steps), arena);
      device.copy(adam, memory.optimiser().steps(), 0);
      MemorySegment clock =
          new Struct(arena, OptimiserMemory.CLOCK)
              .longs(step)
              .integers(0, 0)
              .number(1)
              .integers(0)
              .longs(Double.doubleToLongBits(1), Double.doubleToLongBits(1))
              .done();
      device.copy(clock, memory.optimiser().clock(), 0);
      device.timed(() -> launches.run(steps));
      MemorySegment dataLosses = arena.allocate(JAVA_DOUBLE, steps);
      MemorySegment physicsLosses = arena.allocate(JAVA_DOUBLE, steps);
      // One after the other: none may still be under way when the memory is gone.
      device.copy(memory.optimiser().clock(), 0, clock);
      device.copy(memory.examples().dataLosses(), 0, dataLosses);
      device.copy(memory.examples().physicsLosses(), 0, physicsLosses);
      int accounted = clock.get(JAVA_INT, Long.BYTES);
      if (accounted < 1 || accounted > steps) {
        throw new EngineException("the device accounts for " + accounted + " of " + steps + " steps");
      }
      step = clock.get(JAVA_LONG, 0);
      MemorySegment.copy(dataLosses, JAVA_DOUBLE, 0, data, from, accounted);
      MemorySegment.copy(physicsLosses, JAVA_DOUBLE, 0, physics, from, accounted);
      return accounted;
    }
  }

  @Override
  public synchronized TrainingState state() {
    requireOpen();
    return device.call(
        () -> {
          int parameters = memory.sizes().parameters();
          long bytes = (long) parameters * Float.BYTES;
          float[][] parts = new float[4][parameters];
          try (HostMemory host = new HostMemory(bytes)) {
            for (int i = 0; i < parts.length; i++) {
              MemorySegment copy = host.segment().asSlice(0, bytes);
              device.copy(memory.optimiser().state(i), 0, copy);
              MemorySegment.copy(copy, JAVA_FLOAT, 0, parts[i], 0, parts[i].length);
            }
          }
          return new TrainingState(step, parts[0], parts[1], parts[2], parts[3]);
        });
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the training is closed");
    }
    if (broken) {
      throw new EngineException(
          "this training failed on the device in the middle of its steps; start again from the last stored state");
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      device.call(
          () -> {
            resources.close();
            return null;
          });
    }
  }
}
