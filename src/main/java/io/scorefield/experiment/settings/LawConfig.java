package io.scorefield.experiment.settings;

import io.scorefield.config.Checked;
import io.scorefield.config.Kind;
import io.scorefield.config.Schema;
import io.scorefield.config.Setting;
import io.scorefield.io.Points;
import io.scorefield.physics.Law;
import io.scorefield.physics.Tape;
import io.scorefield.physics.Variables;
import io.scorefield.physics.formula.Formula;
import io.scorefield.physics.formula.FormulaLaw;
import io.scorefield.physics.formula.Grid;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A law that samples are to obey.
public sealed interface LawConfig {
  String FORMULA = "docs/physics.md has the language of formulas.";
  String NAME = "Name in tables and messages; empty: the law itself.";
  String WEIGHT = "Factor of the squared residual beside other laws.";
  String TOLERANCE =
      "Mean residual up to which the training points count as obeying it. 0: 5 % of their size.";
  String PARAMETERS = "Named numbers that the formula may use.";

  String name();

  double weight();

  double tolerance();

  /// What the law is where it has no name.
  String text();

  /// The residuals or the objective for samples with the given components.
  ///
  /// @throws IllegalArgumentException when it makes no sense for them, with the position of the mistake
  /// @throws IOException when a file it needs cannot be read
  Tape tape(Variables variables) throws IOException;

  /// The law for samples with the given components.
  default Law law(Variables variables) throws IOException {
    return new Law(
        name().isEmpty() ? text() : name(), tape(variables), weight(),
        tolerance() == 0 ? Double.NaN : tolerance());
  }

