package io.scorefield.network.architecture;

import io.scorefield.network.Activation;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.program.Links;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;
import java.util.Arrays;

/// A variational autoencoder of what a crystal is made of, and of its cell: counts `c[E]` of the elements of a table, and six numbers
/// of the cell, standardised. A code z of N(0, 1) numbers becomes, by heads of its own each,
///
/// ```
/// how many different elements there are      K classes, cross-entropy
/// which they are                             E yes or no, binary cross-entropy, mean
/// how many there are of each                 C classes of (z, element), cross-entropy, mean over those that there are
/// the cell                                   six numbers of (z, c), squared error, mean
/// loss = w_kinds .. + w_elements .. + w_counts .. + w_cell .. + w_kl KL
/// ```
///
/// with KL the divergence of the code's distribution from N(0, 1), in nats. The heads and the weights 1, 30, 1, 10 and 0.01 are those
/// of SyMat (arXiv 2307.02707). Otherwise than there the encoder does not see where atoms are, and the cell is told c beside z, so
/// that it fits the composition that has been decoded.
///
/// {@link #training}, {@link #encoder} and {@link #decoder} have the same parameters.
///
/// @param elements E
/// @param mostKinds K, different elements of a crystal
/// @param mostOfEach C, atoms of an element in a cell
/// @param latents Z, numbers of a code
/// @param hidden width of the layers
public record CompositionCoder(int elements, int mostKinds, int mostOfEach, int latents, int hidden, Weights weights) {
  /// Numbers of a cell.
  public static final int CELL = 6;

  /// Logits of classes are within so much of 0: their exponentials cannot overflow.
  private static final double LOGIT = 20;

  private static final double RANGE = 10;
  private static final double USUAL = -4;

  /// Weights of the losses.
  public record Weights(double kinds, double elements, double counts, double cell, double divergence) {}

  /// The distribution of a code.
  private record Code(Value mean, Value logVariance) {}

  /// Logits, and the cell.
  ///
  /// @param kinds [K] of the sample, class i for i + 1 elements
  /// @param elements [E] of the sample
  /// @param counts [elements, C], class i for i + 1 atoms
  /// @param cell [6] of the sample
  private record Heads(Value kinds, Value elements, Value counts, Value cell) {}

  /// Numbers that the decoder gives: kinds `[K]`, elements `[E]`, counts `[E, C]` and the cell `[6]`.
  public int outputs() {
    return mostKinds + elements + elements * mostOfEach + CELL;
  }

  /// E + 6, the numbers of an example.
  public int dimension() {
    return elements + CELL;
  }

  /// A network whose state is noise `[Z]` and behind it c `[E]` and the cell `[6]`, and whose first output is the square root of the loss.
  public NetworkProgram training() {
    return new Writer().training();
  }

  /// A network whose state is c `[E]` and the cell `[6]` at first, and whose first Z outputs are the code's mean.
  public NetworkProgram encoder() {
    return new Writer().encoder();
  }

  /// A network whose state is z `[Z]` and c `[E]` at first, of which only the cell depends on c, and that gives {@link #outputs}.
  public NetworkProgram decoder() {
    return new Writer().decoder();
  }

  @Override
  public String toString() {
    return "compositions: " + elements + " elements, up to " + mostKinds + " of them and up to " + mostOfEach + " atoms of each, "
        + latents + " latents, width " + hidden;
  }

  /// Writes one of the programs.
  private final class Writer {
    private final ProgramBuilder builder = new ProgramBuilder();
    private final Space nodes = new Space("element", elements);
    private final Links ofSample = Links.sampleOf(nodes);

    NetworkProgram training() {
      Value noise = input(0, latents);
      Value counts = input(latents, elements);
      Value cell = input(latents + elements, CELL);
      Code code = encode(counts, cell);
      Value spread = builder.exp(builder.scale(code.logVariance(), 0.5));
      Heads heads = decode(builder.add(code.mean(), builder.multiply(spread, noise)), counts);
      Value loss = losses(heads, counts, cell);
      Value divergence = builder.add(builder.square(code.mean()), builder.subtract(builder.exp(code.logVariance()), code.logVariance()));
      divergence = builder.scale(builder.rowSum(builder.shift(divergence, -1)), 0.5);
      loss = builder.add(loss, builder.scale(divergence, weights.divergence()));
      builder.output(builder.sqrt(loss), new Port(Channel.RESULT, 0, 0, 1));
      int wide = latents + elements + CELL;
      padding(1, wide);
      return new NetworkProgram("training of " + CompositionCoder.this, wide, 0, builder.build());
    }

    NetworkProgram encoder() {
      Value counts = input(0, elements);
      Code code = encode(counts, input(elements, CELL));
      decode(code.mean(), counts); // for its parameters; what nothing is made of is left out
      int wide = Math.max(elements + CELL, latents);
      builder.output(withNothingOf(code.mean(), elements + CELL, wide), new Port(Channel.RESULT, 0, 0, 1));
      padding(latents, wide);
      return new NetworkProgram("encoder: " + CompositionCoder.this, wide, 0, builder.build());
    }

