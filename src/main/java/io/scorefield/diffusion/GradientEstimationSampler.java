package io.scorefield.diffusion;

import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import java.util.ArrayList;
import java.util.List;

/// Gradient estimation: denoising as gradient descent on the distance to the data, with the gradient averaged over two steps so
/// that its errors cancel. One evaluation a step.
///
/// ```
/// e   = gamma epshat_i + (1 - gamma) epshat_{i-1}            (epshat_0 alone in the first step and in the one to the data)
/// z'  = z - (v - p) e + sqrt(v'^2 - p^2) w,   z = x/alpha, v = sigma/alpha,   p = (v' / v^mu)^(1/(1 - mu))
/// ```
///
/// gamma = 1 with mu = 0 is DDIM, with mu = 1/2 DDPM; gamma = 3/2 on equal steps of v is the scheme of Adams and Bashforth.
///
/// Source: Permenter and Yuan 2024 (arXiv 2306.04848), section 4 (gamma = 2); mu is that of their program smalldiffusion.
///
/// @param grid the noise levels
/// @param gamma above 0
/// @param mu the share of noise, from 0 to below 1
public record GradientEstimationSampler(TimeGrid grid, double gamma, double mu) implements Sampler {
  public GradientEstimationSampler {
    if (!(gamma > 0 && gamma <= 10)) {
      throw new IllegalArgumentException("gamma is " + gamma + "; it must be above 0 and at most 10");
    }
    if (!(mu >= 0 && mu < 1)) {
      throw new IllegalArgumentException("mu is " + mu + "; it must be from 0 to below 1");
    }
  }

  @Override
  public StepProgram compile(Diffuser diffuser) {
    double[] levels = grid.toData(diffuser.schedule());
    List<StepRow> rows = new ArrayList<>();
    for (int i = 0; i + 1 < levels.length; i++) {
      double t = levels[i];
      double s = levels[i + 1];
      FlowFrame.Point from = FlowFrame.EXPLODING.at(diffuser.schedule(), t);
      FlowFrame.Point to = FlowFrame.EXPLODING.at(diffuser.schedule(), s);
      double aim = Math.pow(to.clock() / Math.pow(from.clock(), mu), 1 / (1 - mu));
      double step = to.scale() * (aim - from.clock());
      double now = i == 0 || s == 0 ? 1 : gamma;
      Parameterization.Coefficients c = diffuser.coefficients(t);
      Parameterization.Coefficients old = i == 0 ? c : diffuser.coefficients(levels[i - 1]);
      rows.add(
          Sampler.row(diffuser, t, s)
              .state(to.scale() / from.scale() + step * now * c.epsFromX())
              .output(step * now * c.epsFromOutput())
              .saved(step * (1 - now) * old.epsFromX())
              .memory(step * (1 - now) * old.epsFromOutput())
              .noise(to.scale() * Math.sqrt(Math.max(0, to.clock() * to.clock() - aim * aim)), i)
              .memoryUpdate(0, 1)
              .save(true)
              .build());
    }
    return Sampler.program(diffuser, rows);
  }
}
