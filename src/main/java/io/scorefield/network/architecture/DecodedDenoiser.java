package io.scorefield.network.architecture;

import io.scorefield.network.Architecture;
import io.scorefield.network.Network;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.program.Body;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// A denoiser of codes with a decoder behind it, in one network: so whatever is a function of x0hat may be one of the decoded state.
///
/// The state is `d[S]`, `z[K]` and the conditions. z is what the denoiser works on, as before. Of d the network says an output such that
/// its x0hat is the decoder's state of the x0hat of z,
///
/// ```
/// o_d = (decoder(deviation x0hat_z + mean) - x0FromX d) / x0FromOutput      x0hat_z = x0FromX z + x0FromOutput o_z
/// ```
///
/// whatever d is. Gradients of x0hat_d go back through decoder and denoiser to z, and d has none. The factors are time features behind
/// the denoiser's: x0FromX over the input scale, x0FromOutput, and 1 / x0FromOutput.
public final class DecodedDenoiser {
  /// Features behind the denoiser's.
  public static final int FACTORS = 3;

  private final NetworkProgram denoiser;
  private final Autoencoder autoencoder;
  private final Body body;
  private final ProgramBuilder builder;

  private DecodedDenoiser(Architecture plain, Autoencoder autoencoder) {
    denoiser = plain.asProgram();
    this.autoencoder = autoencoder;
    body = Body.of(denoiser.program(), this::moved);
    builder = body.builder();
  }

  /// The network with the parameters of both.
  ///
  /// @param mean of the codes, `[K]`
  /// @param deviation of the codes, `[K]`
  /// @throws IllegalArgumentException where the denoiser has codes in another form than the decoder, with the reason
  public static Network of(Network denoiser, Autoencoder autoencoder, float[] parameters, double[] mean, double[] deviation) {
    NetworkProgram program = new DecodedDenoiser(denoiser.architecture(), autoencoder).write(mean, deviation);
    float[] both = Arrays.copyOf(denoiser.parameters(), denoiser.parameters().length + parameters.length);
    System.arraycopy(parameters, 0, both, denoiser.parameters().length, parameters.length);
    return new Network(program, both);
  }

  private Port moved(Port port) {
    return new Port(port.channel(), port.offset() + autoencoder.dimension(), port.positionStride(), port.featureStride());
  }

  private NetworkProgram write(double[] mean, double[] deviation) {
    Coder coder = autoencoder.coder();
    Value like = coder.code(builder, autoencoder.dimension(), 0).getFirst();
    Body.End output = body.outputs().stream().filter(end -> end.port().offset() == 0).findFirst().orElseThrow();
    Body.End input = body.inputs().stream().filter(end -> end.port().offset() == 0).findFirst().orElseThrow();
    Value z = as(like, input.value());
    Value o = as(like, output.value());
    Port form = like.space().equals(Space.SAMPLE) ? new Port(Channel.INPUT, 0, 0, 1) : output.port();
    Value fromX = feature(0);
    Value estimate =
        builder.add(
            builder.multiply(Coder.everywhere(builder, fromX, z), z), builder.multiply(Coder.everywhere(builder, feature(1), o), o));
    Value code =
        builder.add(builder.multiply(constant(like, form, deviation), estimate), constant(like, form, mean));
    List<Value> d = coder.state(builder, 0, 0);
    coder.encode(builder, d, autoencoder.noise() == Autoencoder.Noise.LEARNED, 0); // for its parameters
    List<Value> decoded = coder.decode(builder, List.of(code), 0);
    List<Value> outputs =
        IntStream.range(0, d.size())
            .mapToObj(
                i -> {
                  Value own = builder.multiply(Coder.everywhere(builder, fromX, d.get(i)), d.get(i));
                  return builder.multiply(
                      Coder.everywhere(builder, feature(2), own), builder.subtract(decoded.get(i), own));
                })
            .toList();
    coder.outputState(builder, outputs, 0);
    body.outputs().forEach(end -> builder.output(end.value(), moved(end.port())));
    return new NetworkProgram(
        denoiser.name() + " with its " + autoencoder, autoencoder.dimension() + denoiser.dimension(),
        denoiser.timeFeatures() + FACTORS, builder.build());
  }

  /// The numbers of the code alone, as the decoder has them.
  private Value as(Value like, Value value) {
    if (like.space().equals(value.space()) && like.width() == value.width()) {
      return value;
    }
    if (!like.space().equals(Space.SAMPLE) || !value.space().equals(Space.SAMPLE) || value.width() < like.width()) {
      throw new IllegalArgumentException(
          "guidance through a decoder needs a network and an autoencoder of the same kind, mlp and mlp or unet and unet with the same "
              + "padding; these are " + denoiser + " and " + autoencoder);
    }
    Value sum = null;
    for (int k = 0; k < like.width(); k++) {
      Value one = builder.rowSum(builder.multiply(value, unit(value.width(), k)));
      Value term = builder.multiply(builder.spread(one, like.width()), unit(like.width(), k));
      sum = sum == null ? term : builder.add(sum, term);
    }
    return sum;
  }

  private Value unit(int width, int at) {
    double[] numbers = new double[width];
    numbers[at] = 1;
    return builder.constant(Space.SAMPLE, width, numbers);
  }

  /// Numbers of the code in the form of a value.
  private Value constant(Value like, Port form, double[] numbers) {
    double[] values = new double[like.space().positions() * like.width()];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers[i / like.width() * form.positionStride() + i % like.width() * form.featureStride()];
    }
    return builder.constant(like.space(), like.width(), values);
  }

  private Value feature(int number) {
    int offset = autoencoder.dimension() + denoiser.dimension() + denoiser.timeFeatures() + number;
    return builder.input(Space.SAMPLE, 1, new Port(Channel.INPUT, offset, 0, 1));
  }
}
