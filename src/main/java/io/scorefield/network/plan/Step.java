package io.scorefield.network.plan;

import io.scorefield.network.program.Links;
import io.scorefield.network.program.Operation;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Weights;
import java.util.List;
import java.util.Optional;

/// What an engine does at once.
public sealed interface Step {
  /// Numbers from a port.
  record Load(Port port, Place result) implements Step {}

  /// Numbers to a port.
  record Store(Port port, Place from) implements Step {}

  /// x W^T + b, or x W where it is transposed.
  record Product(Weights weights, boolean transposed, Place from, Place result) implements Step {}

  /// Adds a^T b to the gradient of the weights.
  record WeightGradient(Weights weights, Place a, Place b) implements Step {}

  /// Sums over the positions that point to the same one.
  record SegmentSum(Links links, Place from, Place result) implements Step {}

  /// Sum over the features.
  record RowSum(Place from, Place result) implements Step {}

  /// Elementwise operations in one pass over memory. The numbers of slots count operands, then results, then numbers
  /// that are needed for a while.
  ///
  /// A result may have the place of an operand that no later operation reads.
  ///
  /// @param operations first to last
  /// @param slots how many there are
  record Map(int positions, int width, List<Operand> operands, List<Place> results, List<Compute> operations, int slots)
      implements Step {}

  /// What a map reads.
  ///
  /// @param place of a value
  /// @param numbers of a constant, [positions, width], instead of the place; empty where there is a place
  /// @param positions of the value or constant
  /// @param links by which positions are found; without, they are the map's own
  /// @param spread whether there is one feature for all
  record Operand(
      Optional<Place> place, Optional<double[]> numbers, int positions, Optional<Links> links, boolean spread) {}

  /// slot `result` = operation(slot `first`, slot `second`).
  record Compute(Operation operation, int first, int second, double immediate, int result) {}
}
