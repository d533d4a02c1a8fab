package io.scorefield.report;

import io.scorefield.io.AtomicFile;
import io.scorefield.plot.Figure;
import io.scorefield.plot.ThermodynamicFigures;
import io.scorefield.plot.ThermodynamicFigures.Dots;
import io.scorefield.plot.ThermodynamicFigures.Panel;
import io.scorefield.thermodynamics.Estimate;
import io.scorefield.thermodynamics.LevelObservables;
import io.scorefield.thermodynamics.ThermodynamicPoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/// A system over the temperature, as samples of a model and true configurations have it.
///
/// @param points ascending in temperature
/// @param levels of every temperature by noise level
/// @param trained temperatures that the network has learned from
/// @param loss what is left of the loss that ties F, S and U together
public record ThermodynamicTable(
    List<ThermodynamicPoint> points, List<LevelObservables> levels, List<Double> trained, double loss) {
  /// Writes thermodynamics.csv.
  public void write(Path file) throws IOException {
    StringBuilder text =
        new StringBuilder(
            "temperature,trained,energy,energy-error,true-energy,true-energy-error,heat-capacity,heat-capacity-error,"
                + "true-heat-capacity,true-heat-capacity-error,free-energy-by-integration,free-energy-by-integration-error,"
                + "free-energy-by-ratio,free-energy-by-ratio-error,true-free-energy-by-ratio,true-free-energy-by-ratio-error,"
                + "free-energy,entropy,entropy-of-levels,entropy-of-levels-error\n");
    for (ThermodynamicPoint point : points) {
      text.append((float) point.temperature()).append(',').append(trained.contains(point.temperature()) ? 1 : 0);
      for (Estimate estimate :
          List.of(
              point.energy(), point.trueEnergy(), point.capacity(), point.trueCapacity(), point.integrated(),
              point.ratio(), point.trueRatio())) {
        text.append(',').append((float) estimate.value()).append(',').append((float) estimate.error());
      }
      text.append(',').append((float) point.free()).append(',').append((float) point.entropy());
      text.append(',').append((float) point.levelEntropy().value()).append(',').append((float) point.levelEntropy().error());
      text.append('\n');
    }
    AtomicFile.writeString(file, text.toString());
  }

  /// Writes thermodynamics-levels.csv.
  public void writeLevels(Path file) throws IOException {
    StringBuilder text = new StringBuilder("temperature,noise-level,noise,energy,entropy,free-energy\n");
    for (LevelObservables level : levels) {
      text.append(
          String.format(
              Locale.ROOT, "%.6g,%.6g,%.6g,%s,%.6g,%s\n", level.temperature(), level.time(), level.noise(),
              cell(level.energy()), level.entropy(), cell(level.free())));
    }
    AtomicFile.writeString(file, text.toString());
  }

  private static String cell(double number) {
    return Double.isNaN(number) ? "" : String.format(Locale.ROOT, "%.6g", number);
  }

  /// The table in lines for the user.
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT, "%7s %8s  %-18s %-18s  %-14s %-14s  %-19s %-19s  %-12s %-12s", "T", "trained", "<U>", "true", "C",
            "true", "F/T by integration", "by ratio", "S", "S of levels"));
    for (ThermodynamicPoint point : points) {
      lines.add(
          String.format(
              Locale.ROOT, "%7.4g %8s  %-18s %-18s  %-14s %-14s  %-19s %-19s  %-12.3f %-12s", point.temperature(),
              trained.contains(point.temperature()) ? "yes" : "no", text(point.energy()), text(point.trueEnergy()),
              text(point.capacity()), text(point.trueCapacity()), text(point.integrated()), text(point.ratio()),
              point.entropy(), text(point.levelEntropy())));
    }
    lines.add(
        String.format(
            Locale.ROOT, "F/T is that above the first temperature. (U - TS - F)^2/T^2 + (dF/dT + S)^2, least: %.2g", loss));
    return lines;
  }

  private static String text(Estimate estimate) {
    return String.format(Locale.ROOT, "%.3f +- %.3f", estimate.value(), estimate.error());
  }

  /// For summary.json.
  public List<Map<String, Object>> tree() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (ThermodynamicPoint point : points) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("temperature", point.temperature());
      row.put("trained", trained.contains(point.temperature()));
      put(row, "energy", point.energy());
      put(row, "true-energy", point.trueEnergy());
      put(row, "heat-capacity", point.capacity());
      put(row, "true-heat-capacity", point.trueCapacity());
      put(row, "free-energy-by-integration", point.integrated());
      put(row, "free-energy-by-ratio", point.ratio());
      put(row, "true-free-energy-by-ratio", point.trueRatio());
      row.put("free-energy", point.free());
      row.put("entropy", point.entropy());
      put(row, "entropy-of-levels", point.levelEntropy());
      rows.add(row);
    }
    return rows;
  }

  private static void put(Map<String, Object> row, String name, Estimate estimate) {
    row.put(name, estimate.value());
    row.put(name + "-standard-error", estimate.error());
  }

  /// Energy, heat capacity, free energy and entropy over the temperature.
  public Figure figure() {
    return ThermodynamicFigures.curves(
        List.of(
            new Panel(
                "Mean energy", "T", "<U>", dots("samples", ThermodynamicPoint::energy), dots("truth", ThermodynamicPoint::trueEnergy)),
            new Panel(
                "Heat capacity", "T", "C", dots("samples", ThermodynamicPoint::capacity),
                dots("truth", ThermodynamicPoint::trueCapacity)),
            new Panel(
                "Free energy F/T: samples less truth", "T", "",
                dots("samples", point -> point.ratio().plus(point.trueRatio().times(-1))),
                dots("truth", point -> new Estimate(0, 0))),
            new Panel(
                "Entropy", "T", "S", dots("from noise levels", ThermodynamicPoint::levelEntropy),
                dots("from <U>", point -> new Estimate(point.entropy(), 0)))),
        trained);
  }

  private Dots dots(String name, Function<ThermodynamicPoint, Estimate> of) {
    return new Dots(
        name, points.stream().mapToDouble(ThermodynamicPoint::temperature).toArray(),
        points.stream().mapToDouble(point -> of.apply(point).value()).toArray(),
        points.stream().mapToDouble(point -> of.apply(point).error()).toArray());
  }
}
