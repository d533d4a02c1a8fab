package io.scorefield.experiment.model;

import io.scorefield.config.ConfigException;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Law;
import io.scorefield.physics.Variables;
import java.util.List;
import java.util.Optional;

/// The laws as a training has them: those of the experiment, or the same with some fields counted as constants.
final class TrainingLaws {
  private TrainingLaws() {}

  /// @param fields that the laws train; empty: all
  /// @param made components behind these are conditions, which no law trains
  /// @throws ConfigException when there is no such field, or a law has none of them
  static Optional<Constraint> of(Optional<Constraint> laws, List<String> fields, Variables all, int made) {
    Variables variables = all.first(made);
    if (fields.isEmpty()) {
      return laws;
    }
    boolean[] trained = new boolean[all.dimension()];
    for (String name : fields) {
      Variables.Field field =
          variables
              .field(name)
              .orElseThrow(
                  () ->
                      new ConfigException(
                          "objective.physics.fields: the data have no field '" + name + "'; they have " + variables));
      for (int i = 0; i < field.size(); i++) {
        trained[field.offset() + i] = true;
      }
    }
    for (Law law : laws.map(Constraint::laws).orElse(List.of())) {
      if (law.tape().components().noneMatch(d -> trained[d])) {
        throw new ConfigException(
            "objective.physics.fields: the law '" + law.name() + "' trains nothing, as it reads none of "
                + String.join(", ", fields));
      }
    }
    return laws.map(constraint -> constraint.holding(d -> !trained[d]));
  }
}
