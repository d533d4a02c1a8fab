package io.scorefield.report;

import io.scorefield.data.DarcyFields;
import io.scorefield.data.DataSet;
import io.scorefield.experiment.model.Model;
import io.scorefield.physics.Law;
import io.scorefield.physics.Variables;
import io.scorefield.plot.FieldFigures.Curves;
import io.scorefield.plot.FieldFigures;
import io.scorefield.plot.Figure;
import io.scorefield.watch.Watch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The pictures of samples that are fields on a grid.
final class FieldPlots {
  private static final int CURVES = 12;
  private static final int MAPS = 3;
  private static final int SOLVED = 4;

  private final Model model;
  private final DataSet data;

  /// @param data without conditions
  FieldPlots(Model model, DataSet data) {
    this.model = model;
    this.data = data;
  }

  /// Whether the samples are fields that can be drawn.
  boolean apply() {
    return drawn().anyMatch(field -> !field.shape().isEmpty());
  }

  /// Writes fields.png, and solver.png where the truth can be solved for.
  ///
  /// @param samples of every method, in data units
  void write(Path folder, List<Map.Entry<String, float[]>> samples) throws IOException {
    List<Map.Entry<String, float[]>> all = new ArrayList<>();
    all.add(Map.entry("data", data.points()));
    all.addAll(samples);
    List<Variables.Field> lines = fields(1);
    if (!lines.isEmpty()) {
      List<List<Curves>> rows = new ArrayList<>();
      for (Variables.Field field : lines) {
        rows.add(
            all.stream()
                .map(
                    method ->
                        new Curves(
                            name(field) + ": " + method.getKey(),
                            some(method.getValue(), field, CURVES)))
                .toList());
      }
      FieldFigures.curves(rows).write(folder, "fields");
    }
    List<Variables.Field> planes = fields(2);
    if (!planes.isEmpty()) {
      List<FieldFigures.Map> maps = new ArrayList<>();
      for (Map.Entry<String, float[]> method : all) {
        for (Variables.Field field : planes) {
          for (double[] values : some(method.getValue(), field, MAPS)) {
            maps.add(FieldFigures.Map.of(name(field) + ": " + method.getKey(), grid(field, values)));
          }
        }
      }
      FieldFigures.maps(maps, MAPS * planes.size()).write(folder, "fields");
    }
    if (data.source().isPresent() && data.source().get() instanceof DarcyFields darcy && !samples.isEmpty()) {
      solver(darcy, samples).write(folder, "solver");
    }
  }

  private List<Variables.Field> fields(int axes) {
    return drawn().filter(field -> field.shape().size() == axes).toList();
  }

  /// The components of classes are side by side, but no field.
  private Stream<Variables.Field> drawn() {
    return model.variables().first(data.dimension()).fields().stream()
        .filter(field -> model.columns().stream().noneMatch(column -> column.name().equals(field.name())));
  }

  /// A field of the first samples.
  private List<double[]> some(float[] samples, Variables.Field field, int most) {
    int dimension = data.dimension();
    List<double[]> some = new ArrayList<>();
    for (int i = 0; i < Math.min(most, samples.length / dimension); i++) {
      some.add(part(samples, i, field));
    }
    return some;
  }

  private double[] part(float[] samples, int sample, Variables.Field field) {
    double[] values = new double[field.size()];
    int from = sample * data.dimension() + field.offset();
    Arrays.setAll(values, p -> moved(field, p) + samples[from + p]);
    return values;
  }

  /// A field is drawn less the origin of its first component, all of it alike.
  private double moved(Variables.Field field, int p) {
    return data.origin()[field.offset() + p] - data.origin()[field.offset()];
  }

  private String name(Variables.Field field) {
    return model.label(field.name(), field.offset());
  }

  private static double[][] grid(Variables.Field field, double[] values) {
    int columns = field.shape().get(1);
    double[][] grid = new double[field.shape().getFirst()][];
    for (int row = 0; row < grid.length; row++) {
      grid[row] = Arrays.copyOfRange(values, row * columns, (row + 1) * columns);
    }
    return grid;
  }

  /// Generated k and u beside the u that the solver gives for the same k, and the residual of the law.
  private Figure solver(DarcyFields darcy, List<Map.Entry<String, float[]>> samples) {
    Variables.Field k = model.variables().field("k").orElseThrow();
    Variables.Field u = model.variables().field("u").orElseThrow();
    Optional<Law> law =
        model.constraint().flatMap(
            laws ->
                laws.laws().stream().filter(l -> l.tape().residuals() == u.size()).findFirst());
    boolean plane = u.shape().size() == 2;
    List<List<Curves>> rows = new ArrayList<>();
    List<FieldFigures.Map> maps = new ArrayList<>();
    for (Map.Entry<String, float[]> method : samples) {
      List<Curves> row = new ArrayList<>();
      Watch.current().check();
      for (int i = 0; i < Math.min(plane ? 1 : SOLVED, method.getValue().length / data.dimension()); i++) {
        double[] permeability = part(method.getValue(), i, k);
        double[] generated = part(method.getValue(), i, u);
        // No flow has a solution where a model makes k negative.
        double[] solved =
            Arrays.stream(permeability).min().orElseThrow() > 0
                ? darcy.solve(permeability)
                : new double[u.size()];
        if (plane) {
          String name = method.getKey();
          maps.add(FieldFigures.Map.of("k: " + name, grid(k, permeability)));
          maps.add(FieldFigures.Map.of("u: " + name, grid(u, generated)));
          maps.add(FieldFigures.Map.of("u solved for this k", grid(u, solved)));
          double[] residual = law.map(l -> l.tape().residuals(sample(method.getValue(), 0), 0)).orElse(solved);
          maps.add(FieldFigures.Map.signed("residual", grid(u, residual)));
        } else {
          row.add(
              new Curves(
                  "u: " + method.getKey() + ", sample " + i, List.of("generated", "solved for its k"),
                  List.of(generated, solved)));
        }
      }
      rows.add(row);
    }
    return plane ? FieldFigures.maps(maps, 4) : FieldFigures.curves(rows);
  }

  /// A sample with the conditions that it was asked for under behind it: laws may read them.
  private double[] sample(float[] samples, int i) {
    double[] x = new double[model.dimension()];
    double[] asked = model.asked().orElseGet(() -> new double[0]);
    for (int d = 0; d < data.dimension(); d++) {
      x[d] = samples[i * data.dimension() + d];
    }
    System.arraycopy(asked, 0, x, data.dimension(), asked.length);
    return x;
  }
}
