package io.scorefield.report;

import io.scorefield.config.ConfigWriter;
import io.scorefield.engine.EngineInfo;
import io.scorefield.eval.MetricValue;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.settings.SimulationConfig;
import io.scorefield.physics.Law;
import io.scorefield.simulation.Observation;
import io.scorefield.simulation.Pilots;
import io.scorefield.simulation.Quantity;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// What a simulation leaves in its folder beside its walkers: observables.csv, summary.json, pictures and report.html.
///
/// @param components names, `[D]`
/// @param pilots what the temperature was learned from; empty where it was given
public record SimulationReport(
    String name,
    SimulationConfig config,
    EngineInfo engine,
    List<String> components,
    List<Law> laws,
    List<Quantity> quantities,
    List<Observation> observations,
    List<Pilots.Pilot> pilots,
    SimulationPicture picture) {
  public void write(RunFolder folder) throws IOException {
    ObservationTable.write(folder.root().resolve("observables.csv"), observations, laws);
    new SimulationPlots(components, observations, laws, picture).write(folder.plots());
    Map<String, Object> tree = tree();
    Summary.write(folder.summary(), tree);
    Map<String, Map<String, MetricValue>> metrics = new LinkedHashMap<>();
    metrics.put("simulated", new LinkedHashMap<>());
    metrics.put("exact", new LinkedHashMap<>());
    for (Quantity quantity : quantities) {
      metrics.get("simulated").put(quantity.name(), value(quantity.value(), quantity.error()));
      if (!Double.isNaN(quantity.exact())) {
        metrics.get("exact").put(quantity.name(), value(quantity.exact(), 0));
      }
    }
    Report.write(
        folder, name, config.description().isEmpty() ? name : config.description(), metrics, Map.of(), List.of(), note(),
        ConfigWriter.yaml(config), new Provenance().tree(engine));
  }

  private static final String NOTE =
      "Averages over time leave out the part of the simulation before it has settled; entropy and free energy are those "
          + "of the last snapshot. Standard errors are over walkers. Exact values are by quadrature.";

  private String note() {
    if (pilots.isEmpty()) {
      return NOTE;
    }
    return NOTE + " The temperature was learned from heat capacities that pilots measured: "
        + pilots.stream()
            .map(
                pilot ->
                    String.format(
                        Locale.ROOT, "%.3g +- %.1g at T = %.3g", pilot.capacity().mean(), pilot.capacity().error(),
                        pilot.temperature()))
            .collect(Collectors.joining(", "))
        + ".";
  }

  private MetricValue value(double value, double error) {
    return new MetricValue(value, Double.isNaN(error) ? 0 : error, Double.NaN, config.walkers());
  }

  private Map<String, Object> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("simulation", name);
    tree.put("seed", config.seed());
    Map<String, Object> values = new LinkedHashMap<>();
    for (Quantity quantity : quantities) {
      Map<String, Object> value = new LinkedHashMap<>();
      value.put("value", number(quantity.value()));
      value.put("standard-error", number(quantity.error()));
      value.put("exact", number(quantity.exact()));
      values.put(quantity.name(), value);
    }
    tree.put("quantities", values);
    if (!pilots.isEmpty()) {
      tree.put("pilots", pilots.stream().map(SimulationReport::tree).toList());
    }
    tree.put("config", ConfigWriter.tree(config));
    tree.put("provenance", new Provenance().tree(engine));
    tree.put("written", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    return tree;
  }

  private static Map<String, Object> tree(Pilots.Pilot pilot) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("temperature", pilot.temperature());
    tree.put("energy", number(pilot.energy().mean()));
    tree.put("energy-standard-error", number(pilot.energy().error()));
    tree.put("heat-capacity", number(pilot.capacity().mean()));
    tree.put("heat-capacity-standard-error", number(pilot.capacity().error()));
    return tree;
  }

  /// JSON has no NaN.
  private static Double number(double value) {
    return Double.isNaN(value) ? null : value;
  }
}
