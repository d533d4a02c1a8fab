package io.scorefield.train;

import io.scorefield.network.Architecture;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.program.Body;
import io.scorefield.network.program.Links;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Tangent;
import io.scorefield.network.program.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A network with the parameters of another one, whose first output is a loss that contains a divergence of that one.
///
/// With y the input of the plain network and o(y) its output, the features behind its own are a, b and c, and
///
/// ```
/// q = a y + b o(y),   loss = |q|^2 / 2 + c (a D + b tr do/dy) + D/2
/// ```
///
/// The trace is exact, by D derivatives along the components, or that along a random direction v, v . (do/dy) v, whose mean
/// it is. Then v stands before y in the state, multiplied by a number whose inverse is the fourth feature.
///
/// @param program the network
/// @param dimension D
/// @param sliced whether the trace is that along a direction
record DivergenceNetwork(NetworkProgram program, int dimension, boolean sliced) {
  /// The most components of an exact trace.
  static final int MOST_EXACT = 64;

  /// @throws IllegalArgumentException where there is none, with the reason
  static DivergenceNetwork of(Architecture plain, boolean sliced) {
    if (!sliced && plain.dimension() > MOST_EXACT) {
      throw new IllegalArgumentException(
          "objective.matching: implicit takes as many derivatives as there are components, here " + plain.dimension()
              + "; set it to sliced, which takes one");
    }
    return new DivergenceNetwork(new Writer(plain.asProgram(), sliced).write(), plain.dimension(), sliced);
  }

  /// Components of the state.
  int stateDimension() {
    return program.dimension();
  }

  /// A part of the state, as the plain network's output has it.
  ///
  /// @param input the row that reads it, perhaps together with time features
  /// @param y what is read, likewise without these
  private record Piece(Value input, Value y, Value output) {}

  /// A direction in the state.
  ///
  /// @param ofInputs how the rows that read the state move
  /// @param ofOutputs the direction again, as the outputs have it, in the order of the pieces
  private record Probe(Map<Value, Value> ofInputs, List<Value> ofOutputs) {}

  /// Writes the program.
  private static final class Writer {
    private final NetworkProgram inner;
    private final boolean sliced;
    private final int dimension;
    private final int before; // components before y
    private final Body body;
    private final ProgramBuilder builder;
    private final List<Piece> pieces = new ArrayList<>();
    private final List<Port> ports = new ArrayList<>();

    Writer(NetworkProgram inner, boolean sliced) {
      this.inner = inner;
      this.sliced = sliced;
      dimension = inner.dimension();
      before = sliced ? dimension : 0;
      body =
          Body.of(
              inner.program(),
              port -> new Port(port.channel(), port.offset() + before, port.positionStride(), port.featureStride()));
      builder = body.builder();
    }

    NetworkProgram write() {
      for (Body.End output : body.outputs()) {
        pieces.add(piece(output));
        ports.add(output.port());
      }
      Value a = feature(0);
      Value b = feature(1);
      Value c = feature(2);
      Value trace = null;
      for (Probe probe : sliced ? List.of(random()) : units()) {
        Value along = along(probe);
        trace = trace == null ? along : builder.add(trace, along);
      }
      Value squares = null;
      for (Piece piece : pieces) {
        Value q =
            builder.add(
                builder.multiply(everywhere(a, piece.y()), piece.y()),
                builder.multiply(everywhere(b, piece.output()), piece.output()));
        Value square = total(builder.square(q));
        squares = squares == null ? square : builder.add(squares, square);
      }
      Value divergence = builder.add(builder.scale(a, dimension), builder.multiply(b, trace));
      Value loss =
          builder.shift(
              builder.add(builder.scale(squares, 0.5), builder.multiply(c, divergence)), 0.5 * dimension);
      builder.output(loss, new Port(Channel.RESULT, 0, 0, 1));
      int others = before + dimension - 1;
      if (others > 0) {
        builder.output(builder.filled(Space.SAMPLE, others, 0), new Port(Channel.RESULT, 1, 0, 1));
      }
      return new NetworkProgram(
          inner.name() + ", its " + (sliced ? "sliced" : "implicit") + " loss", before + dimension,
          inner.timeFeatures() + (sliced ? 4 : 3), builder.build());
    }

