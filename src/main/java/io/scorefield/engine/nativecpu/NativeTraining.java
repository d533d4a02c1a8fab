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
import io.scorefield.engine.layout.ProgramTables;
import io.scorefield.engine.layout.Tables;
import io.scorefield.network.Mlp;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.NetworkProgram.Way;
import io.scorefield.network.plan.Plan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// A training in native memory: weights and moments stay there, Java gets losses.
final class NativeTraining implements TrainingSession {
  private final NativeEngine engine;
  private final NativeLibrary.TrainingCalls calls;
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
    calls = plan.architecture() instanceof NetworkProgram ? library.programTraining : library.perceptronTraining;
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
                  calls.create(),
                  handle,
                  table(plan, once),
                  Tables.noiseRows(plan.table(), arena),
                  plan.table().rows(),
                  Tables.noiseFeatures(plan.table(), arena),
                  arena.allocateFrom(JAVA_FLOAT, plan.examples()),
                  plan.table().conditions(),
                  plan.pairing().isPresent() ? 1 : 0,
                  plan.pointsOfPart(),
                  plan.rowsOfPart(),
                  plan.batch(),
                  plan.seed(),
                  adam.maxGradientNorm(),
                  adam.average().isKept() ? 1 : 0,
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

  /// The network as the library takes it.
  private MemorySegment table(TrainingPlan plan, Arena once) {
    return switch (plan.architecture()) {
      case Mlp mlp -> Tables.shape(mlp, once);
      case NetworkProgram program ->
          ProgramTables.table(Plan.of(program, plan.table().evaluatesTwice() ? Way.TO_BOTH : Way.TO_PARAMETERS), arena);
    };
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
                    calls.advance(),
                    call,
                    steps,
                    once.allocateFrom(JAVA_INT, examples),
                    Tables.adamSteps(
                        plan.adam(), (long) NativeLibrary.invoke(calls.step(), call), learningRates, once),
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
            calls.state(), call, parts[0], parts[1], parts[2], parts[3]);
        return new TrainingState(
            (long) NativeLibrary.invoke(calls.step(), call),
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
        NativeLibrary.invoke(calls.destroy(), call);
        arena.close();
      }
    }
  }
}
