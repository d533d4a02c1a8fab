package io.scorefield.onnx;

import io.scorefield.data.Conditions;
import io.scorefield.data.Scaling;
import java.util.Arrays;
import java.util.List;

/// Writes the maps between units of the data and those of the state.
final class DataNodes {
  private final OnnxGraph graph;
  private final Scaling scaling;
  private final int made;
  private final int varied;

  DataNodes(OnnxGraph graph, Scaling scaling) {
    this.graph = graph;
    this.scaling = scaling;
    made = scaling.frame().made();
    varied = scaling.frame().varied();
  }

  /// The type of samples: float64 where float32 cannot hold their digits.
  ElementType type() {
    return hasOrigin() ? ElementType.DOUBLE : ElementType.FLOAT;
  }

  private boolean hasOrigin() {
    return Arrays.stream(scaling.origin()).limit(made).anyMatch(origin -> origin != 0);
  }

  /// States [N, varied] to points [N, made] in data units.
  String toData(String state) {
    String components = state;
    if (scaling.frame().centred().isPresent()) {
      double[] basis = new double[varied * made];
      for (int d = 0; d < made; d++) {
        double[] row = scaling.frame().row(d);
        for (int s = 0; s < varied; s++) {
          basis[s * made + d] = row[s];
        }
      }
      components = graph.node("MatMul", state, graph.constant(basis, varied, made));
    }
    double[] deviation = Arrays.copyOf(scaling.deviation(), made);
    double[] mean = Arrays.copyOf(scaling.mean(), made);
    String scaled = isAll(deviation, 1) ? components : graph.multiply(components, graph.constant(deviation, made));
    String moved = isAll(mean, 0) ? scaled : graph.add(scaled, graph.constant(mean, made));
    if (!hasOrigin()) {
      return moved;
    }
    String wide = graph.node("Cast", List.of(Attribute.whole("to", ElementType.DOUBLE.code())), moved);
    return graph.add(wide, graph.doubles(Arrays.copyOf(scaling.origin(), made), made));
  }

  private static boolean isAll(double[] values, double one) {
    return Arrays.stream(values).allMatch(value -> value == one);
  }

  /// Points [N, D] in data units less the origin to states.
  String toState(String points) {
    double[] factor = new double[made];
    Arrays.setAll(factor, d -> scaling.isConstant(d) ? 0 : 1 / scaling.deviation()[d]);
    double[] mean = Arrays.copyOf(scaling.mean(), made);
    return graph.multiply(graph.node("Sub", points, graph.constant(mean, made)), graph.constant(factor, made));
  }

  /// Conditions [N, C] in their own units as a network is told them. Of numbers, "none" is 0 in all components: the mark that
  /// says whether there are any is a factor of them.
  String told(Conditions all, String conditions) {
    int count = scaling.frame().conditions();
    double[] factor = new double[count];
    double[] mean = new double[count];
    Arrays.setAll(factor, c -> 1 / scaling.deviation()[made + c]);
    Arrays.setAll(mean, c -> scaling.mean()[made + c] + scaling.origin()[made + c]);
    String moved = isAll(mean, 0) ? conditions : graph.node("Sub", conditions, graph.constant(mean, count));
    String scaled = isAll(factor, 1) ? moved : graph.multiply(moved, graph.constant(factor, count));
    return all.hasMark() ? graph.multiply(scaled, graph.picked(1, conditions, graph.list(count - 1))) : scaled;
  }
}
