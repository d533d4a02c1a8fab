package io.scorefield.report;

import io.scorefield.eval.Evaluator;
import io.scorefield.eval.MetricValue;
import io.scorefield.experiment.settings.ExperimentConfig.Variant;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.GuidanceConfig;
import io.scorefield.plot.Figure;
import io.scorefield.plot.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// tradeoff.png: residual against distance from the truth (the angles' where they are uniform), a point a row of the
/// table. A line joins the strengths of one guidance, the methods of one variant, and the variants of one family.
public record TradeoffPlot(ExperimentConfig config) {
  /// The picture; empty where less than two rows have both numbers.
  public Optional<Figure> figure(Map<SweepTable.Key, Map<String, MetricValue>> rows) {
    boolean angular = rows.values().stream().anyMatch(values -> values.containsKey(Evaluator.KUIPER));
    String distance = angular ? Evaluator.KUIPER : Evaluator.SLICED_WASSERSTEIN_2;
    List<Figures.Tradeoff> points = points(rows, distance);
    // Variants may differ in their data or number of samples: the smallest of their floors.
    double floor =
        rows.values().stream()
            .filter(values -> values.containsKey(distance))
            .mapToDouble(values -> values.get(distance).noiseFloor())
            .filter(known -> !Double.isNaN(known))
            .min()
            .orElse(Double.NaN);
    String axis =
        angular ? "Kuiper statistic of the angles (0: uniform)" : "sliced Wasserstein distance to the truth";
    return points.size() > 1 ? Optional.of(Figures.tradeoff(points, axis, floor)) : Optional.empty();
  }

  /// A point a row that has both numbers.
  List<Figures.Tradeoff> points(Map<SweepTable.Key, Map<String, MetricValue>> rows, String distance) {
    List<Figures.Tradeoff> points = new ArrayList<>();
    rows.forEach(
        (key, values) -> {
          MetricValue residual = values.get(Evaluator.PHYSICAL_LOSS);
          MetricValue other = values.get(distance);
          if (residual != null && other != null && Double.isFinite(residual.value())
              && Double.isFinite(other.value())) {
            Place place = place(key);
            points.add(new Figures.Tradeoff(place.family(), place.label(), residual.value(), other.value()));
          }
        });
    return points;
  }

  /// @param family rows of a family are joined by a line
  /// @param label what tells a row from the others of its family
  private record Place(String family, String label) {}

  private Place place(SweepTable.Key row) {
    if (row.variant().isEmpty()) {
      return config.guidance().stream()
          .filter(method -> method.name().equals(row.method()))
          .findFirst()
          .map(method -> new Place(family(method), row.method()))
          .orElse(new Place(row.method(), row.method()));
    }
    if (!row.method().isEmpty()) {
      return new Place(row.variant(), row.method());
    }
    Variant variant =
        config.variants().stream().filter(one -> one.name().equals(row.variant())).findFirst().orElseThrow();
    return place(variant);
  }

  private Place place(Variant variant) {
    Optional<String> key = varied(variant);
    String label = key.map(k -> k.substring(k.lastIndexOf('.') + 1) + " = " + variant.set().get(k)).orElse(variant.name());
    if (!variant.family().isEmpty()) {
      return new Place(variant.family(), label);
    }
    return key.map(
            k ->
                new Place(
                    variant.set().entrySet().stream()
                        .map(set -> set.getKey().equals(k) ? k : set.getKey() + " " + set.getValue())
                        .collect(Collectors.joining(", ")),
                    label))
        .orElse(new Place(variant.name(), variant.name()));
  }

  /// The key of the one number that a variant differs in from others, of its family if it has one; empty where there is no
  /// other, or where they differ in several ways.
  private Optional<String> varied(Variant variant) {
    List<String> keys =
        config.variants().stream()
            .filter(other -> other.family().equals(variant.family()))
            .flatMap(other -> varied(variant, other).stream())
            .distinct()
            .toList();
    return keys.size() == 1 ? Optional.of(keys.getFirst()) : Optional.empty();
  }

  /// The key of the one number that two variants differ in; empty where they differ in anything else, or nothing.
  private static Optional<String> varied(Variant one, Variant other) {
    if (!one.set().keySet().equals(other.set().keySet())) {
      return Optional.empty();
    }
    List<String> different =
        one.set().keySet().stream().filter(key -> !one.set().get(key).equals(other.set().get(key))).toList();
    return different.size() == 1 && isNumber(one.set().get(different.getFirst()))
            && isNumber(other.set().get(different.getFirst()))
        ? Optional.of(different.getFirst())
        : Optional.empty();
  }

  private static boolean isNumber(String text) {
    try {
      return Double.isFinite(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static String family(GuidanceConfig method) {
    return switch (method) {
      case GuidanceConfig.Literal literal ->
          switch (literal.at()) {
            case CORRECTED -> "literal, at the corrected state";
            case BEFORE -> "literal, at the state before";
          };
      case GuidanceConfig.Likelihood likelihood -> "likelihood";
      case GuidanceConfig.ClassifierFreeConfig free -> "classifier-free";
      case GuidanceConfig.Dps dps -> "dps";
      case GuidanceConfig.Posterior posterior -> "posterior";
      case GuidanceConfig.ProjectionConfig projection ->
          projection.finalOnly() ? "projection, final only" : "projection, each step";
    };
  }
}
