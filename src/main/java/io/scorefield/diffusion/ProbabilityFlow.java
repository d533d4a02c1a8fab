package io.scorefield.diffusion;

import io.scorefield.data.Frame;
import io.scorefield.engine.RowRole;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.engine.StepRowBuilder;
import java.util.ArrayList;
import java.util.List;

/// The probability flow of a model with the change of its density, from the data to the prior or back.
///
/// With r^2 = alpha^2 + sigma^2, cos = alpha/r and sin = sigma/r the flow of y = x/r over lambda = ln(sigma/alpha) is
///
/// ```
/// dy/dlambda = F(y) = sin eps - sin^2 y = cos^2 y - cos x0hat
/// d ln p(y) / dlambda = -div F
/// ```
///
/// which no noise level makes infinite, whatever the network predicts. F = fromState y + fromOutput o is linear in the
/// network's output, so that an engine adds up the divergence of o ({@link StepRow}), and Java that of the rest.
///
/// Conditions stay as they are, and the divergence is that of the other components.
///
/// Levels: {@link FlowLevels}. The data are at the least noise that the network knows, not at none.
///
/// Source: Song et al. 2021 (arXiv 2011.13456), section 4.3 and appendix D.2.
///
/// @param scheme that integrates
/// @param steps of the scheme, at most; a discrete schedule of T levels has no more than T - 1 intervals
/// @param probes of the divergence, 0: it is exact
public record ProbabilityFlow(Scheme scheme, int steps, int probes) {
  /// How the differential equation is integrated.
  public enum Scheme {
    /// Second order, two evaluations for an interval between two levels.
    HEUN(1),
    /// Fourth order, four evaluations for two intervals. Where the middle level is not between a quarter and three quarters
    /// of the way, and where one interval is left, Heun's scheme.
    RUNGE_KUTTA(2);

    private final int intervals;

    Scheme(int intervals) {
      this.intervals = intervals;
    }
  }

  /// The most steps.
  public static final int MOST_STEPS = 100_000;

  public ProbabilityFlow {
    if (steps < 1 || steps > MOST_STEPS || probes < 0) {
      throw new IllegalArgumentException("no probability flow has " + steps + " steps and " + probes + " probes");
    }
  }

  /// A program, and what its l lacks.
  ///
  /// @param program from y at its first level to y at its last; its prior is that of y
  /// @param affine for one component, the integral of the divergence that does not go through the network
  record Course(StepProgram program, double affine) {}

  /// The slope at a level: F = fromState y + fromOutput o, times the speed with which lambda goes through it.
  private record Slope(double fromState, double fromOutput) {
    static Slope at(Diffuser diffuser, double t, double speed) {
      Parameterization.Coefficients c = diffuser.coefficients(t);
      double r = length(diffuser, t);
      double sine = diffuser.schedule().sigma(t) / r;
      return new Slope(speed * (sine * c.epsFromX() * r - sine * sine), speed * sine * c.epsFromOutput());
    }
  }

  /// r at a level.
  static double length(Diffuser diffuser, double t) {
    return Math.hypot(diffuser.schedule().alpha(t), diffuser.schedule().sigma(t));
  }

  /// Says whether there is such a flow.
  ///
  /// @throws IllegalArgumentException where the schedule has none
  public void require(Diffuser diffuser) {
    levels(diffuser);
  }

  /// The steps that there are: no more than the levels of the schedule allow.
  public int stepsOn(Diffuser diffuser) {
    return Math.ceilDiv(levels(diffuser).length - 1, scheme.intervals);
  }

  /// The flow of points to the prior.
  Course toPrior(Diffuser diffuser) {
    return course(diffuser, levels(diffuser), true);
  }

  /// The flow of the prior's samples to points.
  Course toData(Diffuser diffuser) {
    return course(diffuser, backwards(levels(diffuser)), true);
  }

  /// The program to the prior without the divergence: an engine needs no derivatives for it.
  StepProgram encoder(Diffuser diffuser) {
    return course(diffuser, levels(diffuser), false).program();
  }

  /// The program from the prior, likewise.
  StepProgram decoder(Diffuser diffuser) {
    return course(diffuser, backwards(levels(diffuser)), false).program();
  }

  private static double[] backwards(double[] levels) {
    double[] back = new double[levels.length];
    for (int i = 0; i < back.length; i++) {
      back[i] = levels[back.length - 1 - i];
    }
    return back;
  }

  private double[] levels(Diffuser diffuser) {
    if (diffuser.start().isPresent()) {
      throw new IllegalArgumentException(
          "the flow of this model does not begin with noise: it has no latent codes, and the density that it gives is not known");
    }
    return FlowLevels.of(diffuser.schedule(), steps * scheme.intervals);
  }