    /// What is read of a part of the state, and what becomes of it.
    private Piece piece(Body.End output) {
      for (Body.End input : body.inputs()) {
        boolean same =
            input.value().space().equals(output.value().space()) && input.port().offset() == output.port().offset()
                && input.port().positionStride() == output.port().positionStride()
                && input.port().featureStride() == output.port().featureStride();
        if (same && input.value().width() == output.value().width()) {
          return new Piece(input.value(), input.value(), output.value());
        }
        boolean whole = output.value().space().equals(Space.SAMPLE) && output.value().width() == dimension;
        if (whole && input.value().space().equals(Space.SAMPLE) && input.port().offset() == 0
            && input.value().width() > dimension) {
          return new Piece(input.value(), narrowed(input.value()), output.value());
        }
      }
      throw new IllegalArgumentException(
          "objective.matching: " + (sliced ? "sliced" : "implicit") + " needs a network that reads and writes components in the "
              + "same order; " + inner.name() + " does not");
    }

    /// The first D of the features.
    private Value narrowed(Value wide) {
      Value sum = null;
      for (int d = 0; d < dimension; d++) {
        Value one = builder.rowSum(builder.multiply(wide, unit(wide, d)));
        Value term = builder.multiply(builder.spread(one, dimension), unit(Space.SAMPLE, dimension, d));
        sum = sum == null ? term : builder.add(sum, term);
      }
      return sum;
    }

    private Value unit(Value like, int at) {
      return unit(like.space(), like.width(), at);
    }

    private Value unit(Space space, int width, int at) {
      double[] numbers = new double[space.positions() * width];
      numbers[at] = 1;
      return builder.constant(space, width, numbers);
    }

    private Value feature(int number) {
      return builder.input(
          Space.SAMPLE, 1, new Port(Channel.INPUT, before + dimension + inner.timeFeatures() + number, 0, 1));
    }

    /// A number of the sample at every place of a value.
    private Value everywhere(Value number, Value like) {
      Value there = like.space().equals(Space.SAMPLE) ? number : builder.gather(number, Links.sampleOf(like.space()));
      return builder.spread(there, like.width());
    }

    private Value total(Value value) {
      Value sum = builder.rowSum(value);
      return value.space().equals(Space.SAMPLE) ? sum : builder.segmentSum(sum, Links.sampleOf(value.space()));
    }

    /// v . (do/dy) v.
    private Value along(Probe probe) {
      List<Value> moved = new ArrayList<>();
      Tangent.append(builder, probe.ofInputs(), pieces.stream().map(Piece::output).toList())
          .forEach(tangent -> moved.add(tangent.orElse(null)));
      Value sum = null;
      for (int i = 0; i < moved.size(); i++) {
        if (moved.get(i) != null) {
          Value term = total(builder.multiply(probe.ofOutputs().get(i), moved.get(i)));
          sum = sum == null ? term : builder.add(sum, term);
        }
      }
      return sum == null ? builder.filled(Space.SAMPLE, 1, 0) : sum;
    }

    /// The components one by one.
    private List<Probe> units() {
      List<Probe> units = new ArrayList<>();
      for (int i = 0; i < pieces.size(); i++) {
        Piece moving = pieces.get(i);
        for (int at = 0; at < moving.output().space().positions() * moving.output().width(); at++) {
          Value[] ofOutputs = new Value[pieces.size()];
          Arrays.setAll(ofOutputs, p -> builder.filled(pieces.get(p).output().space(), pieces.get(p).output().width(), 0));
          ofOutputs[i] = unit(moving.output(), at);
          units.add(new Probe(Map.of(moving.input(), unit(moving.input(), at)), List.of(ofOutputs)));
        }
      }
      return units;
    }

    /// What stands before y in the state, as normal numbers.
    private Probe random() {
      Value scale = feature(3);
      Map<Value, Value> ofInputs = new HashMap<>();
      List<Value> ofOutputs = new ArrayList<>();
      for (int i = 0; i < pieces.size(); i++) {
        Piece piece = pieces.get(i);
        if (piece.input().equals(piece.y())) {
          Value drawn = builder.input(piece.y().space(), piece.y().width(), ports.get(i).to(Channel.INPUT));
          Value direction = builder.multiply(everywhere(scale, drawn), drawn);
          ofInputs.put(piece.input(), direction);
          ofOutputs.add(direction);
          continue;
        }
        Value wide = null;
        Value narrow = null;
        for (int d = 0; d < dimension; d++) {
          Value one = builder.multiply(scale, builder.input(Space.SAMPLE, 1, new Port(Channel.INPUT, d, 0, 1)));
          Value inWide = builder.multiply(everywhere(one, piece.input()), unit(piece.input(), d));
          Value inNarrow = builder.multiply(everywhere(one, piece.y()), unit(piece.y(), d));
          wide = wide == null ? inWide : builder.add(wide, inWide);
          narrow = narrow == null ? inNarrow : builder.add(narrow, inNarrow);
        }
        ofInputs.put(piece.input(), wide);
        ofOutputs.add(narrow);
      }
      return new Probe(ofInputs, ofOutputs);
    }
  }
}
