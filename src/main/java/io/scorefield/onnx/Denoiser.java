package io.scorefield.onnx;

import io.scorefield.data.Conditions;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A network alone, with all that stands between a noisy point and its estimate: (x, t) -> x0, eps.
public final class Denoiser {
  private Denoiser() {}

  /// @param told what the network's conditions mean
  /// @throws IllegalArgumentException when the model cannot be written so, with the reason
  public static OnnxModel of(Diffuser diffuser, Network network, Conditions told) {
    Refusals.requireWritable(diffuser);
    OnnxGraph graph = new OnnxGraph();
    boolean isTold = diffuser.scaling().frame().conditions() > 0;
    int varied = diffuser.scaling().frame().varied();
    graph.input(
        "x", ElementType.FLOAT, "noisy points alpha(t) x_0 + sigma(t) eps, in units of the state", OnnxGraph.SAMPLES, varied);
    LevelNodes.Level level = new LevelNodes(graph, diffuser).declared();
    List<String> seen = new ArrayList<>(List.of(graph.multiply("x", level.inputScale())));
    if (isTold) {
      seen.add(Told.declared(graph, diffuser.scaling(), told));
    }
    seen.add(level.features());
    graph.scope("network");
    NetworkNodes nodes = new NetworkNodes(graph, network);
    String output = nodes.evaluate(nodes.features() == 0 ? graph.joined(seen.subList(0, seen.size() - 1)) : graph.joined(seen));
    graph.scope("");
    if (isTold) {
      int[] own = new int[varied];
      Arrays.setAll(own, d -> d);
      output = graph.picked(1, output, graph.list(own));
    }
    String x0 = sum(graph, level.x0(), output);
    DataNodes data = new DataNodes(graph, diffuser.scaling());
    graph.output(
        "denoised", data.type(), "x_0 as the network estimates it, in units of the data", data.toData(x0), OnnxGraph.SAMPLES,
        diffuser.scaling().frame().made());
    graph.output("x0", ElementType.FLOAT, "the same in units of the state", x0, OnnxGraph.SAMPLES, varied);
    String eps = sum(graph, level.eps(), output);
    graph.output("eps", ElementType.FLOAT, "the noise in x as the network estimates it", eps, OnnxGraph.SAMPLES, varied);
    column(graph, "alpha", level.alpha());
    column(graph, "sigma", level.sigma());
    return new OnnxModel(
        graph, "denoiser", "The denoiser of a diffusion model: what x_0 is behind x = alpha x_0 + sigma eps.");
  }

  private static String sum(OnnxGraph graph, LevelNodes.Sum sum, String output) {
    return graph.add(graph.multiply(sum.fromX(), "x"), graph.multiply(sum.fromOutput(), output));
  }

  private static void column(OnnxGraph graph, String name, String value) {
    graph.output(name, ElementType.FLOAT, name + "(t)", value, OnnxGraph.SAMPLES, 1);
  }
}