  private Course course(Diffuser diffuser, double[] levels, boolean divergence) {
    Rows rows = new Rows(diffuser, probes, divergence);
    for (int i = 0; i + 1 < levels.length; ) {
      boolean pair = scheme == Scheme.RUNGE_KUTTA && i + 2 < levels.length;
      if (pair && rows.rungeKutta(levels[i], levels[i + 1], levels[i + 2])) {
        i += 2;
      } else {
        rows.heun(levels[i], levels[i + 1]);
        i++;
      }
    }
    double prior = diffuser.schedule().priorScale() / length(diffuser, diffuser.schedule().end());
    return new Course(new StepProgram(diffuser.featureCount(), prior, rows.all), rows.affine);
  }

  /// The rows of a program so far.
  private static final class Rows {
    private final Diffuser diffuser;
    private final int probes;
    private final boolean divergence;
    private final List<StepRow> all = new ArrayList<>();
    private double affine;

    Rows(Diffuser diffuser, int probes, boolean divergence) {
      this.diffuser = diffuser;
      this.probes = probes;
      this.divergence = divergence;
    }

    private double lambda(double t) {
      return FlowLevels.lambda(diffuser.schedule(), t);
    }

    /// A row at a level whose slope enters the step with a weight. Every row has probes of its own.
    private StepRowBuilder row(double t, double after, Slope slope, double weight) {
      affine += weight * slope.fromState();
      StepRowBuilder row =
          StepRow.builder(t, after).network(diffuser.features(t), diffuser.inputScale(t) * length(diffuser, t));
      Frame frame = diffuser.scaling().frame();
      row = frame.conditions() > 0 ? row.components(0, frame.varied()) : row;
      return divergence ? row.divergence(weight * slope.fromOutput(), probes).noise(0, all.size()) : row;
    }

    /// y' = y + (k1 + k2)/2: the first row goes to y + k1, the second says k1 by y and the first output.
    void heun(double t, double next) {
      double h = lambda(next) - lambda(t);
      Slope first = Slope.at(diffuser, t, h);
      Slope second = Slope.at(diffuser, next, h);
      all.add(
          row(t, next, first, 0.5)
              .role(RowRole.STAGE).save(true).state(1 + first.fromState()).output(first.fromOutput()).memoryUpdate(0, 1)
              .build());
      all.add(
          row(next, next, second, 0.5)
              .saved(1 + first.fromState() / 2).memory(first.fromOutput() / 2).state(second.fromState() / 2)
              .output(second.fromOutput() / 2)
              .build());
    }

    /// The classical scheme over u in [0, 1], where lambda is the parabola in u that goes through the three levels.
    ///
    /// y1, y2 and y3 are combinations of y, which is saved, and of outputs: y' = saved y + m1 o1 + m2 o2 + m3 o3 + k4 / 6.
    ///
    /// @return false, and no rows, where that parabola turns back
    boolean rungeKutta(double t, double middle, double next) {
      double length = lambda(next) - lambda(t);
      double bend = 4 * (lambda(middle) - lambda(t)) / length - 1;
      if (!(bend > 0 && bend < 2)) {
        return false;
      }
      Slope first = Slope.at(diffuser, t, length * bend);
      Slope half = Slope.at(diffuser, middle, length);
      Slope last = Slope.at(diffuser, next, length * (2 - bend));
      double a1 = first.fromState();
      double a2 = half.fromState();
      double b1 = first.fromOutput();
      double b2 = half.fromOutput();
      // y1 = p1 y + b1/2 o1;  y2 = y + a2/2 y1 + b2/2 o2
      double p1 = 1 + a1 / 2;
      double p2 = 1 + a2 / 2 * p1;
      double m1 = b1 / 6 + a2 / 3 * b1 / 2 + a2 / 3 * a2 / 2 * b1 / 2;
      double m2 = b2 / 3 + a2 / 3 * b2 / 2;
      all.add(
          row(t, middle, first, 1 / 6.0)
              .role(RowRole.STAGE).save(true).state(p1).output(b1 / 2).memoryUpdate(0, m1)
              .build());
      all.add(
          row(middle, middle, half, 1 / 3.0)
              .role(RowRole.STAGE).saved(1).state(a2 / 2).output(b2 / 2).memoryUpdate(1, m2)
              .build());
      all.add(
          row(middle, next, half, 1 / 3.0)
              .role(RowRole.STAGE).saved(1).state(a2).output(b2).memoryUpdate(1, b2 / 3)
              .build());
      all.add(
          row(next, next, last, 1 / 6.0)
              .saved(1 + a1 / 6 + a2 / 3 * (p1 + p2)).memory(1).state(last.fromState() / 6).output(last.fromOutput() / 6)
              .build());
      return true;
    }
  }
}
