package io.scorefield.engine.nativecpu;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.EngineChecks;
import io.scorefield.engine.EngineException;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.engine.TrainingSession;
import io.scorefield.engine.TrainingState;
import io.scorefield.engine.layout.Tables;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// A training in native memory: weights and moments stay there, Java gets losses.
final class NativeTraining implements TrainingSession {
  private final NativeEngine engine;
  private final NativeLibrary library;
  private final TrainingPlan plan;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment call;
  private boolean closed;

  NativeTraining(
      NativeEngine engine,
      NativeLibrary library,
      MemorySegment handle,
      TrainingPlan plan,
      TrainingState state) {
    this.engine = engine;
    this.library = library;
    this.plan = plan;
    try (Arena once = Arena.ofConfined()) {
      AdamOptions adam = plan.adam();
      if ((float) adam.epsilon() == 0) {
        throw new EngineException(
            "Adam's epsilon of " + adam.epsilon() + " is 0 in this engine's float32; use a larger one, or "
                + "--engine reference");
      }
      call =
          (MemorySegment)
              NativeLibrary.invoke(
                  library.trainingCreate,
                  handle,
                  Tables.shape(plan.architecture(), once),
                  Tables.noiseRows(plan.table(), arena),
                  plan.table().rows(),
                  Tables.noiseFeatures(plan.table(), arena),
                  arena.allocateFrom(JAVA_FLOAT, plan.data()),
                  plan.batch(),
                  plan.seed(),
                  adam.maxGradientNorm(),
                  adam.emaDecay() > 0 ? 1 : 0,
                  state.step(),
                  once.allocateFrom(JAVA_FLOAT, state.parameters()),
                  once.allocateFrom(JAVA_FLOAT, state.average()),
                  once.allocateFrom(JAVA_FLOAT, state.firstMoment()),
                  once.allocateFrom(JAVA_FLOAT, state.secondMoment()),
                  Tables.constraint(PhysicsTerm.ofTraining(plan.physics()), arena),
                  plan.combination() == TrainingPlan.Combination.CONFLICT_FREE ? 1 : 0);
      if (call.equals(MemorySegment.NULL)) {
        throw NativeEngine.outOfMemory();
      }
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  boolean closed() {
    return closed;
  }

  @Override
  public Losses advance(int[] examples, double[] learningRates) {
    synchronized (engine) {
      requireOpen();
      EngineChecks.requireExamples(plan, examples, learningRates);
      int steps = learningRates.length;
      try (Arena once = Arena.ofConfined()) {
        MemorySegment data = once.allocate(JAVA_DOUBLE, steps);
        MemorySegment physics = once.allocate(JAVA_DOUBLE, steps);
        int written =
            (int)
                NativeLibrary.invoke(
                    library.trainingAdvance,
                    call,
                    steps,
                    once.allocateFrom(JAVA_INT, examples),
                    Tables.adamSteps(
                        plan.adam(), (long) NativeLibrary.invoke(library.trainingStep, call), learningRates, once),
                    data,
                    physics);
        return new Losses(
            Arrays.copyOf(data.toArray(JAVA_DOUBLE), written),
            Arrays.copyOf(physics.toArray(JAVA_DOUBLE), written));
      }
    }
  }

  @Override
  public TrainingState state() {
    synchronized (engine) {
      requireOpen();
      int count = plan.architecture().parameterCount();
      try (Arena once = Arena.ofConfined()) {
        MemorySegment[] parts = new MemorySegment[4];
        Arrays.setAll(parts, i -> once.allocate(JAVA_FLOAT, count));
        NativeLibrary.invoke(
            library.trainingState, call, parts[0], parts[1], parts[2], parts[3]);
        return new TrainingState(
            (long) NativeLibrary.invoke(library.trainingStep, call),
            parts[0].toArray(JAVA_FLOAT),
            parts[1].toArray(JAVA_FLOAT),
            parts[2].toArray(JAVA_FLOAT),
            parts[3].toArray(JAVA_FLOAT));
      }
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the training is closed");
    }
  }

  @Override
  public void close() {
    synchronized (engine) {
      if (!closed) {
        closed = true;
        NativeLibrary.invoke(library.trainingDestroy, call);
        arena.close();
      }
    }
  }
}
