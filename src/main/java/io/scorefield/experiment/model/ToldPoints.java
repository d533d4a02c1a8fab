package io.scorefield.experiment.model;

import io.scorefield.data.Condition;
import io.scorefield.data.Frame;
import io.scorefield.io.ClassColumn;
import io.scorefield.io.Columns;
import io.scorefield.io.FormatException;
import io.scorefield.io.Points;
import io.scorefield.io.Reading;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Points of a file with their conditions: as samples have them, component by component; as the data of the training had them,
/// a column each; or the same for all points.
///
/// @param model that is told conditions, or none
/// @param same the conditions of all points, `[C]` in data units less the origin; empty: those of the file
/// @param reading how files are read
public record ToldPoints(Model model, Optional<float[]> same, Reading reading) {
  private Frame frame() {
    return model.scaling().frame();
  }

  /// Points [n, D] in data units less the origin.
  ///
  /// @throws FormatException where the file does not fit the model
  public float[] read(Path file) throws IOException {
    if (model.told().isEmpty()) {
      return SampleFile.read(file, model, Points.MAX_NUMBERS, reading);
    }
    List<String> names = ClassColumn.names(file, reading);
    List<String> elements = model.variables().elements();
    if (same.isPresent()) {
      return behind(made(file, names), same.get());
    }
    boolean byName = names.stream().noneMatch(elements.getLast()::equals) && !names.isEmpty();
    if (byName) {
      float[] made = made(file, names);
      return behind(made, columns(file, made.length / frame().made()));
    }
    Points all = Points.read(file, Columns.ALL, reading);
    if (all.dimension() != model.dimension()) {
      throw new FormatException(
          file + ": has " + all.dimension() + " columns, the model " + model.dimension() + " with those of its conditions "
              + model.told().names() + "; give them with --condition, or --without-conditions");
    }
    return SampleFile.read(file, model, Points.MAX_NUMBERS, reading);
  }

  /// The components that are made, [n, D - C].
  private float[] made(Path file, List<String> names) throws IOException {
    int made = frame().made();
    List<String> wanted =
        names.isEmpty()
            ? IntStream.range(0, made).mapToObj(String::valueOf).toList()
            : model.variables().elements().subList(0, made);
    Points points = Points.read(file, new Columns(wanted, "the points"), reading);
    double[] origin = model.scaling().origin();
    float[] values = new float[points.numbers().length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (points.numbers().at(i) - origin[i % made]);
    }
    return values;
  }

  /// The conditions of the file's columns, [n, C].
  private float[] columns(Path file, int count) throws IOException {
    List<double[]> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      parts.add(new double[frame().conditions()]);
    }
    int at = 0;
    for (Condition condition : model.told().all()) {
      Columns column = new Columns(List.of(condition.name()), "conditions");
      List<double[]> values = values(file, condition, column);
      for (int i = 0; i < count; i++) {
        System.arraycopy(values.get(i), 0, parts.get(i), at, condition.components());
      }
      at += condition.components();
    }
    double[] origin = model.scaling().origin();
    float[] told = new float[count * frame().conditions()];
    for (int i = 0; i < told.length; i++) {
      int c = i % frame().conditions();
      double value = c < at ? parts.get(i / frame().conditions())[c] : 1; // the mark that numbers are told
      told[i] = (float) (value - origin[frame().made() + c]);
    }
    return told;
  }

  private List<double[]> values(Path file, Condition condition, Columns column) throws IOException {
    List<double[]> values = new ArrayList<>();
    if (condition.isNumber()) {
      Points numbers = Points.read(file, column, reading);
      for (int i = 0; i < numbers.size(); i++) {
        values.add(new double[] {numbers.numbers().at(i)});
      }
      return values;
    }
    ClassColumn classes = ClassColumn.read(file, column, reading);
    for (int of : classes.of()) {
      try {
        values.add(condition.of(classes.classes().get(of)));
      } catch (IllegalArgumentException e) {
        throw new FormatException(file + ": " + e.getMessage(), e);
      }
    }
    return values;
  }

  private float[] behind(float[] made, float[] told) {
    int narrow = frame().made();
    int count = made.length / narrow;
    int conditions = frame().conditions();
    float[] points = new float[Math.multiplyExact(count, model.dimension())];
    for (int i = 0; i < count; i++) {
      System.arraycopy(made, i * narrow, points, i * model.dimension(), narrow);
      System.arraycopy(
          told, told.length == conditions ? 0 : i * conditions, points, i * model.dimension() + narrow, conditions);
    }
    return points;
  }

  /// Codes of a file, [n, S + C]: S numbers each and the conditions behind them, in data units less the origin.
  public float[] codes(Path file) throws IOException {
    Points points = Points.read(file, Columns.ALL, reading);
    int coordinates = frame().varied();
    int conditions = frame().conditions();
    boolean withConditions = points.dimension() == coordinates + conditions;
    if (!withConditions && (points.dimension() != coordinates || same.isEmpty())) {
      throw new FormatException(
          file + ": has " + points.dimension() + " columns, and a code of this model is " + coordinates + " numbers"
              + (conditions > 0 ? ", with its " + conditions + " components of conditions behind it, or --condition" : ""));
    }
    double[] origin = model.scaling().origin();
    int wide = coordinates + conditions;
    float[] rows = new float[points.size() * wide];
    for (int i = 0; i < points.size(); i++) {
      for (int d = 0; d < wide; d++) {
        int at = i * points.dimension() + d;
        rows[i * wide + d] =
            d < coordinates
                ? (float) points.numbers().at(at)
                : same.isPresent()
                    ? same.get()[d - coordinates]
                    : (float) (points.numbers().at(at) - origin[frame().made() + d - coordinates]);
      }
    }
    return rows;
  }
}
