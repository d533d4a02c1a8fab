package io.scorefield.report;

import io.scorefield.data.DataSet;
import io.scorefield.eval.ExactPosterior;
import io.scorefield.eval.Measurements;
import io.scorefield.eval.PosteriorCase;
import io.scorefield.eval.PosteriorMetrics;
import io.scorefield.eval.PosteriorSamples;
import io.scorefield.experiment.model.Model;
import io.scorefield.physics.Variables;
import io.scorefield.plot.FieldFigures.Curves;
import io.scorefield.plot.FieldFigures;
import io.scorefield.plot.Figures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// posterior.png: prior, measurement and posterior of the first case of an inverse problem.
public final class PosteriorPlots {
  private static final int CURVES = 5;

  private final Model model;
  private final DataSet data;
  private final Measurements measurements;

  public PosteriorPlots(Model model, DataSet data, Measurements measurements) {
    this.model = model;
    this.data = data;
    this.measurements = measurements;
  }

  public void write(Path folder, PosteriorCase one, List<PosteriorSamples> outcomes) throws IOException {
    if (data.dimension() == 2) {
      plane(folder, one, outcomes);
      return;
    }
    List<Variables.Field> lines =
        model.variables().fields().stream().filter(field -> field.shape().size() == 1).toList();
    if (lines.isEmpty()) {
      return;
    }
    List<List<Curves>> rows = new ArrayList<>();
    for (Variables.Field field : lines) {
      List<Curves> row = new ArrayList<>();
      row.add(curves(model.label(field.name(), field.offset()) + ": prior", field, data.points(), one));
      for (PosteriorSamples outcome : outcomes) {
        row.add(
            curves(model.label(field.name(), field.offset()) + ": " + outcome.method(), field, outcome.samples().getFirst(), one));
      }
      rows.add(row);
    }
    FieldFigures.curves(rows).write(folder, "posterior");
  }

  private void plane(Path folder, PosteriorCase one, List<PosteriorSamples> outcomes) throws IOException {
    List<Figures.Posterior> panels = new ArrayList<>();
    Figures.Density likelihood = (x, y) -> likelihood(one, x, y);
    panels.add(new Figures.Posterior("prior (orange) and measurement (shade)", likelihood, new float[0]));
    PosteriorMetrics.exact(data, measurements, one.measured())
        .ifPresent(
            exact -> {
              if (exact instanceof ExactPosterior.Grid grid) {
                panels.add(new Figures.Posterior("exact posterior", grid::density, new float[0]));
              }
            });
    for (PosteriorSamples outcome : outcomes) {
      panels.add(new Figures.Posterior(outcome.method(), (x, y) -> 0, outcome.samples().getFirst()));
    }
    Figures.posterior(data.points(), one.truth(), panels, model.axes()).write(folder, "posterior");
  }

  private double likelihood(PosteriorCase one, double x, double y) {
    double[] predicted = measurements.predicted(new double[] {x, y});
    double squares = 0;
    for (int j = 0; j < predicted.length; j++) {
      squares += Math.pow((predicted[j] - one.measured()[j]) / measurements.noise(), 2);
    }
    return Math.exp(-0.5 * squares);
  }

  /// A field is drawn less the origin of its first component, all of it alike.
  private double moved(Variables.Field field, int p) {
    return data.origin()[field.offset() + p] - data.origin()[field.offset()];
  }

  /// The truth, the mean and a band of the samples, and some of them.
  private Curves curves(String title, Variables.Field field, float[] samples, PosteriorCase one) {
    int dimension = data.dimension();
    int n = samples.length / dimension;
    List<String> names = new ArrayList<>();
    List<double[]> curves = new ArrayList<>();
    for (int i = 0; i < Math.min(CURVES, n); i++) {
      double[] curve = new double[field.size()];
      int from = i * dimension + field.offset();
      Arrays.setAll(curve, p -> moved(field, p) + samples[from + p]);
      names.add("");
      curves.add(curve);
    }
    double[] mean = new double[field.size()];
    double[] low = new double[field.size()];
    double[] high = new double[field.size()];
    for (int p = 0; p < field.size(); p++) {
      double[] values = new double[n];
      for (int i = 0; i < n; i++) {
        values[i] = moved(field, p) + samples[i * dimension + field.offset() + p];
      }
      Arrays.sort(values);
      mean[p] = Arrays.stream(values).average().orElseThrow();
      low[p] = values[(int) (0.05 * n)];
      high[p] = values[n - 1 - (int) (0.05 * n)];
    }
    names.add("mean");
    curves.add(mean);
    one.truth()
        .ifPresent(
            truth -> {
              names.add("truth");
              double[] curve = new double[field.size()];
              Arrays.setAll(curve, p -> moved(field, p) + truth[field.offset() + p]);
              curves.add(curve);
            });
    names.add("5 %");
    curves.add(low);
    names.add("95 %");
    curves.add(high);
    return new Curves(title, names, curves);
  }
}
