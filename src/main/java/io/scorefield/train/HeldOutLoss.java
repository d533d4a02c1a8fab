package io.scorefield.train;

import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Objective;
import io.scorefield.engine.Engine;
import io.scorefield.engine.NoiseColumn;
import io.scorefield.engine.NoiseTable;
import io.scorefield.network.Network;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.util.Arrays;

/// The data's part of the loss on points that are not trained on: the mean over noise levels, which are spread evenly over
/// the table of the training, and over points, each with its own noise, the same at every call. Where the objective pairs
/// noise with data, so do these points with theirs, in one full group.
public final class HeldOutLoss {
  private static final int LEVELS = 32;
  private static final int POINTS = 256;

  private final Engine engine;
  private final NoiseTable table;
  private final float[] states;
  private final float[] noise;
  private final int dimension;
  private final int noised;

  /// @param points [n, D] in data units, of which the first 256 are used
  /// @param seed of the noise
  public HeldOutLoss(Engine engine, Diffuser diffuser, Objective objective, float[] points, long seed) {
    this.engine = engine;
    dimension = diffuser.scaling().coordinates();
    Objective data = new Objective(objective.weighting(), objective.reduction());
    table = diffuser.noiseTable(data, LEVELS);
    noised = table.noised(dimension);
    int components = diffuser.scaling().dimension();
    int n = Math.min(POINTS, points.length / components);
    float[] own = diffuser.scaling().toState(Arrays.copyOf(points, n * components));
    boolean shortest = objective.coupling() == Objective.Coupling.OPTIMAL_TRANSPORT;
    if (shortest || diffuser.start().isPresent()) {
      Pairs pairs = Pairs.group(own, dimension, seed, Pairs.Partners.of(diffuser, seed), shortest);
      states = pairs.points();
      noise = pairs.noise();
      return;
    }
    states = own;
    noise = new float[states.length];
    float[] one = new float[dimension];
    NoiseSource source = new NoiseSource(seed);
    for (int i = 0; i < n; i++) {
      source.normals(NoiseStream.TRAINING_NOISE, i, 0, one, 0, dimension);
      System.arraycopy(one, 0, noise, i * dimension, dimension);
    }
  }

  /// The loss of a network.
  public double of(Network network) {
    int levels = table.rows();
    int features = table.timeFeatures().length / table.rows();
    float[] input = new float[states.length];
    float[] output = new float[states.length];
    double sum = 0;
    for (int row = 0; row < levels; row++) {
      for (int j = 0; j < states.length; j++) {
        if (j % dimension >= noised) {
          input[j] = states[j];
          continue;
        }
        double noisy = table.get(NoiseColumn.ALPHA, row) * states[j] + table.get(NoiseColumn.SIGMA, row) * noise[j];
        input[j] = (float) (table.get(NoiseColumn.INPUT_SCALE, row) * noisy);
      }
      double[] time = Arrays.copyOfRange(table.timeFeatures(), row * features, (row + 1) * features);
      engine.evaluate(network, input, time, output);
      double squares = 0;
      for (int j = 0; j < states.length; j++) {
        if (j % dimension >= noised) {
          continue;
        }
        double target = table.get(NoiseColumn.TARGET_X0, row) * states[j] + table.get(NoiseColumn.TARGET_EPS, row) * noise[j];
        squares += (output[j] - target) * (output[j] - target);
      }
      sum += table.get(NoiseColumn.WEIGHT, row) * squares;
    }
    return sum / levels / (states.length / dimension);
  }
}
