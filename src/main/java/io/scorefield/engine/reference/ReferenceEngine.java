package io.scorefield.engine.reference;

import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineChecks;
import io.scorefield.engine.EngineInfo;
import io.scorefield.engine.NoiseColumn;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.SampleSink;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.engine.TrainingSession;
import io.scorefield.engine.TrainingState;
import io.scorefield.network.Network;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.io.IOException;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// The specification: plain Java, double precision inside, the simplest code that is right.
public final class ReferenceEngine implements Engine {
  private final Workers workers;

  /// @param threads worker threads, at least 1
  public ReferenceEngine(int threads) {
    workers = new Workers(threads);
  }

  @Override
  public EngineInfo info() {
    String device = "CPU, " + System.getProperty("os.arch");
    return new EngineInfo("reference", device, workers.threads(), "double, state in float32");
  }

  @Override
  public void forwardNoise(
      NoiseTable table, int[] row, float[] x0, long seed, long first, float[] xt) {
    int dimension = EngineChecks.requireForwardNoise(table, row, x0, xt);
    NoiseSource noise = new NoiseSource(seed);
    float[] eps = new float[dimension];
    for (int i = 0; i < row.length; i++) {
      noise.normals(NoiseStream.TRAINING_NOISE, first + i, 0, eps, 0, dimension);
      for (int d = 0; d < dimension; d++) {
        int at = i * dimension + d;
        double noisy = table.get(NoiseColumn.ALPHA, row[i]) * x0[at] + table.get(NoiseColumn.SIGMA, row[i]) * eps[d];
        xt[at] = d < table.noised(dimension) ? (float) noisy : x0[at];
      }
    }
  }

  @Override
  public void evaluate(Network network, float[] x, double[] timeFeatures, float[] output) {
    int dimension = network.architecture().dimension();
    int points = EngineChecks.requireEvaluate(network, x, timeFeatures, output);
    ReferenceNetwork reference = ReferenceNetwork.of(network.architecture());
    reference.load(network.parameters());
    int tile = ReferenceSampler.TILE;
    workers.run(
        Math.ceilDiv(points, tile),
        part -> {
          int from = part * tile;
          int count = Math.min(tile, points - from);
          ReferenceNetwork.Pass pass = reference.pass(count);
          for (int s = 0; s < count; s++) {
            for (int d = 0; d < dimension; d++) {
              pass.input()[s][d] = x[(from + s) * dimension + d];
            }
            System.arraycopy(timeFeatures, 0, pass.input()[s], dimension, timeFeatures.length);
          }
          pass.forward(0, count);
          for (int s = 0; s < count; s++) {
            for (int d = 0; d < dimension; d++) {
              output[(from + s) * dimension + d] = (float) pass.output()[s][d];
            }
          }
        });
  }

  @Override
  public void sample(
      Network network,
      StepProgram program,
      PhysicsTerm physics,
      SampleRequest request,
      SampleSink sink)
      throws IOException {
    EngineChecks.requireSample(network, program, physics, request);
    int dimension = network.architecture().dimension();
    ReferenceNetwork reference = ReferenceNetwork.of(network.architecture());
    reference.load(network.parameters());
    int block =
        (int)
            Math.min(
                (long) workers.threads() * ReferenceSampler.TILE, request.count());
    float[] samples = new float[block * dimension];
    float[][] snapshots = new float[request.snapshots().length][block * dimension];
    float[] divergence = new float[block];
    int tile = ReferenceSampler.TILE;
    Queue<ReferenceSampler> idle = new ConcurrentLinkedQueue<>();
    for (long done = 0; done < request.count(); done += block) {
      long first = request.first() + done;
      int count = (int) Math.min(block, request.count() - done);
      workers.run(
          Math.ceilDiv(count, tile),
          part -> {
            int from = part * tile;
            ReferenceSampler sampler =
                Optional.ofNullable(idle.poll())
                    .orElseGet(() -> new ReferenceSampler(reference, program, physics, request));
            sampler.run(first + from, Math.min(tile, count - from), samples, snapshots, divergence, from);
            idle.add(sampler);
          });
      for (int i = 0; i < snapshots.length; i++) {
        sink.snapshot(i, first, count, snapshots[i]);
      }
      if (program.diverges()) {
        sink.divergence(first, count, divergence);
      }
      sink.accept(first, count, samples);
    }
    EngineChecks.count(program, idle.stream().mapToLong(ReferenceSampler::counted).sum(), sink);
  }

  @Override
  public TrainingSession train(TrainingPlan plan, TrainingState state) {
    EngineChecks.requireTraining(plan, state);
    return new ReferenceTraining(plan, state, workers);
  }

  @Override
  public void close() {
    workers.close();
  }
}
