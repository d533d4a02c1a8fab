package io.scorefield.engine.cuda.network;

import io.scorefield.network.plan.Plan;
import io.scorefield.network.plan.Step;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The order in which products of a program read its weights: for every product [length][results], rows padded with zeros,
/// so that threads that compute neighbouring results read neighbouring weights.
///
/// @param source for every packed number the parameter that it is; -1: zero
/// @param begins for every step of the plan where its weights begin; 0 where it has none
record PackedWeights(int[] source, int[] begins) {
  /// What makes the packed weights of two products the same.
  private record Matrix(int offset, int length, int results, boolean transposed) {}

  static PackedWeights of(Plan plan) {
    Map<Matrix, Integer> known = new HashMap<>();
    int[] begins = new int[plan.steps().size()];
    int size = 0;
    List<Step> steps = plan.steps();
    for (int i = 0; i < begins.length; i++) {
      if (steps.get(i) instanceof Step.Product product) {
        Matrix matrix = matrix(product);
        Integer begin = known.putIfAbsent(matrix, size);
        begins[i] = begin == null ? size : begin;
        size = begin == null ? Math.addExact(size, Math.multiplyExact(matrix.length, padded(matrix))) : size;
      }
    }
    int[] source = new int[size];
    known.forEach((matrix, begin) -> fill(matrix, source, begin));
    return new PackedWeights(source, begins);
  }

  private static Matrix matrix(Step.Product product) {
    return new Matrix(
        product.weights().weight().offset(), product.from().width(), product.result().width(), product.transposed());
  }

  private static int padded(Matrix matrix) {
    return NetworkMemory.padded(matrix.results);
  }

  private static void fill(Matrix matrix, int[] source, int begin) {
    for (int k = 0; k < matrix.length; k++) {
      for (int o = 0; o < padded(matrix); o++) {
        // Weights are [out][in]; the results are the outputs, or when transposed the inputs.
        int of = matrix.transposed ? k * matrix.results + o : o * matrix.length + k;
        source[begin + k * padded(matrix) + o] = o < matrix.results ? matrix.offset + of : -1;
      }
    }
  }
}
