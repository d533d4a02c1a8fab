package io.scorefield.network.architecture;

import io.scorefield.network.NetworkProgram;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;
import java.util.ArrayList;
import java.util.List;

/// The shape of an autoencoder: a network that makes a code z of K numbers of a state x of S numbers, and x of z again.
///
/// It is trained on
///
/// ```
/// loss = (|x' - x|^2 + 2 w KL) / S        x' = decoder(m(x) + s eps)
/// KL   = sum_k (m_k^2 + s_k^2 - 1 - ln s_k^2) / 2
/// ```
///
/// with m(x) the code, s the deviation of its noise eps, and KL the divergence of the code's distribution from N(0, 1), in nats. w is
/// the variance of the decoder's errors for which that is the negative evidence bound of a variational autoencoder, up to a
/// constant and the factor 2 w / S. With s = 0 and w = 0 it is a plain autoencoder.
///
/// Three programs have the same parameters: {@link #training}, {@link #encoder} and {@link #decoder}.
///
/// Source: Kingma and Welling 2014 (arXiv 1312.6114), appendix B for KL.
///
/// @param coder the two halves
/// @param noise of the code in training
/// @param deviation s, where the noise is fixed
/// @param klWeight w
public record Autoencoder(Coder coder, Noise noise, double deviation, double klWeight) {
  /// ln s^2 of the code's noise is within so much of {@link #USUAL}: it cannot overflow.
  private static final double RANGE = 10;

  /// ln s^2 of an encoder that has learned nothing yet.
  private static final double USUAL = -4;

  /// The noise of a code in training.
  public enum Noise {
    /// None.
    NONE,
    /// Of a deviation that is given.
    FIXED,
    /// Of a deviation that the encoder says, for each number of the code.
    LEARNED
  }

  public Autoencoder {
    if (coder.latents() > coder.dimension()) {
      throw new IllegalArgumentException(
          "a code of " + coder.latents() + " numbers is larger than what it stands for, " + coder.dimension());
    }
  }

  /// S.
  public int dimension() {
    return coder.dimension();
  }

  /// K.
  public int latents() {
    return coder.latents();
  }

  /// C, conditions that both halves are told.
  public int conditions() {
    return coder.conditions();
  }

  /// A network whose state is eps `[K]` and behind it x `[S]` and what is told `[C]` as conditions, and whose first output is the square root of the loss.
  public NetworkProgram training() {
    ProgramBuilder builder = new ProgramBuilder();
    int told = latents() + dimension();
    List<Value> eps = coder.code(builder, 0, told);
    List<Value> state = coder.state(builder, latents(), told);
    Coder.Encoded encoded = coder.encode(builder, state, noise == Noise.LEARNED, told);
    List<Value> code = new ArrayList<>();
    Value divergence = builder.filled(Space.SAMPLE, 1, 0);
    for (int i = 0; i < eps.size(); i++) {
      Value mean = encoded.mean().get(i);
      Value part = builder.square(mean);
      if (noise == Noise.LEARNED) {
        Value raw = encoded.logVariance().get(i);
        Value logVariance = builder.shift(builder.scale(builder.tanh(builder.scale(raw, 1 / RANGE)), RANGE), USUAL);
        code.add(builder.add(mean, builder.multiply(builder.exp(builder.scale(logVariance, 0.5)), eps.get(i))));
        part = builder.add(part, builder.shift(builder.subtract(builder.exp(logVariance), logVariance), -1));
      } else {
        double s = noise == Noise.FIXED ? deviation : 0;
        code.add(builder.add(mean, builder.scale(eps.get(i), s)));
        part = s > 0 ? builder.shift(part, s * s - 1 - 2 * Math.log(s)) : part;
      }
      divergence = builder.add(divergence, Coder.total(builder, part));
    }
    Value error = coder.error(builder, coder.decode(builder, code, told), state, told);
    Value loss = klWeight == 0 ? error : builder.add(error, builder.scale(divergence, klWeight));
    builder.output(builder.sqrt(builder.scale(loss, 1.0 / dimension())), new Port(Channel.RESULT, 0, 0, 1));
    padding(builder, 1, latents() + dimension() + conditions());
    return new NetworkProgram("training of " + this, latents() + dimension() + conditions(), 0, builder.build());
  }

  /// A network (`x[S]`, `c[C]`) -> `z[S + C]`, of which the first K numbers are the code m(x).
  public NetworkProgram encoder() {
    ProgramBuilder builder = new ProgramBuilder();
    Coder.Encoded encoded = coder.encode(builder, coder.state(builder, 0, dimension()), noise == Noise.LEARNED, dimension());
    coder.decode(builder, encoded.mean(), dimension()); // for its parameters; what nothing is made of is left out
    coder.outputCode(builder, encoded.mean(), dimension());
    padding(builder, latents(), dimension() + conditions());
    return new NetworkProgram("encoder: " + coder, dimension() + conditions(), 0, builder.build());
  }

  /// A network (`z[S]`, `c[C]`) -> `x[S + C]`, of whose input the first K numbers are the code and the others are not looked at.
  public NetworkProgram decoder() {
    ProgramBuilder builder = new ProgramBuilder();
    coder.encode(builder, coder.state(builder, 0, dimension()), noise == Noise.LEARNED, dimension()); // for its parameters
    List<Value> state = new ArrayList<>(coder.decode(builder, coder.code(builder, 0, dimension()), dimension()));
    int others = dimension() - latents();
    if (others > 0) {
      Value unread = builder.input(Space.SAMPLE, others, new Port(Channel.INPUT, latents(), 0, 1));
      state.set(0, withNothingOf(builder, state.getFirst(), unread));
    }
    coder.outputState(builder, state, dimension());
    padding(builder, dimension(), dimension() + conditions());
    return new NetworkProgram("decoder: " + coder, dimension() + conditions(), 0, builder.build());
  }

  /// A program must read all of its input.
  private static Value withNothingOf(ProgramBuilder builder, Value value, Value unread) {
    Value nothing = builder.scale(builder.rowSum(unread), 0);
    return builder.add(value, Coder.everywhere(builder, nothing, value));
  }

  /// 0 in the outputs from one on.
  private static void padding(ProgramBuilder builder, int from, int to) {
    if (to > from) {
      builder.output(builder.filled(Space.SAMPLE, to - from, 0), new Port(Channel.RESULT, from, 0, 1));
    }
  }

  @Override
  public String toString() {
    return "autoencoder: " + coder;
  }
}
