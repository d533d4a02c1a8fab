package io.scorefield.simulation;

import io.scorefield.physics.Tape;
import io.scorefield.physics.TapeBuilder;
import io.scorefield.physics.TapeOperation;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What drives a simulation: an energy U(x), and forces F_d(x) on some components that need not come from one.
///
/// A mixture U_k = U + V_k has K modes. Its last component says which mode a walker is in: k where it is in [k, k + 1).
///
/// @param potential its objective is U
/// @param forces its residual is F_d, by component
/// @param modes K; 0: the energy is no mixture
public record Energy(Tape potential, Map<Integer, Tape> forces, int modes) {
  /// So much of a mode's length is neither in it nor in the next: numbers of float32 do not tell.
  private static final double EDGE = 1e-6;

  public Energy {
    forces = new TreeMap<>(forces);
  }

  /// An energy that is no mixture.
  public Energy(Tape potential, Map<Integer, Tape> forces) {
    this(potential, forces, 0);
  }

  /// The mixture of an energy: U + V_0 + the sum over k > 0 of (V_k - V_{k-1}) if the last component is k or more.
  ///
  /// @param others V_k, their objectives, for samples of the same dimension
  public Energy mixedWith(List<Tape> others) {
    TapeBuilder builder = new TapeBuilder(dimension());
    builder.include(potential).forEach(builder::add);
    int mode = builder.input(dimension() - 1);
    for (int k = 0; k < others.size(); k++) {
      int above = builder.multiply(builder.constant(1 / EDGE), builder.subtract(mode, builder.constant(k)));
      int within = builder.append(TapeOperation.MIN, builder.constant(1), builder.append(TapeOperation.MAX, builder.constant(0), above));
      int step = k == 0 ? builder.constant(1) : builder.append(TapeOperation.HOLD, within);
      add(builder, others.get(k), step, 1);
      if (k > 0) {
        add(builder, others.get(k - 1), step, -1);
      }
    }
    return new Energy(builder.build(), forces, others.size());
  }

  private static void add(TapeBuilder builder, Tape energy, int factor, double sign) {
    for (TapeBuilder.Goal goal : builder.include(energy)) {
      builder.objective(builder.multiply(goal.node(), factor), sign * goal.weight());
    }
  }

  /// Components that are places, not the mode.
  public int coordinates() {
    return dimension() - (modes > 0 ? 1 : 0);
  }

  /// D.
  public int dimension() {
    return potential.inputs();
  }

  /// Whether there is a force beside the energy.
  public boolean isDriven() {
    return !forces.isEmpty();
  }

  /// A tape whose objective has the gradient grad U - F. Where there is a force its value means nothing.
  public Tape tape() {
    TapeBuilder builder = new TapeBuilder(dimension());
    builder.include(potential).forEach(builder::add);
    forces.forEach(
        (component, force) -> {
          for (TapeBuilder.Goal goal : builder.include(force)) {
            int held = builder.append(TapeOperation.HOLD, goal.node());
            builder.objective(builder.multiply(builder.input(component), held), -goal.weight());
          }
        });
    return builder.build();
  }
}
