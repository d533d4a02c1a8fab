package io.scorefield.onnx;

import io.scorefield.data.Condition;
import io.scorefield.data.Conditions;
import io.scorefield.data.Scaling;
import java.util.ArrayList;
import java.util.List;

/// The input `conditions` of files whose networks are told some.
final class Told {
  private Told() {}

  /// Declares it.
  ///
  /// @param conditions what they mean; none where they have no names
  /// @return what the network is told, [N, C]
  static String declared(OnnxGraph graph, Scaling scaling, Conditions conditions) {
    List<String> parts = new ArrayList<>();
    for (Condition condition : conditions.all()) {
      parts.add(
          condition.isNumber()
              ? condition.name() + ", a number"
              : "1 for the class of " + condition.name() + " and 0 for the others: " + String.join(", ", condition.classes()));
    }
    if (conditions.hasMark()) {
      parts.add("1; 0 where nothing is told");
    }
    if (conditions.isEmpty()) {
      parts.add("what the network is told beside x, such as a temperature");
    } else if (!conditions.hasMark()) {
      parts.add("all 0: nothing is told");
    }
    graph.input(
        "conditions", ElementType.FLOAT, String.join("; ", parts), OnnxGraph.SAMPLES, scaling.frame().conditions());
    return new DataNodes(graph, scaling).told(conditions, "conditions");
  }
}
