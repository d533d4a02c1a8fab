package io.scorefield.diffusion;

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

  /// K and the conditions.
  public int dimension() {
    return autoencoder.latents() + conditions();
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
  /// @return [n, K + conditions]
  public float[] encode(Engine engine, float[] points) {
    float[] states = scaling.toState(points);
    return mapped(engine, new Network(autoencoder.encoder(), parameters), states, points, autoencoder.dimension(), autoencoder.latents());
  }

  /// The first `count` codes of an array [.., K + conditions] to points [count, D] in data units less the origin.
  public float[] decode(Engine engine, float[] codes, int count) {
    float[] some = codes.length == count * dimension() ? codes : Arrays.copyOf(codes, count * dimension());
    float[] states =
        mapped(engine, new Network(autoencoder.decoder(), parameters), some, some, autoencoder.latents(), autoencoder.dimension());
    float[] points = scaling.toData(states, count);
    int made = scaling.dimension() - conditions();
    for (int i = 0; i < count && conditions() > 0; i++) {
      System.arraycopy(some, (i + 1) * dimension() - conditions(), points, i * scaling.dimension() + made, conditions());
    }
    return points;
  }

  /// Runs a half over rows of `in` numbers and conditions, to rows of `out` numbers and the conditions of others.
  ///
  /// @param told [n, .. + conditions], whose last numbers of a row the result's rows end with
  private float[] mapped(Engine engine, Network half, float[] from, float[] told, int in, int out) {
    int wide = half.architecture().dimension();
    int read = in + conditions();
    int written = out + conditions();
    int count = from.length / read;
    int width = count == 0 ? 0 : told.length / count;
    float[] to = new float[Math.multiplyExact(count, written)];
    int block = Math.max(1, BLOCK / wide);
    for (int first = 0; first < count; first += block) {
      int size = Math.min(block, count - first);
      float[] inputs = new float[size * wide];
      for (int i = 0; i < size; i++) {
        System.arraycopy(from, (first + i) * read, inputs, i * wide, in);
      }
      float[] outputs = new float[inputs.length];
      engine.evaluate(half, inputs, new double[0], outputs);
      for (int i = 0; i < size; i++) {
        int row = first + i;
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
