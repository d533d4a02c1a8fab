package io.scorefield.diffusion;

import io.scorefield.data.Frame;
import io.scorefield.data.Scaling;
import io.scorefield.engine.Engine;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.SampleSink;
import io.scorefield.network.Network;
import io.scorefield.network.architecture.Autoencoder;
import java.io.IOException;
import java.util.Arrays;

/// The map between data and the codes of an autoencoder, which a diffusion in a latent space takes for its data. Conditions stand
/// behind both, as they are.
///
/// @param scaling between the data and the autoencoder's states
/// @param autoencoder its shape
/// @param parameters of the trained autoencoder
public record LatentSpace(Scaling scaling, Autoencoder autoencoder, float[] parameters) {
  /// Numbers that are mapped at a time.
  private static final int BLOCK = 1 << 22;

  public LatentSpace {
    if (scaling.frame().varied() != autoencoder.dimension()) {
      throw new IllegalArgumentException(
          "the states have " + scaling.frame().varied() + " components, the autoencoder takes " + autoencoder.dimension());
    }
  }

  /// The coordinates of codes.
  public Frame codes() {
    return autoencoder.coder().codes(scaling.frame());
  }

  /// The components of codes, conditions included: as many as K and these where codes are no particles without their mean.
  public int dimension() {
    return codes().components();
  }

  private int conditions() {
    return scaling.frame().conditions();
  }

  /// The trained network, for files.
  public Network network() {
    return new Network(autoencoder.training(), parameters);
  }

  /// The codes of points.
  ///
  /// @param points [n, D] in data units less the origin
  /// @return [n, components of codes]
  public float[] encode(Engine engine, float[] points) {
    float[] states = scaling.toState(points);
    Network encoder = new Network(autoencoder.encoder(), parameters);
    float[] coordinates = mapped(engine, encoder, states, points, autoencoder.dimension(), autoencoder.latents());
    return codes().toComponents(coordinates, coordinates.length / codes().coordinates());
  }

  /// The first `count` codes of an array [.., components of codes] to points [count, D] in data units less the origin.
  public float[] decode(Engine engine, float[] codes, int count) {
    float[] some = codes.length == count * dimension() ? codes : Arrays.copyOf(codes, count * dimension());
    Network decoder = new Network(autoencoder.decoder(), parameters);
    float[] coordinates = codes().toCoordinates(some);
    float[] states = mapped(engine, decoder, coordinates, some, autoencoder.latents(), autoencoder.dimension());
    float[] points = scaling.toData(states, count);
    int made = scaling.dimension() - conditions();
    for (int i = 0; i < count && conditions() > 0; i++) {
      System.arraycopy(some, (i + 1) * dimension() - conditions(), points, i * scaling.dimension() + made, conditions());
    }
    return points;
  }

  /// Runs a half over rows of `in` numbers and conditions, to rows of `out` numbers and the conditions in data units.
  ///
  /// @param told [n, .. + conditions], whose last numbers of a row are the conditions in data units
  private float[] mapped(Engine engine, Network half, float[] from, float[] told, int in, int out) {
    int wide = half.architecture().dimension();
    int read = in + conditions();
    int written = out + conditions();
    int count = from.length / read;
    int width = count == 0 ? 0 : told.length / count;
    int seen = autoencoder.conditions();
    int first = scaling.dimension() - conditions();
    float[] to = new float[Math.multiplyExact(count, written)];
    int block = Math.max(1, BLOCK / wide);
    for (int begin = 0; begin < count; begin += block) {
      int size = Math.min(block, count - begin);
      float[] inputs = new float[size * wide];
      for (int i = 0; i < size; i++) {
        System.arraycopy(from, (begin + i) * read, inputs, i * wide, in);
        for (int c = 0; c < seen; c++) {
          float value = told[(begin + i + 1) * width - conditions() + c];
          inputs[(i + 1) * wide - seen + c] = (float) ((value - scaling.mean()[first + c]) / scaling.deviation()[first + c]);
        }
      }
      float[] outputs = new float[inputs.length];
      engine.evaluate(half, inputs, new double[0], outputs);
      for (int i = 0; i < size; i++) {
        int row = begin + i;
        System.arraycopy(outputs, i * wide, to, row * written, out);
        System.arraycopy(told, (row + 1) * width - conditions(), to, row * written + out, conditions());
      }
    }
    return to;
  }

  /// Makes codes, in units of codes.
  @FunctionalInterface
  public interface Codes {
    void sample(SampleRequest request, SampleSink sink) throws IOException;
  }

  /// Samples codes and hands on the points that they stand for, in data units.
  ///
  /// @param codes makes them
  /// @param request without snapshots
  public void sample(Codes codes, Engine engine, SampleRequest request, SampleSink sink) throws IOException {
    // An engine is used for one thing at a time: a part of the codes is complete before it is decoded.
    int most = Math.max(1, BLOCK / scaling.dimension());
    for (long done = 0; done < request.count(); done += most) {
      int size = (int) Math.min(most, request.count() - done);
      long first = request.first() + done;
      float[] made = new float[size * dimension()];
      codes.sample(
          SampleRequest.of(request.seed(), first, size),
          new SampleSink() {
            @Override
            public void accept(long from, int count, float[] block) {
              System.arraycopy(block, 0, made, (int) (from - first) * dimension(), count * dimension());
            }

            @Override
            public void fellBack(long times) {
              sink.fellBack(times);
            }
          });
      sink.accept(first, size, decode(engine, made, size));
    }
  }
}
