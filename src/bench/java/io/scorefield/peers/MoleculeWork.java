package io.scorefield.peers;

import io.scorefield.data.DataSet;
import io.scorefield.data.Frame;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Guidance;
import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.Engine;
import io.scorefield.engine.NoiseColumn;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.engine.TrainingSession;
import io.scorefield.engine.TrainingState;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.settings.EgnnConfig;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.network.Architecture;
import io.scorefield.network.Network;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/// The experiment `molecules`, and its states as other programs keep them: positions with the mean 0 and features of every
/// particle that there is, the others padded with 0.
///
/// @param shape of the network
/// @param network with large moves, as after some training: small ones would hide mistakes
/// @param table the noise levels
/// @param data [n, S] in state units
record MoleculeWork(
    EgnnConfig shape, Diffuser diffuser, Network network, NoiseTable table, StepProgram program, float[] data, int batch,
    double rate, long seed) {
  /// By how much the moves' last weights are larger than the initial ones.
  private static final float MOVES = 100;

  /// Timings do not depend on how many there are.
  private static final int POINTS = 500;

  static MoleculeWork of() throws IOException {
    ExperimentConfig config = ExperimentSource.read("molecules").with("data.points=" + POINTS).bind();
    DataSet set = config.data().load(config.seed());
    Model model = Model.of(config, set);
    Network network = Network.initialize(model.architecture(), config.seed());
    for (Architecture.Block block : network.architecture().blocks()) {
      if (block.name().endsWith(".move.1.weight")) {
        for (int i = 0; i < block.size(); i++) {
          network.parameters()[block.offset() + i] *= MOVES;
        }
      }
    }
    Diffuser diffuser = model.diffuser();
    return new MoleculeWork(
        (EgnnConfig) config.network(), diffuser, network, diffuser.noiseTable(config.objective().objective()),
        diffuser.program(config.sampler().sampler(), new Guidance.None()), diffuser.scaling().toState(set.points()),
        config.train().batch(), config.train().learningRate(), config.seed());
  }

  Frame frame() {
    return diffuser.scaling().frame();
  }

  /// S.
  int width() {
    return frame().coordinates();
  }

  /// Atoms of the largest molecule.
  int most() {
    return frame().centred().orElseThrow().particles();
  }

  /// Features of a particle.
  int features() {
    return frame().presence().orElseThrow().features();
  }

  TrainingSession train(Engine engine) {
    TrainingPlan plan = new TrainingPlan(network.architecture(), table, data, batch, AdamOptions.defaults(), seed, Optional.empty());
    return engine.train(plan, TrainingState.start(network));
  }

  /// A batch as other programs have it.
  ///
  /// @param particles N, as many as the largest molecule of the batch has
  /// @param numbers [n, N (3 + F)], particle by particle
  /// @param counts [n]
  record Padded(int particles, float[] numbers, int[] counts) {}

  /// States, or outputs for them, with the molecules' own counts.
  ///
  /// @param states [n, S], of which the last number is read from `counted`
  Padded padded(float[] states, float[] counted) {
    int n = states.length / width();
    float[] own = states.clone();
    int[] counts = new int[n];
    for (int i = 0; i < n; i++) {
      own[(i + 1) * width() - 1] = counted[(i + 1) * width() - 1];
      counts[i] = Math.round(counted[(i + 1) * width() - 1]);
    }
    float[] components = frame().toComponents(own, n);
    int particles = Arrays.stream(counts).max().orElse(0);
    int each = 3 + features();
    float[] numbers = new float[n * particles * each];
    for (int i = 0; i < n; i++) {
      int from = i * frame().components();
      for (int atom = 0; atom < counts[i]; atom++) {
        int to = (i * particles + atom) * each;
        System.arraycopy(components, from + 3 * atom, numbers, to, 3);
        for (int feature = 0; feature < features(); feature++) {
          numbers[to + 3 + feature] = components[from + (3 + feature) * most() + atom];
        }
      }
    }
    return new Padded(particles, numbers, counts);
  }

  /// One optimiser step as the engines draw it.
  ///
  /// @param time [B, E]
  /// @param weight [B]
  record Step(Padded input, Padded target, float[] time, float[] weight) {}

  Step step(int[] examples, long number) {
    int width = width();
    int varied = frame().varied();
    int features = table.featureCount();
    float[] input = new float[batch * width];
    float[] target = new float[batch * width];
    float[] time = new float[batch * features];
    float[] weight = new float[batch];
    NoiseSource noise = new NoiseSource(seed);
    float[] eps = new float[varied];
    for (int j = 0; j < batch; j++) {
      long example = number * batch + j;
      int row = NoiseSource.toIndex(noise.word(NoiseStream.TRAINING_ROWS, example, 0), table.rows());
      noise.normals(NoiseStream.TRAINING_NOISE, example, 0, eps, 0, varied);
      for (int d = 0; d < varied; d++) {
        double x0 = data[examples[j] * width + d];
        double x = table.get(NoiseColumn.ALPHA, row) * x0 + table.get(NoiseColumn.SIGMA, row) * eps[d];
        input[j * width + d] = (float) (table.get(NoiseColumn.INPUT_SCALE, row) * x);
        target[j * width + d] =
            (float) (table.get(NoiseColumn.TARGET_X0, row) * x0 + table.get(NoiseColumn.TARGET_EPS, row) * eps[d]);
      }
      input[(j + 1) * width - 1] = data[(examples[j] + 1) * width - 1];
      for (int e = 0; e < features; e++) {
        time[j * features + e] = (float) table.timeFeatures()[row * features + e];
      }
      weight[j] = (float) table.get(NoiseColumn.WEIGHT, row);
    }
    return new Step(padded(input, input), padded(target, input), time, weight);
  }

  /// The states that samples begin with.
  float[] initial(int count) {
    return diffuser.started(SampleRequest.of(seed, 0, count)).initial().orElseThrow();
  }

  /// The noise of a row for the first samples, [n, S].
  float[] noise(StepRow row, int count) {
    float[] noise = new float[count * width()];
    NoiseSource source = new NoiseSource(seed);
    for (int i = 0; row.noise() != 0 && i < count; i++) {
      source.normals(row.stream(), i, (long) row.noiseStep() * width(), noise, i * width(), width());
    }
    return noise;
  }
}
