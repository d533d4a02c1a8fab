package io.scorefield.onnx;

import io.scorefield.data.Conditions;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.network.Network;
import io.scorefield.rng.NoiseStream;
import java.util.ArrayList;
import java.util.List;

/// A whole sampler, row after row of its table: noise -> samples. {@link StepRow} has the formulas.
///
/// @param model the file
/// @param evaluations of the network
/// @param noises what the rows of the input `step_noise` are, in their order
public record UnrolledSampler(OnnxModel model, int evaluations, List<Noise> noises) {
  /// Normals of the program's own noise: number `step` * S + d of a sample in the stream, for coordinate d of the S that the
  /// network sees.
  public record Noise(NoiseStream stream, int step) {
    static Noise of(StepRow row) {
      return new Noise(row.stream(), row.noiseStep());
    }
  }

  public UnrolledSampler {
    noises = List.copyOf(noises);
  }

  /// @param program of the sampler; where there are conditions with names, those that it begins with are not looked at
  /// @param told what the network's conditions mean
  /// @throws IllegalArgumentException when the sampler cannot be written so, with the reason
  public static UnrolledSampler of(Diffuser diffuser, Network network, StepProgram program, Conditions told) {
    Refusals.requireWritable(diffuser);
    Refusals.requireUnrollable(program);
    OnnxGraph graph = new OnnxGraph();
    DataNodes data = new DataNodes(graph, diffuser.scaling());
    int varied = diffuser.scaling().frame().varied();
    int made = diffuser.scaling().frame().made();
    String state;
    if (diffuser.start().isPresent()) {
      graph.input(
          "start", ElementType.FLOAT, "points that samples begin with, in units of the data", OnnxGraph.SAMPLES, made);
      state = data.toState("start");
    } else {
      graph.input("noise", ElementType.FLOAT, "standard normal numbers", OnnxGraph.SAMPLES, varied);
      state = graph.scale("noise", program.priorScale());
    }
    List<Noise> noises = noises(program);
    if (!noises.isEmpty()) {
      graph.input(
          "step_noise", ElementType.FLOAT, "standard normal numbers for the steps, first to last", noises.size(),
          OnnxGraph.SAMPLES, varied);
    }
    RowNodes rows = new RowNodes(graph, new NetworkNodes(graph, network), program, varied, noises, state);
    if (!told.isEmpty()) {
      rows.told(Told.declared(graph, diffuser.scaling(), told));
    }
    for (int i = 0; i < program.rows().size(); i++) {
      graph.scope("row" + i);
      rows.write(program.rows().get(i));
      if (graph.nodeCount() > Refusals.MOST_OPERATIONS) {
        throw new IllegalArgumentException(
            "the sampler has more than " + Refusals.MOST_OPERATIONS + " operations after " + (i + 1) + " of its "
                + program.rows().size() + " rows; an ONNX file is for few steps: set sampler.steps");
      }
    }
    graph.scope("");
    graph.output(
        "samples", data.type(), "samples in units of the data", data.toData(rows.state()), OnnxGraph.SAMPLES, made);
    int evaluations = program.networkEvaluations();
    OnnxModel model =
        new OnnxModel(
            graph, "sampler", "A sampler of a diffusion model with " + evaluations + " evaluations of its network, unrolled.");
    return new UnrolledSampler(model, evaluations, noises);
  }

  /// Rows that ask for the same numbers have the same.
  private static List<Noise> noises(StepProgram program) {
    List<Noise> noises = new ArrayList<>();
    for (StepRow row : program.rows()) {
      if (row.noise() != 0 && !noises.contains(Noise.of(row))) {
        noises.add(Noise.of(row));
      }
    }
    return noises;
  }
}
