package io.scorefield.cli;

import io.scorefield.config.ConfigException;
import io.scorefield.diffusion.BoundVariance;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.VariationalBound;
import io.scorefield.engine.Engine;
import io.scorefield.eval.LikelihoodMetrics;
import io.scorefield.eval.MetricValue;
import io.scorefield.report.BoundTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/// The variational bound of given points, term by term.
final class BoundOptions {
  private static final int MOST_LEVELS = 100_000;

  @Option(
      names = "--bound",
      paramLabel = "FILE",
      description =
          "Also the variational bound of the points: a .csv file of its terms L_0, L_t and L_T by noise level, with standard "
              + "errors, for steps with the posterior's variance and with beta.")
  private Path file;

  @Option(
      names = "--bound-levels",
      paramLabel = "N",
      converter = CountConverter.Small.class,
      defaultValue = "1000",
      description = "Its noise levels; a discrete schedule has no more than its own (default: ${DEFAULT-VALUE}).")
  private int levels;

  /// @throws ConfigException when an option is wrong
  void check() {
    if (levels < 2 || levels > MOST_LEVELS) {
      throw new ConfigException("--bound-levels must be from 2 to " + MOST_LEVELS + ", not " + levels);
    }
    if (file != null && !file.toString().toLowerCase(Locale.ROOT).endsWith(".csv")) {
      throw new ConfigException("--bound " + file + ": the terms are written to a .csv file");
    }
  }

  /// Writes the file, where one is wanted.
  ///
  /// @param points [n, D] less the data's origin
  /// @return what to print
  List<String> lines(Engine engine, TrainedModel trained, float[] points, long seed) throws IOException {
    if (file == null) {
      return List.of();
    }
    Diffuser diffuser = trained.model().diffuser();
    VariationalBound bound = TrainedModel.orRefuse(() -> new VariationalBound(diffuser, levels));
    List<BoundVariance> variances = List.of(BoundVariance.posterior(bound), BoundVariance.beta(bound, diffuser));
    List<VariationalBound.Terms> terms = bound.of(engine, trained.network(), points, seed, variances);
    new BoundTable(bound, diffuser.schedule(), variances, terms).write(file);
    List<String> lines = new ArrayList<>();
    double bit = bound.coordinates() * Math.log(2);
    for (int k = 0; k < terms.size(); k++) {
      MetricValue total = LikelihoodMetrics.mean(terms.get(k).total());
      double error = points.length > trained.model().dimension() ? total.standardError() : Double.NaN;
      lines.add(LikelihoodCommand.line("bound, variance " + variances.get(k).name(), total.value(), error, "nats"));
      lines.add(LikelihoodCommand.line("", total.value() / bit, error / bit, "bits per dimension"));
    }
    lines.add("bound: " + bound.levels().length + " noise levels; term by term: " + file);
    return lines;
  }
}
