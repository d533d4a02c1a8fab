package io.scorefield.diffusion;

import io.scorefield.engine.Engine;
import io.scorefield.network.Network;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.watch.Watch;
import java.util.ArrayList;
import java.util.List;

/// Noise levels as close as a tolerance asks for, found by a pilot: a fixed set of samples goes along the probability flow by
/// Heun's scheme, and a step is taken where it differs from Euler's by no more than the tolerance.
///
/// The levels then serve all samples as a grid like any other, so that a sample depends on its number alone, not on which others
/// are made beside it.
///
/// Sources: the pair of methods is that of Jolicoeur-Martineau et al. 2021 (arXiv 2105.14080), section 3, whose step sizes are
/// chosen per sample; the control of the step is that of Hairer, Norsett and Wanner 1993, section II.4.
///
/// @param tolerance of a step: the root mean square over the pilot's samples and components, for states of deviation 1
/// @param frame the coordinates of a step
public record AdaptiveGrid(double tolerance, FlowFrame frame) {
  /// Samples of the pilot.
  public static final int PILOTS = 512;

  /// The most steps.
  private static final int MOST_STEPS = 10_000;

  /// The pilot's noise is that of a seed of its own, so that it does not change with the samples asked for.
  private static final long SEED = 0;

  private static final double SAFETY = 0.9;
  private static final double LEAST_CHANGE = 0.2;
  private static final double MOST_CHANGE = 4;
  private static final double FIRST_SHARE = 0.05;

  public AdaptiveGrid {
    if (!(tolerance >= 1e-7 && tolerance <= 1)) {
      throw new IllegalArgumentException("the tolerance is " + tolerance + "; it must be from 1e-7 to 1");
    }
  }

  /// @param levels from the schedule's end to its start
  /// @param evaluations of the network for one sample of the pilot, those of refused steps included
  public record Found(TimeGrid levels, int evaluations) {}

  /// Says whether a model has such levels.
  ///
  /// @throws IllegalArgumentException where it has none, with the reason
  public void require(Diffuser diffuser) {
    if (diffuser.schedule() instanceof DiscreteSchedule) {
      throw new IllegalArgumentException(
          "adaptive steps lead between the levels of a discrete schedule; take a continuous one, or a sampler with a grid");
    }
    FlowSlope.at(diffuser, frame, diffuser.schedule().end());
  }

  /// The levels for a model.
  ///
  /// @throws IllegalArgumentException where there are none, with the reason
  public Found find(Diffuser diffuser, Engine engine, Network network) {
    require(diffuser);
    Pilot pilot = new Pilot(diffuser, engine, network);
    double end = frame.at(diffuser.schedule(), diffuser.schedule().start()).clock();
    double t = diffuser.schedule().end();
    FlowSlope first = FlowSlope.at(diffuser, frame, t);
    double clock = first.clock();
    double step = FIRST_SHARE * (end - clock);
    float[] y = pilot.prior(first.scale());
    float[] slope = pilot.slope(y, t, first);
    List<Double> levels = new ArrayList<>();
    levels.add(t);
    while (t != diffuser.schedule().start()) {
      boolean last = Math.abs(step) >= Math.abs(end - clock) * (1 - 1e-9);
      double h = last ? end - clock : step;
      double s = last ? diffuser.schedule().start() : frame.time(diffuser.schedule(), clock + h);
      FlowSlope next = FlowSlope.at(diffuser, frame, s);
      float[] euler = pilot.moved(y, slope, h, slope, 0);
      float[] after = pilot.slope(euler, s, next);
      float[] heun = pilot.moved(y, slope, h / 2, after, h / 2);
      double error = pilot.distance(euler, heun) / tolerance;
      if (!Double.isFinite(error)) {
        throw new IllegalArgumentException("the pilot of the adaptive sampler is not finite at t = " + s + "; is the network trained?");
      }
      double change = Math.clamp(SAFETY / Math.sqrt(Math.max(error, 1e-12)), LEAST_CHANGE, MOST_CHANGE);
      if (error <= 1) {
        if (levels.size() > MOST_STEPS) {
          throw new IllegalArgumentException("the tolerance " + tolerance + " needs more than " + MOST_STEPS + " steps");
        }
        t = s;
        clock += h;
        levels.add(t);
        y = heun;
        slope = t == diffuser.schedule().start() ? slope : pilot.slope(y, t, next);
      } else if (Math.abs(h) < 1e-9 * Math.abs(end)) {
        throw new IllegalArgumentException("the tolerance " + tolerance + " is not met by any step at t = " + t);
      }
      step = h * change;
    }
    return new Found(new TimeGrid.Given(levels), pilot.evaluations);
  }

  /// The samples that go ahead, as scaled states y.
  private static final class Pilot {
    private final Diffuser diffuser;
    private final Engine engine;
    private final Network network;
    private final int coordinates;
    private final int varied;
    private int evaluations;

    Pilot(Diffuser diffuser, Engine engine, Network network) {
      this.diffuser = diffuser;
      this.engine = engine;
      this.network = network;
      coordinates = diffuser.scaling().coordinates();
      varied = diffuser.scaling().frame().varied();
    }

    private boolean isCondition(int index) {
      return index % coordinates >= varied;
    }

    float[] prior(double scale) {
      float[] y = new float[PILOTS * coordinates];
      NoiseSource noise = new NoiseSource(SEED);
      double deviation = diffuser.schedule().priorScale() / scale;
      for (int i = 0; i < PILOTS; i++) {
        noise.normals(NoiseStream.PRIOR, i, 0, y, i * coordinates, coordinates);
      }
      double[] given = diffuser.given();
      for (int i = 0; i < y.length; i++) {
        y[i] = isCondition(i) ? (float) given[i % coordinates - varied] : (float) (deviation * y[i]);
      }
      return y;
    }

    float[] slope(float[] y, double t, FlowSlope at) {
      Watch.current().check();
      evaluations++;
      float[] input = y.clone();
      for (int i = 0; i < input.length; i++) {
        input[i] *= isCondition(i) ? 1 : (float) (diffuser.inputScale(t) * at.scale());
      }
      float[] slope = new float[y.length];
      engine.evaluate(network, input, diffuser.features(t), slope);
      for (int i = 0; i < slope.length; i++) {
        slope[i] = isCondition(i) ? 0 : (float) (at.fromState() * y[i] + at.fromOutput() * slope[i]);
      }
      return slope;
    }

    float[] moved(float[] y, float[] first, double h1, float[] second, double h2) {
      float[] moved = new float[y.length];
      for (int i = 0; i < y.length; i++) {
        moved[i] = (float) (y[i] + h1 * first[i] + h2 * second[i]);
      }
      return moved;
    }

    double distance(float[] a, float[] b) {
      double sum = 0;
      for (int i = 0; i < a.length; i++) {
        sum += Math.pow((double) a[i] - b[i], 2);
      }
      return Math.sqrt(sum / (PILOTS * varied));
    }
  }
}
