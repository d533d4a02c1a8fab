package io.scorefield.onnx;

import io.scorefield.engine.RowUse;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Writes the rows of a sampler's table, one after the other. The state has two parts: the coordinates that samples have, and
/// conditions behind them, which rows between steps may change.
final class RowNodes {
  private final OnnxGraph graph;
  private final NetworkNodes network;
  private final StepProgram program;
  private final int varied;
  private final List<UnrolledSampler.Noise> noises;

  private String x;
  private String saved;
  private Optional<String> memory = Optional.empty(); // empty: 0
  private Optional<String> earlier = Optional.empty();
  private Optional<String> kept = Optional.empty();
  private Optional<String> told = Optional.empty(); // as an input of the graph
  private double[] given; // otherwise

  /// @param state to begin with, [N, varied]
  RowNodes(
      OnnxGraph graph, NetworkNodes network, StepProgram program, int varied, List<UnrolledSampler.Noise> noises,
      String state) {
    this.graph = graph;
    this.network = network;
    this.program = program;
    this.varied = varied;
    this.noises = noises;
    x = state;
    saved = state;
    given = program.given().clone();
  }

  /// Conditions from outside, [N, C], instead of those of the program.
  void told(String conditions) {
    told = Optional.of(conditions);
    given = new double[0];
  }

  /// The state after the rows so far, [N, varied].
  String state() {
    return x;
  }

  void write(StepRow row) {
    if (row.from() >= varied) {
      // Between the steps of an annealing: a condition is multiplied, and nothing else is done.
      for (int c = row.from() - varied; c < Math.min(given.length, row.end(varied + given.length) - varied); c++) {
        given[c] *= row.state();
      }
      return;
    }
    String o = row.usesNetwork() ? output(row) : "";
    String before = x;
    List<String> next = new ArrayList<>();
    List<String> remembered = new ArrayList<>();
    term(next, row, row.state(), 1, x);
    term(next, row, row.saved(), 0, saved);
    term(next, row, row.output(), 0, o);
    memory.ifPresent(m -> term(next, row, row.memory(), 0, m));
    earlier.ifPresent(e -> term(next, row, row.earlier(), 0, e));
    if (row.noise() != 0) {
      int number = noises.indexOf(UnrolledSampler.Noise.of(row));
      term(next, row, row.noise(), 0, graph.picked(0, "step_noise", graph.wholes(new int[] {number})));
    }
    memory.ifPresent(m -> term(remembered, row, row.memoryDecay(), 1, m));
    term(remembered, row, row.memoryOutput(), 0, o);
    if (row.uses(RowUse.REMEMBERS)) {
      term(remembered, row, row.memoryState(), 0, before);
    }
    if (row.shifts()) {
      List<String> shifted = new ArrayList<>();
      memory.ifPresent(m -> term(shifted, row, 1, 0, m));
      earlier.ifPresent(e -> term(shifted, row, 0, 1, e));
      earlier = sum(shifted);
    }
    memory = sum(remembered);
    saved = row.save() ? before : saved;
    x = sum(next).orElseGet(() -> graph.scale(before, 0));
  }

  /// Adds factor * value, on the components that the row changes; on the others it is `otherwise` * value.
  private void term(List<String> terms, StepRow row, double factor, double otherwise, String value) {
    boolean all = row.from() == 0 && row.end(varied) >= varied;
    if (factor == 0 && (all || otherwise == 0)) {
      return;
    }
    terms.add(all ? graph.scale(value, factor) : graph.multiply(value, columns(row, factor, otherwise)));
  }

  private String columns(StepRow row, double factor, double otherwise) {
    double[] values = new double[varied];
    Arrays.setAll(values, d -> row.changes(d, varied) ? factor : otherwise);
    return graph.constant(values, varied);
  }

  private Optional<String> sum(List<String> terms) {
    return terms.stream().reduce(graph::add);
  }

  /// o of the row.
  private String output(StepRow row) {
    List<String> seen = new ArrayList<>();
    boolean all = row.from() == 0 && row.end(varied) >= varied;
    seen.add(all ? graph.scale(x, row.inputScale()) : graph.multiply(x, columns(row, row.inputScale(), row.condition())));
    if (told.isPresent()) {
      seen.add(graph.scale(told.get(), row.condition()));
    }
    double[] constants = new double[given.length + network.features()];
    double[] features = row.timeFeatures();
    Arrays.setAll(constants, i -> i < given.length ? row.condition() * given[i] : features[i - given.length]);
    if (constants.length > 0) {
      seen.add(graph.everySample(graph.constant(constants, 1, constants.length), constants.length));
    }
    String output = network.evaluate(graph.joined(seen));
    if (told.isPresent() || given.length > 0) {
      int[] own = new int[varied];
      Arrays.setAll(own, d -> d);
      output = graph.picked(1, output, graph.list(own));
    }
    if (row.combines() || row.keeps()) {
      List<String> terms = new ArrayList<>();
      if (row.gain() != 0) {
        terms.add(graph.scale(output, row.gain()));
      }
      kept.filter(k -> row.carry() != 0).ifPresent(k -> terms.add(graph.scale(k, row.carry())));
      output = sum(terms).orElse(graph.scale(output, 0));
      kept = row.keeps() ? Optional.of(output) : kept;
    }
    return row.clip() ? clipped(row, output) : output;
  }

  /// The output whose x0hat is within the bounds: where it is already, the output itself.
  private String clipped(StepRow row, String output) {
    String fromX = graph.scale(x, row.x0FromX());
    String estimate = graph.add(fromX, graph.scale(output, row.x0FromOutput()));
    String least = graph.constant(Arrays.copyOf(program.lowest(), varied), varied);
    String most = graph.constant(Arrays.copyOf(program.highest(), varied), varied);
    String within = graph.node("Min", graph.node("Max", estimate, least), most);
    String moved = graph.divide(graph.node("Sub", within, fromX), graph.number(row.x0FromOutput()));
    return graph.node("Where", graph.node("Equal", within, estimate), output, moved);
  }
}
