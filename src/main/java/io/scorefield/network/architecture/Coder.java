package io.scorefield.network.architecture;

import io.scorefield.data.Frame;
import io.scorefield.network.program.Links;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;
import java.util.List;

/// The two halves of an {@link Autoencoder}: how a state of S numbers becomes a code of K numbers, and how a code becomes a
/// state. A state, or a code, may be several values over different spaces, in an order of its own.
///
/// Everything is written into a program. The parameters of a half are the same wherever it is written, as long as `encode` is
/// called before `decode`, and each once.
public sealed interface Coder permits PerceptronCoder, FieldCoder, EgnnCoder {
  /// S.
  int dimension();

  /// K, at most S.
  int latents();

  /// C, conditions of the state that both halves are told; 0: they see none.
  default int conditions() {
    return 0;
  }

  /// The coordinates of codes, which a diffusion of them has for its state.
  ///
  /// @param ofData those of the autoencoder's state, with all conditions
  default Frame codes(Frame ofData) {
    return Frame.of(latents()).withConditions(ofData.conditions());
  }

  /// Reads a state.
  ///
  /// @param offset of its first number in the network's input
  /// @param told likewise of the conditions
  List<Value> state(ProgramBuilder builder, int offset, int told);

  /// Reads a code, or noise of the shape of a code.
  List<Value> code(ProgramBuilder builder, int offset, int told);

  /// What a state becomes.
  ///
  /// @param told where the conditions are in the network's input, here and below
  /// @param withVariance whether the logarithms of the variances are wanted as well
  Encoded encode(ProgramBuilder builder, List<Value> state, boolean withVariance, int told);

  /// What a code becomes.
  List<Value> decode(ProgramBuilder builder, List<Value> code, int told);

  /// Hands on a state as the network's output from its first number on.
  void outputState(ProgramBuilder builder, List<Value> state, int told);

  /// Hands on a code likewise.
  void outputCode(ProgramBuilder builder, List<Value> code, int told);

  /// The error of a decoded state, one number of the sample that is not negative: the sum of the squared errors of its
  /// components.
  default Value error(ProgramBuilder builder, List<Value> decoded, List<Value> state, int told) {
    Value sum = null;
    for (int i = 0; i < state.size(); i++) {
      Value square = total(builder, builder.square(builder.subtract(decoded.get(i), state.get(i))));
      sum = sum == null ? square : builder.add(sum, square);
    }
    return sum;
  }

  /// A code's distribution.
  ///
  /// @param mean in the order of {@link Coder#code}
  /// @param logVariance likewise, or empty
  record Encoded(List<Value> mean, List<Value> logVariance) {}

  /// The sum over all positions and features.
  static Value total(ProgramBuilder builder, Value value) {
    Value sum = builder.rowSum(value);
    return value.space().equals(Space.SAMPLE) ? sum : builder.segmentSum(sum, Links.sampleOf(value.space()));
  }

  /// One number of the sample at all positions and features of another value.
  static Value everywhere(ProgramBuilder builder, Value number, Value like) {
    Value there = like.space().equals(Space.SAMPLE) ? number : builder.gather(number, Links.sampleOf(like.space()));
    return builder.spread(there, like.width());
  }
}
