package io.scorefield.experiment.simulation;

import io.scorefield.config.ConfigException;
import io.scorefield.experiment.settings.NamedNumbers;
import io.scorefield.experiment.settings.SimulationConfig;
import io.scorefield.experiment.settings.StageConfig;
import io.scorefield.physics.Tape;
import io.scorefield.physics.Variables;
import io.scorefield.physics.formula.Formula;
import io.scorefield.physics.formula.FormulaLaw;
import io.scorefield.simulation.Energy;
import io.scorefield.simulation.Stage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The formulas of a simulation, compiled.
record EnergySetup(SimulationConfig config, Variables variables, Map<String, Double> parameters) {
  static EnergySetup of(SimulationConfig config, Variables variables) {
    Map<String, Double> parameters = new LinkedHashMap<>();
    config.parameters().forEach(
        (name, text) -> parameters.put(name, NamedNumbers.number("the parameter '" + name + "'", text)));
    return new EnergySetup(config, variables, parameters);
  }

  /// The energy of the simulation.
  Energy energy() {
    Map<Integer, Tape> forces = new LinkedHashMap<>();
    config.force().forEach(
        (name, formula) -> {
          Tape tape = quantity("force." + name, formula, false);
          for (int component : NamedNumbers.components(name, variables)) {
            if (forces.put(component, tape) != null) {
              throw new IllegalArgumentException("component " + variables.elements().get(component) + " has two forces");
            }
          }
        });
    Energy energy = new Energy(quantity("energy", config.energy(), true), forces);
    List<Tape> modes = new ArrayList<>();
    for (int k = 0; k < config.modes().size(); k++) {
      modes.add(quantity("modes[" + k + "]", config.modes().get(k), true));
    }
    return modes.isEmpty() ? energy : energy.mixedWith(modes);
  }

  private Tape quantity(String key, String formula, boolean objective) {
    try {
      return FormulaLaw.quantity(Formula.parse(formula), variables, parameters, objective);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(key + ": " + e.getMessage(), e);
    }
  }

  /// Its stages; one where none are given.
  List<Stage> stages() {
    Energy energy = energy();
    if (config.stages().isEmpty()) {
      return List.of(new Stage(config.steps(), energy, 0, energy.coordinates()));
    }
    double all = config.stages().stream().mapToDouble(StageConfig::share).sum();
    double sum = 0;
    int begin = 0;
    List<Stage> stages = new ArrayList<>();
    for (int i = 0; i < config.stages().size(); i++) {
      StageConfig given = config.stages().get(i);
      List<Integer> moving = new ArrayList<>();
      given.components().forEach(name -> moving.addAll(NamedNumbers.components(name, variables)));
      int from = moving.stream().min(Integer::compare).orElse(0);
      if (moving.isEmpty() || moving.stream().distinct().count() != moving.size()
          || moving.stream().max(Integer::compare).orElse(0) != from + moving.size() - 1) {
        throw new IllegalArgumentException(
            "'stages[" + i + "].components' must be neighbours in the order of 'components', each once");
      }
      sum += given.share();
      int until = i == config.stages().size() - 1 ? config.steps() : (int) Math.round(config.steps() * sum / all);
      if (until <= begin) {
        throw new IllegalArgumentException("'stages[" + i + "]' has no step of the " + config.steps());
      }
      Energy own =
          given.energy().isEmpty()
              ? energy
              : new Energy(
                  quantity("stages[" + i + "].energy", given.energy(), true), energy.forces());
      stages.add(new Stage(until, own, from, from + moving.size()));
      begin = until;
    }
    return stages;
  }
}
