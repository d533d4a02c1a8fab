package io.scorefield.network;

import io.scorefield.network.program.Operation;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.Program;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Reverse;
import io.scorefield.network.program.Row;
import io.scorefield.network.program.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A network that is a table of matrix operations. Java writes the table and differentiates it; engines execute its rows.
///
/// @param name for messages
/// @param dimension D, the components of x and of the output
/// @param timeFeatures E
/// @param program reads x and the time features, writes the output
/// @param ofDistances a network of the same parameters for states that are distances, where there is one
public record NetworkProgram(
    String name, int dimension, int timeFeatures, Program program, Optional<NetworkProgram> ofDistances)
    implements Architecture {
  /// A network that is no other's.
  public NetworkProgram(String name, int dimension, int timeFeatures, Program program) {
    this(name, dimension, timeFeatures, program, Optional.empty());
  }

  /// What is wanted beside the output.
  public enum Way {
    /// Nothing.
    FORWARD,
    /// The gradient with respect to x of any combination of the outputs.
    TO_STATE,
    /// That with respect to the parameters.
    TO_PARAMETERS,
    /// Both.
    TO_BOTH
  }

  public NetworkProgram {
    if (ofDistances.isPresent() && !ofDistances.get().program().parameters().equals(program.parameters())) {
      throw new IllegalArgumentException(name + " and its network of distances have different parameters");
    }
    int[] read = new int[dimension + timeFeatures];
    int[] written = new int[dimension];
    for (Row row : program.rows()) {
      switch (row.operation()) {
        case INPUT -> {
          if (row.port().channel() != Channel.INPUT) {
            throw new IllegalArgumentException(name + " reads " + row.port().channel());
          }
          count(name, row, read);
        }
        case OUTPUT -> {
          if (row.port().channel() != Channel.RESULT) {
            throw new IllegalArgumentException(name + " writes to " + row.port().channel());
          }
          count(name, row, written);
        }
        default -> {}
      }
    }
    for (int d = 0; d < dimension; d++) {
      if (read[d] != 1 || written[d] != 1) {
        throw new IllegalArgumentException(
            name + " must read and write each of the " + dimension + " components once, but reads component " + d + " "
                + read[d] + " times and writes it " + written[d] + " times");
      }
    }
  }

  private static void count(String name, Row row, int[] uses) {
    Port port = row.port();
    for (int p = 0; p < row.space().positions(); p++) {
      for (int f = 0; f < row.width(); f++) {
        int at = port.offset() + p * port.positionStride() + f * port.featureStride();
        if (at >= uses.length) {
          throw new IllegalArgumentException(
              name + " uses number " + at + " of " + port.channel() + ", which has " + uses.length);
        }
        uses[at]++;
      }
    }
  }

  /// The program with the way back appended.
  public Program program(Way way) {
    if (way == Way.FORWARD) {
      return program;
    }
    ProgramBuilder builder = new ProgramBuilder(program);
    Map<Value, Value> seeds = new HashMap<>();
    List<Row> inputs = new ArrayList<>();
    List<Value> states = new ArrayList<>();
    for (int i = 0; i < program.rows().size(); i++) {
      Row row = program.rows().get(i);
      if (row.operation() == Operation.OUTPUT) {
        Value output = builder.value(row.first());
        Value seed = builder.input(row.space(), row.width(), row.port().to(Channel.SEED));
        seeds.merge(output, seed, builder::add);
      }
      if (row.operation() == Operation.INPUT && row.port().offset() < dimension && way != Way.TO_PARAMETERS) {
        inputs.add(row);
        states.add(builder.value(i));
      }
    }
    List<Optional<Value>> gradients = Reverse.append(builder, seeds, way != Way.TO_STATE, states);
    for (int i = 0; i < states.size(); i++) {
      Row row = inputs.get(i);
      Value gradient = gradients.get(i).orElseGet(() -> builder.filled(row.space(), row.width(), 0));
      builder.output(gradient, row.port().to(Channel.INPUT_GRADIENT));
    }
    return builder.build();
  }

  @Override
  public List<Block> blocks() {
    return program.parameters();
  }

  @Override
  public int parameterCount() {
    return program.parameters().stream().mapToInt(Block::size).sum();
  }

  @Override
  public NetworkProgram asProgram() {
    return this;
  }

  @Override
  public long multiplyAdds() {
    return program.multiplyAdds();
  }

  @Override
  public long gradientMultiplyAdds() {
    return program(Way.TO_PARAMETERS).multiplyAdds();
  }

  @Override
  public String toString() {
    return name;
  }
}
