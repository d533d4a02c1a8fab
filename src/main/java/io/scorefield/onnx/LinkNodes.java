package io.scorefield.onnx;

import io.scorefield.network.program.Links;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Writes what goes along links from one space to another. A value of one position has no axis of positions.
final class LinkNodes {
  private final OnnxGraph graph;

  LinkNodes(OnnxGraph graph) {
    this.graph = graph;
  }

  /// To every position of `links.to` the value where its link points to, 0 where it points nowhere.
  String gather(Links links, String value) {
    int[] of = links.of();
    int[] numbers = Arrays.stream(of).map(link -> Math.max(link, 0)).toArray();
    double[] there = Arrays.stream(of).mapToDouble(link -> link < 0 ? 0 : 1).toArray();
    String all = withPositions(links.from().positions(), value);
    boolean single = links.to().positions() == 1;
    String picked = graph.picked(1, all, single ? graph.wholes(numbers) : graph.list(numbers));
    boolean whole = Arrays.stream(there).allMatch(one -> one == 1);
    return whole
        ? picked
        : graph.multiply(picked, single ? graph.constant(there, 1) : graph.constant(there, there.length, 1));
  }

  /// To every position of `links.from` the sum of the values at the positions that point to it.
  ///
  /// The values are picked by target, as many for each as the one with the most has, and summed.
  String segmentSum(Links links, String value) {
    int targets = links.from().positions();
    List<List<Integer>> sources = new ArrayList<>();
    for (int target = 0; target < targets; target++) {
      sources.add(new ArrayList<>());
    }
    int[] of = links.of();
    for (int source = 0; source < of.length; source++) {
      if (of[source] >= 0) {
        sources.get(of[source]).add(source);
      }
    }
    int most = Math.max(1, sources.stream().mapToInt(List::size).max().orElse(1));
    int[] numbers = new int[targets * most];
    double[] there = new double[numbers.length];
    for (int target = 0; target < targets; target++) {
      for (int k = 0; k < sources.get(target).size(); k++) {
        numbers[target * most + k] = sources.get(target).get(k);
        there[target * most + k] = 1;
      }
    }
    String all = withPositions(links.to().positions(), value);
    boolean single = targets == 1;
    String picked = graph.picked(1, all, single ? graph.list(numbers) : graph.wholes(numbers, targets, most));
    if (Arrays.stream(there).anyMatch(one -> one == 0)) {
      picked =
          graph.multiply(
              picked, single ? graph.constant(there, most, 1) : graph.constant(there, targets, most, 1));
    }
    return graph.node("ReduceSum", List.of(Attribute.whole("keepdims", 0)), picked, graph.list(single ? 1 : 2));
  }

  private String withPositions(int positions, String value) {
    return positions == 1 ? graph.node("Unsqueeze", value, graph.list(1)) : value;
  }
}
