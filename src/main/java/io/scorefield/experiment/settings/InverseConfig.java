package io.scorefield.experiment.settings;

import io.scorefield.config.Checked;
import io.scorefield.config.Setting;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Law;
import io.scorefield.physics.Tape;
import io.scorefield.physics.Variables;
import io.scorefield.physics.formula.Formula;
import io.scorefield.physics.formula.FormulaLaw;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// An inverse problem: what is x, given y = A(x) + noise?
public record InverseConfig(
    @Setting(
            doc =
                "A: formulas with ; between them. With each(...) or whole fields one is a measurement an "
                    + "element: x; y^2 or each(i in 1..8, u[7*i]). Empty: no inverse problem, or a matrix.",
            value = "''")
        String observe,
    @Setting(
            doc =
                "A as a matrix [n, D], a .npy or .csv file; columns that have the names of components belong to them.",
            value = "''",
            path = true)
        String matrix,
    @Setting(
            doc = "Standard deviation of the measurements' noise.",
            value = "0.05",
            min = 0,
            aboveMin = true)
        double noise,
    @Setting(
            doc = "y, a .npy or .csv file of n numbers. Empty: measurements of fresh truths are made up.",
            value = "''",
            path = true)
        String measured,
    @Setting(doc = "How many truths are measured.", value = "20", min = 1, max = 1e6) int truths,
    @Setting(doc = "Posterior samples of each.", value = "200", min = 20, max = 1e8) int samples)
    implements Checked {
  @Override
  public void check() {
    if (!observe.isEmpty() && !matrix.isEmpty()) {
      throw new IllegalArgumentException("give 'observe' or 'matrix', not both");
    }
    if (!observe.isEmpty()) {
      for (String formula : observe.split(";", -1)) {
        Formula.parse(formula.strip());
      }
    }
  }

  /// Whether there is a problem to solve.
  public boolean present() {
    return !observe.isEmpty() || !matrix.isEmpty();
  }

  /// A(x) as the residuals of a tape, in data units.
  ///
  /// @throws IllegalArgumentException when it makes no sense for the components
  public Tape operator(Variables variables) throws IOException {
    if (!observe.isEmpty()) {
      List<Law> parts = new ArrayList<>();
      for (String formula : observe.split(";", -1)) {
        Formula parsed = Formula.parse(formula.strip());
        parts.add(Law.of(formula, FormulaLaw.equality(parsed, variables, Map.of())));
      }
      return new Constraint(parts).tape();
    }
    double[] rows = ConfigFiles.matrix("inverse.matrix", matrix, variables.elements());
    int[] components = new int[variables.dimension()];
    Arrays.setAll(components, d -> d);
    return Law.linear(
        rows, new double[rows.length / components.length], components, variables.dimension());
  }

  /// The measurements of the file.
  public double[] measurements() throws IOException {
    return ConfigFiles.vector("inverse.measured", measured);
  }
}
