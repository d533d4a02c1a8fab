package io.scorefield.diffusion;

import io.scorefield.engine.Engine;
import io.scorefield.network.Network;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.watch.Watch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Samples of the probability flow whose steps are chosen for each sample by itself: Heun's scheme, whose step is taken where
/// it differs from Euler's by no more than a tolerance.
///
/// The loop runs on the host. Steps are powers of 1/2 of the whole way, from multiples of themselves; so samples meet at the
/// same noise levels, and those that want the network at one level are evaluated together. No sample knows of another: sample
/// i is a function of the seed and i.
///
/// Source: Jolicoeur-Martineau et al. 2021 (arXiv 2105.14080), section 3, of which the steps here are dyadic.
///
/// @param tolerance of a step: the root mean square over the components, for states of deviation 1
/// @param frame the coordinates of a step
/// @param clip whether x0hat is kept within the range of the training points
/// @param denoise whether the last state is replaced by x0hat there
public record OwnSteps(double tolerance, FlowFrame frame, boolean clip, boolean denoise) {
  /// The whole way is 2^DEPTH of the shortest steps.
  private static final int DEPTH = 16;

  private static final int WAY = 1 << DEPTH;

  /// The first step tried.
  private static final int FIRST = DEPTH - 4;

  /// An error is four times as large with twice the step, about; a longer one is tried where that leaves some room.
  private static final double SMALL = 0.2;

  /// Beyond this an error asks for a quarter of the step.
  private static final double LARGE = 10;

  public OwnSteps {
    if (!(tolerance >= 1e-7 && tolerance <= 1)) {
      throw new IllegalArgumentException("the tolerance is " + tolerance + "; it must be from 1e-7 to 1");
    }
  }

  /// What was made.
  ///
  /// @param points [n, D] in data units less the origin
  /// @param evaluations of the network for each sample, those of refused steps included
  public record Made(float[] points, int[] evaluations) {}

  /// Says whether a model has such samples.
  ///
  /// @throws IllegalArgumentException where it has none, with the reason
  public void require(Diffuser diffuser) {
    if (diffuser.schedule() instanceof DiscreteSchedule) {
      throw new IllegalArgumentException(
          "adaptive steps lead between the levels of a discrete schedule; take a continuous one, or a sampler with a grid");
    }
    if (diffuser.start().isPresent()) {
      throw new IllegalArgumentException("steps of a sample's own are for flows that begin with noise; this one begins with points");
    }
    if (clip && diffuser.range().isEmpty()) {
      throw new IllegalArgumentException(
          "sampler.clip needs the range of the training points, which this model does not have; set sampler.clip to false");
    }
    FlowSlope.at(diffuser, frame, diffuser.schedule().end());
  }

  /// Makes samples first .. first + count - 1 of a seed.
  ///
  /// @throws IllegalArgumentException where a sample cannot be made, with the reason
  public Made make(Diffuser diffuser, Engine engine, Network network, long seed, long first, int count) {
    require(diffuser);
    return new Loop(this, diffuser, engine, network, first, count).run(seed);
  }

  /// The samples on their way, as scaled states y.
  private static final class Loop {
    private final OwnSteps steps;
    private final Diffuser diffuser;
    private final Engine engine;
    private final Network network;
    private final long first;
    private final int count;
    private final int size;
    private final int varied;
    private final double from;
    private final double length;
    private final double[][] y;
    private final double[][] slope; // where the sample is; null: not known yet
    private final int[] at;
    private final int[] exponent; // the step tried is 2^exponent
    private final int[] evaluations;

    Loop(OwnSteps steps, Diffuser diffuser, Engine engine, Network network, long first, int count) {
      this.steps = steps;
      this.diffuser = diffuser;
      this.engine = engine;
      this.network = network;
      this.first = first;
      this.count = count;
      size = diffuser.scaling().coordinates();
      varied = diffuser.scaling().frame().varied();
      from = steps.frame.at(diffuser.schedule(), diffuser.schedule().end()).clock();
      length = steps.frame.at(diffuser.schedule(), diffuser.schedule().start()).clock() - from;
      y = new double[count][size];
      slope = new double[count][];
      at = new int[count];
      exponent = new int[count];
      evaluations = new int[count];
      Arrays.fill(exponent, FIRST);
    }

    private double time(int place) {
      return place == 0
          ? diffuser.schedule().end()
          : place == WAY
              ? diffuser.schedule().start()
              : steps.frame.time(diffuser.schedule(), from + length * place / WAY);
    }

    private double step(int sample) {
      return length * (1 << exponent[sample]) / WAY;
    }

