package io.scorefield.eval;

import io.scorefield.physics.Constraint;
import io.scorefield.physics.Law;
import io.scorefield.physics.TapeRunner;
import io.scorefield.watch.Watch;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Laws at samples that are given less the data's origin; laws see them in full.
///
/// @param origin of the data, `[D]`
public record Residuals(double[] origin) {
  /// Of every sample the mean of |r| over all residuals of the laws; objectives have no part in it.
  ///
  /// @param samples [n, D] in data units less the origin
  public double[] means(Constraint laws, float[] samples) {
    List<Law> some = laws.laws().stream().filter(law -> !law.isObjective()).toList();
    int total = some.stream().mapToInt(law -> law.tape().residuals()).sum();
    double[] means = new double[samples.length / origin.length];
    for (Law law : some) {
      double share = (double) law.tape().residuals() / total;
      double[] sizes = sizes(law, samples);
      for (int i = 0; i < means.length; i++) {
        means[i] += share * sizes[i];
      }
    }
    return means;
  }

  /// Of every sample the mean of a law's |r|, or its objective.
  ///
  /// @param samples [n, D] in data units less the origin
  public double[] sizes(Law law, float[] samples) {
    int dimension = origin.length;
    double[] sizes = new double[samples.length / dimension];
    Watch watch = Watch.current();
    int parts = Math.max(1, Math.min(sizes.length, Runtime.getRuntime().availableProcessors()));
    IntStream.range(0, parts)
        .parallel()
        .forEach(
            part -> {
              TapeRunner runner = new TapeRunner(law.tape());
              double[] x = new double[dimension];
              double[] residuals = new double[law.tape().residuals()];
              int to = (int) ((part + 1L) * sizes.length / parts);
              for (int i = (int) ((long) part * sizes.length / parts); i < to; i++) {
                watch.check();
                for (int d = 0; d < dimension; d++) {
                  x[d] = origin[d] + samples[i * dimension + d];
                }
                double objective = runner.forward(x, 0, residuals);
                sizes[i] =
                    law.isObjective()
                        ? objective
                        : Arrays.stream(residuals).map(Math::abs).sum() / residuals.length;
              }
            });
    return sizes;
  }
}
