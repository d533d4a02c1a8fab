package io.scorefield.physics.formula;

import io.scorefield.physics.TapeBuilder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where an expression is compiled: in which loop, with which values of the indices, and on which elements of whole
/// fields.
///
/// @param loop of the tape builder, or {@link TapeBuilder#NO_LOOP}
/// @param indices value of every index in every iteration
/// @param elements which element of whole fields an iteration takes; empty where fields need an index
/// @param extent elements of whole fields there
/// @param stencil how far neighbours are looked at on a grid; empty outside of `stencil` laws
/// @param squares by the name of a length, `d` or `r`, the node of its square; only in sums over particles
record Scope(
    int loop,
    Map<String, int[]> indices,
    Optional<int[]> elements,
    int extent,
    Optional<Neighbour> stencil,
    Map<String, Integer> squares) {

  /// A neighbour on a grid.
  ///
  /// @param shape of the fields
  /// @param shift along every axis
  record Neighbour(List<Integer> shape, int[] shift) {}

  static Scope root() {
    return over(TapeBuilder.NO_LOOP, Map.of());
  }

  /// A loop over indices.
  static Scope over(int loop, Map<String, int[]> indices) {
    return new Scope(loop, indices, Optional.empty(), 0, Optional.empty(), Map.of());
  }

  /// A loop over the elements of whole fields.
  static Scope over(int loop, int[] elements, Optional<Neighbour> stencil) {
    return new Scope(loop, Map.of(), Optional.of(elements), elements.length, stencil, Map.of());
  }

  /// The same with another length of particles.
  Scope with(String length, int square) {
    Map<String, Integer> all = new LinkedHashMap<>(squares);
    all.put(length, square);
    return new Scope(loop, indices, elements, extent, stencil, all);
  }

  /// The same loop with further indices, each the same in all iterations.
  Scope with(Map<String, Integer> more, int iterations) {
    Map<String, int[]> all = new LinkedHashMap<>(indices);
    more.forEach((name, value) -> all.put(name, filled(iterations, value)));
    return new Scope(loop, all, elements, extent, stencil, squares);
  }

  /// The same loop at one element of whole fields.
  Scope at(int element, int size, int iterations) {
    return new Scope(
        loop, indices, Optional.of(filled(iterations, element)), size, Optional.empty(), squares);
  }

  /// The neighbour `by` points further along an axis.
  Scope shifted(int axis, int by) {
    Neighbour here = stencil.orElseThrow();
    int[] shift = here.shift().clone();
    shift[axis] += by;
    return new Scope(
        loop, indices, elements, extent, Optional.of(new Neighbour(here.shape(), shift)), squares);
  }

  private static int[] filled(int length, int value) {
    int[] values = new int[length];
    Arrays.fill(values, value);
    return values;
  }
}
