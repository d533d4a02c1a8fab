package io.scorefield.diffusion;

import io.scorefield.data.GaussianMixture;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import io.scorefield.watch.Watch;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/// Runs a sampler with the exact score instead of a network's, for data whose score is known at every noise level: what is
/// wrong with these samples is the sampler's, what is wrong with a network's beyond that is the network's.
///
/// The rows are those of {@link StepRow} without physics, in double precision, with the noise that engines draw.
public final class ExactSampler {
  private final Diffuser diffuser;
  private final StepProgram program;
  private final GaussianMixture states;
  private final Map<Double, GaussianMixture.ScoreFunction> levels = new ConcurrentHashMap<>();

  /// @param data the distribution of the data, in data units
  public ExactSampler(Diffuser diffuser, Sampler sampler, GaussianMixture data) {
    this.diffuser = diffuser;
    program = diffuser.program(sampler, new Guidance.None());
    states = data.scaled(diffuser.scaling());
  }

  /// Samples 0 .. count - 1 of the seed, [count, D] in data units.
  public float[] sample(int count, long seed) {
    int dimension = states.dimension();
    NoiseSource noise = new NoiseSource(seed);
    float[] samples = new float[Math.multiplyExact(count, dimension)];
    Watch watch = Watch.current();
    IntStream.range(0, count)
        .parallel()
        .forEach(
            i -> {
              watch.check();
              double[] x = one(noise, i);
              for (int d = 0; d < dimension; d++) {
                samples[i * dimension + d] = (float) x[d];
              }
            });
    return diffuser.scaling().toData(samples, count);
  }

  private double[] one(NoiseSource noise, int sample) {
    int dimension = states.dimension();
    float[] z = new float[dimension];
    noise.normals(NoiseStream.PRIOR, sample, 0, z, 0, dimension);
    double[] x = new double[dimension];
    for (int d = 0; d < dimension; d++) {
      x[d] = program.priorScale() * z[d];
    }
    double[] saved = x;
    double[] memory = new double[dimension];
    double[] earlier = new double[dimension];
    double[] kept = new double[dimension];
    for (StepRow row : program.rows()) {
      double[] o = row.usesNetwork() ? output(row, x, kept) : new double[dimension];
      if (row.noise() != 0) {
        noise.normals(row.stream(), sample, (long) row.noiseStep() * dimension, z, 0, dimension);
      }
      double[] next = new double[dimension];
      double[] remembered = new double[dimension];
      for (int d = 0; d < dimension; d++) {
        next[d] =
            row.state() * x[d] + row.saved() * saved[d] + row.output() * o[d] + row.memory() * memory[d]
                + row.earlier() * earlier[d]
                + (row.noise() != 0 ? row.noise() * z[d] : 0);
        remembered[d] = row.memoryDecay() * memory[d] + row.memoryOutput() * o[d] + row.memoryState() * x[d];
      }
      earlier = row.shifts() ? memory : earlier;
      saved = row.save() ? x : saved;
      x = next;
      memory = remembered;
    }
    return x;
  }

  /// o, where the output that stands for the exact score is the network's.
  ///
  /// @param kept becomes what it is after the row
  private double[] output(StepRow row, double[] x, double[] kept) {
    double alpha = diffuser.schedule().alpha(row.time());
    double sigma = diffuser.schedule().sigma(row.time());
    double[] score = new double[x.length];
    levels
        .computeIfAbsent(row.time(), t -> states.noised(alpha, sigma).scoreFunction())
        .evaluate(x, score);
    Parameterization.Coefficients c = diffuser.coefficients(row.time());
    double[] o = new double[x.length];
    for (int d = 0; d < x.length; d++) {
      // Where nothing is left of the data the score does not say what x_0 is: it is the mean of all.
      double x0 = alpha == 0 ? states.mean()[d] : (x[d] + sigma * sigma * score[d]) / alpha;
      o[d] = row.gain() * (c.targetX0() * x0 + c.targetEps() * -sigma * score[d]) + row.carry() * kept[d];
      kept[d] = row.keeps() ? o[d] : kept[d];
      if (row.clip()) {
        double x0hat = row.x0hat(x[d], o[d]);
        double within = Math.clamp(x0hat, program.lowest(d), program.highest(d));
        o[d] = within == x0hat ? o[d] : row.outputOf(within, x[d]);
      }
    }
    return o;
  }
}