    NetworkProgram decoder() {
      Value counts = input(latents, elements);
      encode(counts, builder.filled(Space.SAMPLE, CELL, 0)); // for its parameters
      Heads heads = decode(input(0, latents), counts);
      int wide = Math.max(latents + elements, outputs());
      builder.output(withNothingOf(heads.kinds(), latents + elements, wide), new Port(Channel.RESULT, 0, 0, 1));
      builder.output(heads.elements(), new Port(Channel.RESULT, mostKinds, 0, 1));
      builder.output(heads.counts(), new Port(Channel.RESULT, mostKinds + elements, mostOfEach, 1));
      builder.output(heads.cell(), new Port(Channel.RESULT, outputs() - CELL, 0, 1));
      padding(outputs(), wide);
      return new NetworkProgram("decoder: " + CompositionCoder.this, wide, 0, builder.build());
    }

    private Value input(int offset, int width) {
      return builder.input(Space.SAMPLE, width, new Port(Channel.INPUT, offset, 0, 1));
    }

    /// A program must read all of its input.
    private Value withNothingOf(Value value, int from, int to) {
      return to == from ? value : builder.add(value, builder.spread(builder.scale(builder.rowSum(input(from, to - from)), 0), value.width()));
    }

    private void padding(int from, int to) {
      if (to > from) {
        builder.output(builder.filled(Space.SAMPLE, to - from, 0), new Port(Channel.RESULT, from, 0, 1));
      }
    }

    private Value silu(Value x) {
      return builder.activate(Activation.SILU, x);
    }

    private Value there(Value counts) {
      return builder.step(builder.shift(counts, -0.5));
    }

    /// What a layer makes of which elements there are and of how many.
    private Value composition(String name, Value counts) {
      Value which = builder.linear(there(counts), builder.weights(name + ".elements", elements, hidden, true, 2));
      Value share = builder.scale(counts, 1.0 / mostOfEach);
      return builder.add(which, builder.linear(share, builder.weights(name + ".counts", elements, hidden, false, 2)));
    }

    private Code encode(Value counts, Value cell) {
      Value h = builder.add(composition("encoder", counts), builder.linear(cell, builder.weights("encoder.cell", CELL, hidden, false)));
      h = silu(builder.linear(silu(h), "encoder.1", hidden));
      Value raw = builder.linear(h, "encoder.variance", latents);
      Value logVariance = builder.shift(builder.scale(builder.tanh(builder.scale(raw, 1 / RANGE)), RANGE), USUAL);
      return new Code(builder.linear(h, "encoder.mean", latents), logVariance);
    }

    private Heads decode(Value z, Value counts) {
      Value h = silu(builder.linear(silu(builder.linear(z, "decoder.0", hidden)), "decoder.1", hidden));
      double[] identity = new double[elements * elements];
      for (int e = 0; e < elements; e++) {
        identity[e * elements + e] = 1;
      }
      Value each =
          builder.linear(
              builder.constant(nodes, elements, identity),
              builder.weights("counts.element", elements, hidden, false, Math.sqrt(elements)));
      Value both = builder.multiply(each, builder.gather(builder.linear(h, "counts.latent", hidden), ofSample));
      Value ofEach = builder.linear(silu(builder.linear(both, "counts.0", hidden)), "counts.1", mostOfEach);
      Value inner = builder.add(composition("cell", counts), builder.linear(h, builder.weights("cell.latent", hidden, hidden, false)));
      Value cell = builder.linear(silu(builder.linear(silu(inner), "cell.0", hidden)), "cell.1", CELL);
      return new Heads(
          bounded(builder.linear(h, "kinds", mostKinds)), builder.linear(h, "elements", elements), bounded(ofEach), cell);
    }

    private Value bounded(Value logits) {
      return builder.scale(builder.tanh(builder.scale(logits, 1 / LOGIT)), LOGIT);
    }

    /// The cross-entropy of classes 1, 2, ... with the true one, a number.
    private Value crossEntropy(Value logits, Value truth) {
      int classes = logits.width();
      double[] numbers = new double[logits.space().positions() * classes];
      Arrays.setAll(numbers, i -> i % classes + 1);
      Value off = builder.subtract(builder.spread(truth, classes), builder.constant(logits.space(), classes, numbers));
      Value hit = builder.step(builder.shift(builder.scale(builder.square(off), -1), 0.25));
      return builder.subtract(builder.log(builder.rowSum(builder.exp(logits))), builder.rowSum(builder.multiply(hit, logits)));
    }

    private Value losses(Heads heads, Value counts, Value cell) {
      Value there = there(counts);
      Value kinds = builder.rowSum(there);
      Value loss = builder.scale(crossEntropy(heads.kinds(), kinds), weights.kinds());
      Value binary = builder.subtract(builder.softplus(heads.elements()), builder.multiply(there, heads.elements()));
      loss = builder.add(loss, builder.scale(builder.rowSum(binary), weights.elements() / elements));
      double[] own = new double[elements * elements];
      for (int e = 0; e < elements; e++) {
        own[e * elements + e] = 1;
      }
      Value ofNodes = builder.rowSum(builder.multiply(builder.gather(counts, ofSample), builder.constant(nodes, elements, own)));
      Value ofEach = builder.multiply(crossEntropy(heads.counts(), ofNodes), there(ofNodes));
      Value mean = builder.multiply(builder.segmentSum(ofEach, ofSample), builder.inverse(kinds));
      loss = builder.add(loss, builder.scale(mean, weights.counts()));
      Value error = builder.rowSum(builder.square(builder.subtract(heads.cell(), cell)));
      return builder.add(loss, builder.scale(error, weights.cell() / CELL));
    }
  }
}