  /// The components of a field, or all of them where no field is named.
  private static int[] components(Variables variables, String field) {
    if (field.isEmpty()) {
      return range(0, variables.dimension());
    }
    Variables.Field known =
        variables
            .field(field)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "unknown field '" + field + "'; known are " + variables));
    return range(known.offset(), known.size());
  }

  private static int[] range(int from, int count) {
    int[] range = new int[count];
    Arrays.setAll(range, i -> from + i);
    return range;
  }

  /// The names of some components.
  private static List<String> names(Variables variables, int[] components) {
    List<String> all = variables.elements();
    return Arrays.stream(components).mapToObj(all::get).toList();
  }

  @Kind(value = "equality", byKey = true, doc = "A formula that is to be 0, or a = b.")
  record Equality(
      @Setting(doc = FORMULA) String equality,
      @Setting(doc = NAME, value = "''") String name,
      @Setting(doc = WEIGHT, value = "1", min = 0, max = 1e15, aboveMin = true) double weight,
      @Setting(doc = TOLERANCE, value = "0", min = 0) double tolerance,
      @Setting(doc = PARAMETERS, value = "{}") Map<String, String> parameters)
      implements LawConfig, Checked {
    @Override
    public void check() {
      Formula.parse(equality);
      NamedNumbers.of(parameters);
    }

    @Override
    public String text() {
      return equality;
    }

    @Override
    public Tape tape(Variables variables) {
      return FormulaLaw.equality(Formula.parse(equality), variables, NamedNumbers.of(parameters));
    }
  }

  @Kind(
      value = "inequality",
      byKey = true,
      doc = "A comparison that is to hold; its residual is by how much it fails.")
  record Inequality(
      @Setting(doc = FORMULA) String inequality,
      @Setting(doc = NAME, value = "''") String name,
      @Setting(doc = WEIGHT, value = "1", min = 0, max = 1e15, aboveMin = true) double weight,
      @Setting(doc = TOLERANCE, value = "0", min = 0) double tolerance,
      @Setting(doc = PARAMETERS, value = "{}") Map<String, String> parameters)
      implements LawConfig, Checked {
    @Override
    public void check() {
      Formula.parse(inequality);
      NamedNumbers.of(parameters);
    }

    @Override
    public String text() {
      return inequality;
    }

    @Override
    public Tape tape(Variables variables) {
      return FormulaLaw.inequality(Formula.parse(inequality), variables, NamedNumbers.of(parameters));
    }
  }

  @Kind(
      value = "objective",
      byKey = true,
      doc = "A quantity J that is to be small: its likelihood is exp(-weight J).")
  record Objective(
      @Setting(doc = FORMULA) String objective,
      @Setting(doc = NAME, value = "''") String name,
      @Setting(doc = "Its weight, at every noise level.", value = "1", min = 0, max = 1e15, aboveMin = true)
          double weight,
      @Setting(doc = PARAMETERS, value = "{}") Map<String, String> parameters)
      implements LawConfig, Checked {
    @Override
    public void check() {
      Formula.parse(objective);
      NamedNumbers.of(parameters);
    }

    @Override
    public String text() {
      return objective;
    }

    @Override
    public double tolerance() {
      return 0;
    }

    @Override
    public Tape tape(Variables variables) {
      return FormulaLaw.objective(Formula.parse(objective), variables, NamedNumbers.of(parameters));
    }
  }

  @Kind(
      value = "stencil",
      byKey = true,
      doc = "An equality at every point of a grid, with div, grad, laplace, dx and dy.")
  record Stencil(
      @Setting(doc = "The formula, for example div(k * grad(u)) + 1.") String stencil,
      @Setting(doc = NAME, value = "''") String name,
      @Setting(doc = "Distance of neighbouring grid points.", min = 0, aboveMin = true)
          double spacing,
      @Setting(
              doc = "What lies beyond the edge, by field: neumann (the default), periodic, or dirichlet VALUE.",
              value = "{}")
          Map<String, String> boundary,
      @Setting(doc = WEIGHT, value = "1", min = 0, max = 1e15, aboveMin = true) double weight,
      @Setting(doc = TOLERANCE, value = "0", min = 0) double tolerance,
      @Setting(doc = PARAMETERS, value = "{}") Map<String, String> parameters)
      implements LawConfig, Checked {
    @Override
    public void check() {
      Formula.parse(stencil);
      NamedNumbers.of(parameters);
      grid();
    }

    private Grid grid() {
      Map<String, Grid.Boundary> boundaries = new LinkedHashMap<>();
      boundary.forEach((field, text) -> boundaries.put(field, Grid.boundaryOf(text)));
      return new Grid(spacing, boundaries);
    }

    @Override
    public String text() {
      return stencil;
    }

    @Override
    public Tape tape(Variables variables) {
      return FormulaLaw.stencil(Formula.parse(stencil), variables, NamedNumbers.of(parameters), grid());
    }
  }

  @Kind(value = "linear", byKey = true, doc = "A x = b, with A and b from files.")
  record Linear(
      @Setting(doc = "A [M, n], a .npy or .csv file.", path = true) String linear,
      @Setting(doc = "b [M], a .npy or .csv file of M rows; empty: 0.", value = "''", path = true) String right,
      @Setting(doc = "The field that x is; empty: the whole sample.", value = "''") String field,
      @Setting(doc = NAME, value = "''") String name,
      @Setting(doc = WEIGHT, value = "1", min = 0, max = 1e15, aboveMin = true) double weight,
      @Setting(doc = TOLERANCE, value = "0", min = 0) double tolerance)
      implements LawConfig {
    @Override
    public String text() {
      return ConfigFiles.fileName(linear) + (field.isEmpty() ? " x" : " " + field) + " = "
          + (right.isEmpty() ? "0" : ConfigFiles.fileName(right));
    }

    @Override
    public Tape tape(Variables variables) throws IOException {
      int[] components = components(variables, field);
      double[] matrix = ConfigFiles.matrix("physics", linear, names(variables, components));
      int rows = matrix.length / components.length;
      double[] b = right.isEmpty() ? new double[rows] : ConfigFiles.vector("physics", right);
      if (b.length != rows) {
        throw new IllegalArgumentException(
            ConfigFiles.fileName(right) + " has " + b.length + " numbers, but "
                + ConfigFiles.fileName(linear) + " has " + rows + " rows");
      }
      return Law.linear(matrix, b, components, variables.dimension());
    }
  }

  /// Conserved quantities.
  enum Quantity {
    /// sum of weights u.
    MASS,
    /// The same for velocities: sum of masses u.
    MOMENTUM,
    /// 1/2 sum of weights u^2.
    ENERGY
  }

  @Kind(
      value = "invariant",
      byKey = true,
      doc = "A conserved quantity of a field: mass or momentum, sum w u; energy, 1/2 sum w u^2.")
  record Invariant(
      @Setting(doc = "Which quantity.") Quantity invariant,
      @Setting(doc = "The field; empty: the whole sample.", value = "''") String field,
      @Setting(doc = "The value it has.") double value,
      @Setting(
              doc = "w: a number, for example the grid spacing, or a .npy file of one for each component.",
              value = "1",
              path = true)
          String weights,
      @Setting(doc = NAME, value = "''") String name,
      @Setting(doc = WEIGHT, value = "1", min = 0, max = 1e15, aboveMin = true) double weight,
      @Setting(doc = TOLERANCE, value = "0", min = 0) double tolerance)
      implements LawConfig {
    @Override
    public String text() {
      return Schema.key(invariant) + (field.isEmpty() ? "" : " of " + field) + " = " + value;
    }

    @Override
    public Tape tape(Variables variables) throws IOException {
      int[] components = components(variables, field);
      double[] w;
      if (weights.matches("[-+.0-9eE]+")) {
        w = new double[components.length];
        Arrays.fill(w, Double.parseDouble(weights));
      } else {
        Points file = ConfigFiles.read("physics", weights);
        w =
            file.dimension() == components.length
                ? ConfigFiles.matrix("physics", weights, names(variables, components))
                : file.doubles();
      }
      if (w.length != components.length) {
        throw new IllegalArgumentException(
            ConfigFiles.fileName(weights) + " has " + w.length + " numbers for " + components.length + " components");
      }
      return Law.invariant(invariant == Quantity.ENERGY, w, value, components, variables.dimension());
    }
  }
}
