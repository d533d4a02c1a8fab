package io.scorefield.report;

import io.scorefield.diffusion.BoundVariance;
import io.scorefield.diffusion.VariationalBound;
import io.scorefield.eval.LikelihoodMetrics;
import io.scorefield.eval.MetricValue;
import io.scorefield.io.AtomicFile;
import io.scorefield.plot.BoundFigure;
import io.scorefield.plot.Figure;
import io.scorefield.plot.Figures;
import io.scorefield.schedule.NoiseSchedule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// bound.csv: the variational bound term by term, for one or more variances of the model's steps.
public final class BoundTable {
  private static final String HEADER =
      "variance,term,noise-level,to-level,log-snr,nats,nats-error,bits-per-dimension,bits-per-dimension-error\n";

  private final VariationalBound bound;
  private final NoiseSchedule schedule;
  private final List<BoundVariance> variances;
  private final List<VariationalBound.Terms> terms;

  /// @param terms for each of the variances
  public BoundTable(
      VariationalBound bound, NoiseSchedule schedule, List<BoundVariance> variances, List<VariationalBound.Terms> terms) {
    this.bound = bound;
    this.schedule = schedule;
    this.variances = List.copyOf(variances);
    this.terms = List.copyOf(terms);
  }

  public void write(Path file) throws IOException {
    AtomicFile.writeString(file, text());
  }

  private String text() {
    StringBuilder text = new StringBuilder(HEADER);
    double[] levels = bound.levels();
    int last = levels.length - 1;
    for (int k = 0; k < terms.size(); k++) {
      VariationalBound.Terms of = terms.get(k);
      String name = variances.get(k).name();
      line(text, name, "L_0", levels[0], number(0), LikelihoodMetrics.mean(of.reconstruction()));
      for (int i = 1; i <= last; i++) {
        MetricValue value = new MetricValue(of.byLevel()[i - 1], of.errors()[i - 1], Double.NaN, of.prior().length);
        line(text, name, "L_t", levels[i], number(levels[i - 1]), value);
      }
      line(text, name, "L_T", levels[last], "", LikelihoodMetrics.mean(of.prior()));
    }
    return text.toString();
  }

  private void line(StringBuilder text, String name, String term, double level, String to, MetricValue nats) {
    double bit = bound.coordinates() * Math.log(2);
    text.append(
        String.format(
            Locale.ROOT, "%s,%s,%s,%s,%.6g,%.6g,%.6g,%.6g,%.6g\n", name, term, number(level), to, schedule.logSnr(level),
            nats.value(), nats.standardError(), nats.value() / bit, nats.standardError() / bit));
  }

  private static String number(double level) {
    return level == Math.rint(level) ? String.format(Locale.ROOT, "%.0f", level) : String.format(Locale.ROOT, "%.6g", level);
  }

  /// The terms over the log-SNR, and their sum from the most noise to it: a curve a variance.
  public Figure figure() {
    int count = bound.levels().length - 1;
    double[] x = new double[count];
    List<Figures.Curve> single = new ArrayList<>();
    List<Figures.Curve> sums = new ArrayList<>();
    for (int k = 0; k < terms.size(); k++) {
      double[] values = new double[count];
      double[] above = new double[count];
      for (int i = 0; i < count; i++) {
        // From the most noise, which is the least log-SNR.
        int level = count - i;
        x[i] = schedule.logSnr(bound.levels()[level]);
        values[i] = terms.get(k).byLevel()[level - 1];
        above[i] = values[i] + (i == 0 ? 0 : above[i - 1]);
      }
      String name = "variance " + variances.get(k).name();
      single.add(new Figures.Curve(name, x, values));
      sums.add(new Figures.Curve(name, x, above));
    }
    return BoundFigure.of(
        List.of(
            new BoundFigure.Panel("L_t: the step from a level", single),
            new BoundFigure.Panel("all steps from the most noise", sums)));
  }
}
