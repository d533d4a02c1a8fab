package io.scorefield.diffusion;

import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import java.util.ArrayList;
import java.util.List;

/// The exponential scheme of Adams and Bashforth: z = x/alpha moves by the integral of epshat dv over v = sigma/alpha, in which
/// epshat is a polynomial in ln v through its last values. One evaluation a step.
///
/// ```
/// z' = z + v (w_0 epshat_i + w_1 epshat_{i-1} + w_2 epshat_{i-2}),   w_j = integral from 0 to h of exp(s) L_j(s) ds,   h = ln v'/v
/// ```
///
/// with the polynomials L_j of Lagrange through the last values of ln v. The first steps have as many values as there are, so
/// the order is reached where there is nothing but noise at first, and they make no error. The step to the data is of first
/// order: it returns x0hat. The register m holds epshat of the step before, e that of the one
/// before it.
///
/// Source: Zhang and Chen 2023 (DEIS, arXiv 2204.13902), equation 15, with a polynomial in ln v.
///
/// @param grid the noise levels
/// @param order 1 to 3; 1 is DDIM
public record AdamsBashforthSampler(TimeGrid grid, int order) implements Sampler {
  /// The highest order.
  public static final int MOST_ORDER = 3;

  public AdamsBashforthSampler {
    if (order < 1 || order > MOST_ORDER) {
      throw new IllegalArgumentException("the order is " + order + "; it must be from 1 to " + MOST_ORDER);
    }
  }

  @Override
  public StepProgram compile(Diffuser diffuser) {
    double[] levels = grid.toData(diffuser.schedule());
    double[] logs = new double[levels.length];
    List<StepRow> rows = new ArrayList<>();
    for (int i = 0; i + 1 < levels.length; i++) {
      double t = levels[i];
      double s = levels[i + 1];
      FlowFrame.Point from = FlowFrame.EXPLODING.at(diffuser.schedule(), t);
      FlowFrame.Point to = FlowFrame.EXPLODING.at(diffuser.schedule(), s);
      logs[i] = Math.log(from.clock());
      int known = s == 0 ? 1 : Math.min(order, i + 1);
      double[] back = new double[known];
      for (int j = 0; j < known; j++) {
        back[j] = logs[i - j] - logs[i];
      }
      double[] weights = s == 0 ? new double[] {-1} : weights(back, Math.log(to.clock()) - logs[i]);
      double step = to.scale() * from.clock();
      Parameterization.Coefficients c = diffuser.coefficients(t);
      rows.add(
          Sampler.row(diffuser, t, s)
              .state(to.scale() / from.scale() + step * weights[0] * c.epsFromX())
              .output(step * weights[0] * c.epsFromOutput())
              .memory(known > 1 ? step * weights[1] : 0)
              .earlier(known > 2 ? step * weights[2] : 0)
              .memoryUpdate(0, c.epsFromOutput())
              .memoryState(c.epsFromX())
              .shift(order > 2)
              .build());
    }
    return Sampler.program(diffuser, rows);
  }

  /// The integrals of exp(s) L_j(s) from 0 to h.
  ///
  /// @param nodes where the polynomials have their values, the first 0
  private static double[] weights(double[] nodes, double h) {
    double e = Math.expm1(h);
    double[] moments = {e, h * (e + 1) - e, h * h * (e + 1) - 2 * (h * (e + 1) - e)};
    double[] weights = new double[nodes.length];
    for (int j = 0; j < nodes.length; j++) {
      // The polynomial's coefficients: the product of (s - node) over the other nodes, divided by its value at node j.
      double[] polynomial = {1, 0, 0};
      double value = 1;
      for (int k = 0; k < nodes.length; k++) {
        if (k == j) {
          continue;
        }
        for (int p = 2; p > 0; p--) {
          polynomial[p] = polynomial[p - 1] - nodes[k] * polynomial[p];
        }
        polynomial[0] *= -nodes[k];
        value *= nodes[j] - nodes[k];
      }
      for (int p = 0; p <= 2; p++) {
        weights[j] += polynomial[p] * moments[p] / value;
      }
    }
    return weights;
  }
}
