package io.scorefield.experiment;

import io.scorefield.config.ConfigException;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.settings.InverseConfig;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Law;
import io.scorefield.physics.Tape;
import java.io.IOException;
import java.util.Optional;

/// An inverse problem with its files read: A and, where it is given, y.
///
/// @param operator A(x) as residuals, in data units
/// @param measured y; empty where fresh truths are measured
record InverseProblem(Tape operator, Optional<double[]> measured) {
  /// The law that measurements make: A(x) = y.
  Constraint law(double[] y) {
    return Constraint.of(Law.of("inverse.observe", operator.minus(y)));
  }

  /// Reads the files of a model's problem.
  ///
  /// @throws ConfigException when they do not fit the model's components or each other
  static InverseProblem of(Model model) throws IOException {
    InverseConfig config = model.config().inverse();
    Tape operator;
    try {
      operator = config.operator(model.variables());
    } catch (IllegalArgumentException e) {
      throw new ConfigException("inverse: " + e.getMessage(), e);
    }
    if (config.measured().isEmpty()) {
      return new InverseProblem(operator, Optional.empty());
    }
    double[] y = config.measurements();
    if (y.length != operator.residuals()) {
      throw new ConfigException(
          "inverse.measured: " + config.measured() + " has " + y.length + " numbers, but A has "
              + operator.residuals());
    }
    return new InverseProblem(operator, Optional.of(y));
  }
}
