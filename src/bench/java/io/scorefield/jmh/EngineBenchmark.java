package io.scorefield.jmh;

import io.scorefield.bench.Workload;
import io.scorefield.engine.Engine;
import io.scorefield.engine.Engines;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.train.Trainer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// The pieces that a training and a sampling are made of, one call of each, on one thread.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class EngineBenchmark {
  /// Points of a call; a multiple of every tile.
  private static final int POINTS = 3840;

  @Param({"native", "reference"})
  public String engineName;

  @Param({"half-moons", "circle"})
  public String experiment;

  private Engine engine;
  private Workload work;
  private Trainer trainer;
  private StepRow row;
  private float[] points;
  private float[] results;

  /// Opens the engine and makes the tables.
  @Setup
  public void open() throws IOException {
    engine = Engines.open(engineName, 1).engine();
    work = Workload.of(ExperimentSource.read(experiment).bind(), engine);
    trainer = work.trainer(engine, work.batch());
    row = work.program("plain").rows().get(work.program("plain").rows().size() / 2);
    points = new float[POINTS * work.architecture().dimension()];
    results = new float[points.length];
    for (int i = 0; i < points.length; i++) {
      points[i] = (float) Math.sin(i);
    }
  }

  @TearDown
  public void close() {
    trainer.close();
    engine.close();
  }

  /// The network at 3,840 points.
  @Benchmark
  public float[] evaluate() {
    engine.evaluate(work.network(), points, row.timeFeatures(), results);
    return results;
  }

  /// A call that runs one row of the sampler for 3,840 samples in the plane: tables, prior, noise, network.
  @Benchmark
  public float[] sampleOneRow() throws IOException {
    StepProgram program = new StepProgram(row.timeFeatures().length, 1, List.of(row));
    engine.sample(
        work.network(), program, PhysicsTerm.none(), SampleRequest.of(1, 0, POINTS),
        (first, count, block) -> System.arraycopy(block, 0, results, 0, count * 2));
    return results;
  }

  /// The forward process at 3,840 points.
  @Benchmark
  public float[] forwardNoise() {
    return work.diffuser().forward(engine, points, 0.5 * work.diffuser().schedule().end(), 1);
  }

  /// Ten optimiser steps at the experiment's batch size.
  @Benchmark
  public double[] tenTrainingSteps() {
    return trainer.advance(10).data();
  }
}
