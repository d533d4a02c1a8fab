package io.scorefield.engine.nativecpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.scorefield.engine.StepProgram;
import io.scorefield.engine.layout.FoldedFeatures;
import io.scorefield.engine.layout.ProgramTables;
import io.scorefield.engine.layout.RowFeatures;
import io.scorefield.engine.layout.Tables;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.NetworkProgram.Way;
import io.scorefield.network.plan.Plan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// A network as the library's functions for sampling take it.
///
/// @param shape of a perceptron, else no segment
/// @param program of a network program, else no segment
/// @param parameters flat
/// @param rows what the rows that use the network need of their time features: of a perceptron the first layer's bias with
///     their share, of a program the features
record NativeNetwork(MemorySegment shape, MemorySegment program, MemorySegment parameters, MemorySegment rows) {
  /// The network for the rows of a sampler.
  static NativeNetwork of(Network network, StepProgram sampler, Arena arena) {
    return switch (network.architecture()) {
      case Mlp mlp -> perceptron(network, mlp, FoldedFeatures.of(network, sampler, mlp.out(0), arena), arena);
      case NetworkProgram program -> {
        Way way = sampler.goesBack() ? Way.TO_STATE : Way.FORWARD;
        yield program(network, program, way, RowFeatures.of(sampler, arena), arena);
      }
    };
  }

  /// The network at one set of time features.
  static NativeNetwork of(Network network, double[] timeFeatures, Arena arena) {
    return switch (network.architecture()) {
      case Mlp mlp -> perceptron(network, mlp, FoldedFeatures.of(network, timeFeatures, mlp.out(0), arena), arena);
      case NetworkProgram program ->
          program(network, program, Way.FORWARD, RowFeatures.of(List.of(timeFeatures), arena), arena);
    };
  }

  private static NativeNetwork perceptron(Network network, Mlp mlp, MemorySegment biases, Arena arena) {
    return new NativeNetwork(
        Tables.shape(mlp, arena), MemorySegment.NULL, arena.allocateFrom(JAVA_FLOAT, network.parameters()), biases);
  }

  private static NativeNetwork program(
      Network network, NetworkProgram program, Way way, MemorySegment features, Arena arena) {
    return new NativeNetwork(
        MemorySegment.NULL, ProgramTables.table(Plan.of(program, way), arena),
        arena.allocateFrom(JAVA_FLOAT, network.parameters()), features);
  }
}
