package io.scorefield.peers;

import io.scorefield.data.Frame;
import io.scorefield.diffusion.Diffuser;
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
import io.scorefield.network.Network;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.util.Optional;

/// An experiment whose samples have different numbers of atoms, and its states as other programs keep them: the others are
/// padded with 0.
interface PaddedWork {
  Diffuser diffuser();

  Network network();

  /// The noise levels.
  NoiseTable table();

  StepProgram program();

  /// [n, S] in state units.
  float[] data();

  int batch();

  double rate();

  long seed();

  /// The network in LibTorch.
  PaddedPeer peer();

  /// States, or outputs for them, with conditions of their own.
  ///
  /// @param states [n, S], whose conditions are read from `told`
  Padded padded(float[] states, float[] told);

  /// A batch as other programs have it.
  ///
  /// @param particles N, as many as the largest of the batch has
  /// @param rows of numbers that a sample has
  /// @param width of a row
  /// @param numbers [n, rows, width]
  /// @param counts [n]
  /// @param kinds [n, N], atomic numbers where they are told
  record Padded(int particles, int rows, int width, float[] numbers, int[] counts, int[] kinds) {}

  default Frame frame() {
    return diffuser().scaling().frame();
  }

  /// S.
  default int width() {
    return frame().coordinates();
  }

  /// States with the conditions of others.
  default float[] with(float[] states, float[] told) {
    float[] own = states.clone();
    int varied = frame().varied();
    for (int from = 0; from < own.length; from += width()) {
      System.arraycopy(told, from + varied, own, from + varied, width() - varied);
    }
    return own;
  }

  default TrainingSession train(Engine engine) {
    TrainingPlan plan = new TrainingPlan(network().architecture(), table(), data(), batch(), AdamOptions.defaults(), seed(), Optional.empty());
    return engine.train(plan, TrainingState.start(network()));
  }

  /// One optimiser step as the engines draw it.
  ///
  /// @param time [B, E]
  /// @param weight [B]
  record Step(Padded input, Padded target, float[] time, float[] weight) {}

  default Step step(int[] examples, long number) {
    int width = width();
    int varied = frame().varied();
    int features = table().featureCount();
    float[] input = new float[batch() * width];
    float[] target = new float[batch() * width];
    float[] time = new float[batch() * features];
    float[] weight = new float[batch()];
    NoiseSource noise = new NoiseSource(seed());
    float[] eps = new float[varied];
    for (int j = 0; j < batch(); j++) {
      long example = number * batch() + j;
      int row = NoiseSource.toIndex(noise.word(NoiseStream.TRAINING_ROWS, example, 0), table().rows());
      noise.normals(NoiseStream.TRAINING_NOISE, example, 0, eps, 0, varied);
      for (int d = 0; d < varied; d++) {
        double x0 = data()[examples[j] * width + d];
        double x = table().get(NoiseColumn.ALPHA, row) * x0 + table().get(NoiseColumn.SIGMA, row) * eps[d];
        input[j * width + d] = (float) (table().get(NoiseColumn.INPUT_SCALE, row) * x);
        target[j * width + d] =
            (float) (table().get(NoiseColumn.TARGET_X0, row) * x0 + table().get(NoiseColumn.TARGET_EPS, row) * eps[d]);
      }
      System.arraycopy(data(), examples[j] * width + varied, input, j * width + varied, width - varied);
      for (int e = 0; e < features; e++) {
        time[j * features + e] = (float) table().timeFeatures()[row * features + e];
      }
      weight[j] = (float) table().get(NoiseColumn.WEIGHT, row);
    }
    return new Step(padded(input, input), padded(target, input), time, weight);
  }

  /// The states that samples begin with.
  default float[] initial(int count) {
    return diffuser().started(SampleRequest.of(seed(), 0, count)).initial().orElseThrow();
  }

  /// The noise of a row for the first samples, [n, S].
  default float[] noise(StepRow row, int count) {
    float[] noise = new float[count * width()];
    NoiseSource source = new NoiseSource(seed());
    for (int i = 0; row.noise() != 0 && i < count; i++) {
      source.normals(row.stream(), i, (long) row.noiseStep() * width(), noise, i * width(), width());
    }
    return noise;
  }
}
