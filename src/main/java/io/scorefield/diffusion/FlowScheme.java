package io.scorefield.diffusion;

import io.scorefield.engine.RowRole;
import io.scorefield.engine.StepRow;
import java.util.List;

/// A scheme of one step for the probability flow dy/du = F(y, u). Rows hold x = scale y.
///
/// Schemes that evaluate the network at both ends of a step make Euler's step where the end is the data, which no network
/// knows.
public enum FlowScheme {
  /// y' = y + h F: first order, one evaluation.
  EULER {
    @Override
    void step(List<StepRow> rows, Diffuser diffuser, FlowFrame frame, double t, double s) {
      FlowSlope first = FlowSlope.at(diffuser, frame, t);
      FlowFrame.Point end = frame.at(diffuser.schedule(), s);
      double h = end.clock() - first.clock();
      rows.add(
          Sampler.row(diffuser, t, s)
              .state(end.scale() / first.scale() * (1 + h * first.fromState()))
              .output(end.scale() * h * first.fromOutput())
              .build());
    }
  },
  /// y' = y + h/2 (F + F'): second order, two evaluations. The first row goes to y + h F, the second says F by the saved state
  /// and the first output.
  HEUN {
    @Override
    void step(List<StepRow> rows, Diffuser diffuser, FlowFrame frame, double t, double s) {
      if (s == 0) {
        EULER.step(rows, diffuser, frame, t, s);
        return;
      }
      FlowSlope first = FlowSlope.at(diffuser, frame, t);
      FlowSlope second = FlowSlope.at(diffuser, frame, s);
      double h = second.clock() - first.clock();
      double ratio = second.scale() / first.scale();
      rows.add(
          Sampler.row(diffuser, t, s)
              .role(RowRole.STAGE)
              .state(ratio * (1 + h * first.fromState()))
              .output(second.scale() * h * first.fromOutput())
              .memoryUpdate(0, 1)
              .save(true)
              .build());
      rows.add(
          Sampler.row(diffuser, s, s)
              .saved(ratio * (1 + h / 2 * first.fromState()))
              .memory(second.scale() * h / 2 * first.fromOutput())
              .state(h / 2 * second.fromState())
              .output(second.scale() * h / 2 * second.fromOutput())
              .build());
    }
  },
  /// Kutta's classical scheme: fourth order, four evaluations, two of them in the middle of the step.
  RUNGE_KUTTA {
    @Override
    void step(List<StepRow> rows, Diffuser diffuser, FlowFrame frame, double t, double s) {
      if (s == 0) {
        EULER.step(rows, diffuser, frame, t, s);
        return;
      }
      FlowSlope first = FlowSlope.at(diffuser, frame, t);
      FlowSlope last = FlowSlope.at(diffuser, frame, s);
      double h = last.clock() - first.clock();
      double middle = frame.time(diffuser.schedule(), (first.clock() + last.clock()) / 2);
      FlowSlope half = FlowSlope.at(diffuser, frame, middle);
      double a1 = h * first.fromState();
      double a2 = h * half.fromState();
      double a3 = h * last.fromState();
      double b1 = h * first.fromOutput();
      double b2 = h * half.fromOutput();
      double b3 = h * last.fromOutput();
      // The four stages in y: y1 = p1 y + b1/2 o1; y2 = p2 y + a2 b1/4 o1 + b2/2 o2; y3 = y + a2 y2 + b2 o3;
      // y' = y + (a1 y + b1 o1)/6 + (a2 y1 + b2 o2)/3 + (a2 y2 + b2 o3)/3 + (a3 y3 + b3 o4)/6.
      double p1 = 1 + a1 / 2;
      double p2 = 1 + a2 / 2 * p1;
      double m1 = b1 / 6 + a2 / 3 * b1 / 2 * (1 + a2 / 2);
      double m2 = b2 / 3 + a2 / 3 * b2 / 2;
      double toHalf = half.scale();
      double toLast = last.scale();
      double fromFirst = 1 / first.scale();
      rows.add(
          Sampler.row(diffuser, t, middle).role(RowRole.STAGE).save(true)
              .state(toHalf * fromFirst * p1).output(toHalf * b1 / 2).memoryUpdate(0, m1)
              .build());
      rows.add(
          Sampler.row(diffuser, middle, middle).role(RowRole.STAGE)
              .saved(toHalf * fromFirst).state(a2 / 2).output(toHalf * b2 / 2).memoryUpdate(1, m2)
              .build());
      rows.add(
          Sampler.row(diffuser, middle, s).role(RowRole.STAGE)
              .saved(toLast * fromFirst).state(toLast / toHalf * a2).output(toLast * b2).memoryUpdate(1, b2 / 3)
              .build());
      rows.add(
          Sampler.row(diffuser, s, s)
              .saved(toLast * fromFirst * (1 + a1 / 6 + a2 / 3 * (p1 + p2))).memory(toLast).state(a3 / 6)
              .output(toLast * b3 / 6)
              .build());
    }

    @Override
    boolean betweenLevels() {
      return true;
    }
  };

  /// Adds the rows of a step.
  ///
  /// @param t the noise level that it leaves
  /// @param s the level that it reaches, 0 for the data
  abstract void step(List<StepRow> rows, Diffuser diffuser, FlowFrame frame, double t, double s);

  /// Whether a step evaluates the network at noise levels between its ends.
  boolean betweenLevels() {
    return false;
  }
}