    Made run(long seed) {
      start(seed);
      Watch watch = Watch.current();
      for (Map<Integer, List<Integer>> wanted = wanted(); !wanted.isEmpty(); wanted = wanted()) {
        watch.check();
        wanted.forEach(this::evaluate);
      }
      double least = diffuser.schedule().start();
      double scale = steps.frame.at(diffuser.schedule(), least).scale();
      double[][] last = y;
      if (steps.denoise) {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          all.add(i);
        }
        last = estimates(all, y, least, scale);
        scale = 1;
      }
      float[] states = new float[count * size];
      for (int i = 0; i < states.length; i++) {
        double value = last[i / size][i % size];
        states[i] = (float) (i % size < varied ? scale * value : value);
      }
      return new Made(diffuser.scaling().toData(states, count), evaluations);
    }

    private void start(long seed) {
      NoiseSource noise = new NoiseSource(seed);
      double scale = steps.frame.at(diffuser.schedule(), diffuser.schedule().end()).scale();
      float[] drawn = new float[size];
      double[] given = diffuser.given();
      for (int i = 0; i < count; i++) {
        noise.normals(NoiseStream.PRIOR, first + i, 0, drawn, 0, size);
        for (int d = 0; d < size; d++) {
          y[i][d] = d < varied ? diffuser.schedule().priorScale() / scale * drawn[d] : given[d - varied];
        }
      }
    }

    /// Who wants the network where; nobody where all are at the end.
    private Map<Integer, List<Integer>> wanted() {
      Map<Integer, List<Integer>> wanted = new TreeMap<>();
      for (int i = 0; i < count; i++) {
        if (at[i] < WAY) {
          int place = slope[i] == null ? at[i] : at[i] + (1 << exponent[i]);
          wanted.computeIfAbsent(place, other -> new ArrayList<>()).add(i);
        }
      }
      return wanted;
    }

    private void evaluate(int place, List<Integer> samples) {
      double t = time(place);
      FlowFrame.Point point = steps.frame.at(diffuser.schedule(), t);
      double[][] states = new double[samples.size()][];
      for (int k = 0; k < states.length; k++) {
        int i = samples.get(k);
        states[k] = slope[i] == null ? y[i] : moved(y[i], slope[i], step(i), slope[i], 0);
      }
      double[][] clean = estimates(samples, states, t, point.scale());
      double alpha = diffuser.schedule().alpha(t);
      double sigma = diffuser.schedule().sigma(t);
      for (int k = 0; k < states.length; k++) {
        double[] rate = new double[size];
        for (int d = 0; d < varied; d++) {
          double eps = (point.scale() * states[k][d] - alpha * clean[k][d]) / sigma;
          rate[d] = point.x0Rate() * clean[k][d] + point.epsRate() * eps;
        }
        take(samples.get(k), states[k], rate);
      }
    }

    /// x0hat of states, clipped where that is asked for.
    private double[][] estimates(List<Integer> samples, double[][] states, double t, double scale) {
      float[] input = new float[states.length * size];
      for (int j = 0; j < input.length; j++) {
        double value = states[j / size][j % size];
        input[j] = (float) (j % size < varied ? diffuser.inputScale(t) * scale * value : value);
      }
      float[] output = new float[input.length];
      engine.evaluate(network, input, diffuser.features(t), output);
      Parameterization.Coefficients c = diffuser.coefficients(t);
      double[][] clean = new double[states.length][size];
      for (int k = 0; k < states.length; k++) {
        evaluations[samples.get(k)]++;
        for (int d = 0; d < size; d++) {
          double value = d < varied ? c.x0hat(scale * states[k][d], output[k * size + d]) : states[k][d];
          if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(
                "sample " + (first + samples.get(k)) + " is not finite at t = " + t + "; is the network trained?");
          }
          clean[k][d] =
              steps.clip && d < varied
                  ? Math.clamp(value, diffuser.range().get().lowest(d), diffuser.range().get().highest(d))
                  : value;
        }
      }
      return clean;
    }

    /// Goes on with the slope that was wanted.
    private void take(int i, double[] state, double[] rate) {
      if (slope[i] == null) {
        slope[i] = rate;
        return;
      }
      double h = step(i);
      double[] heun = moved(y[i], slope[i], h / 2, rate, h / 2);
      double squares = 0;
      for (int d = 0; d < varied; d++) {
        squares += Math.pow(heun[d] - state[d], 2);
      }
      double error = Math.sqrt(squares / varied) / steps.tolerance;
      if (error > 1) {
        exponent[i] -= error > LARGE ? 2 : 1;
        if (exponent[i] < 0) {
          throw new IllegalArgumentException(
              "the tolerance " + steps.tolerance + " is not met by any step of sample " + (first + i) + " at t = " + time(at[i]));
        }
        return;
      }
      y[i] = heun;
      slope[i] = null;
      at[i] += 1 << exponent[i];
      if (error < SMALL && at[i] % (2 << exponent[i]) == 0 && at[i] < WAY) {
        exponent[i]++;
      }
    }

    private static double[] moved(double[] y, double[] first, double h1, double[] second, double h2) {
      double[] moved = new double[y.length];
      Arrays.setAll(moved, d -> y[d] + h1 * first[d] + h2 * second[d]);
      return moved;
    }
  }
}
