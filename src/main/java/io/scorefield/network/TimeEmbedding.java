package io.scorefield.network;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Turns a noise level t into the time features that the network sees beside x.
public sealed interface TimeEmbedding {
  /// E, the number of features.
  int size();

  /// The features of noise level t.
  double[] features(double t);

  /// The single feature scale * t.
  record Bare(double scale) implements TimeEmbedding {
    public Bare {
      requireFinitePositive(scale);
    }

    @Override
    public int size() {
      return 1;
    }

    @Override
    public double[] features(double t) {
      return new double[] {scale * t};
    }
  }

  /// Feature i is 1 at t = i + 1, 0 from t = i down and from t = i + 2 up, and straight between.
  record Levels(int size) implements TimeEmbedding {
    @Override
    public double[] features(double t) {
      double[] features = new double[size];
      for (int i = 0; i < size; i++) {
        features[i] = Math.max(0, 1 - Math.abs(t - i - 1));
      }
      return features;
    }
  }

  /// Sines, then cosines, of scale * t * 10000^(-i / (E/2)) for i = 0 .. E/2 - 1.
  ///
  /// Source: Vaswani et al. 2017, section 3.5, with the two halves side by side.
  record Sinusoidal(int size, double scale) implements TimeEmbedding {
    /// By their number: powers cost more than all the rest of an embedding.
    private static final Map<Integer, double[]> FREQUENCIES = new ConcurrentHashMap<>();

    private static double[] frequencies(int half) {
      double[] frequencies = new double[half];
      Arrays.setAll(frequencies, i -> Math.pow(10000, -(double) i / half));
      return frequencies;
    }

    public Sinusoidal {
      if (size < 2 || size % 2 != 0 || size > 4096) {
        throw new IllegalArgumentException(
            "a sinusoidal time embedding has an even size from 2 to 4096, not " + size);
      }
      requireFinitePositive(scale);
    }

    @Override
    public double[] features(double t) {
      int half = size / 2;
      double[] frequencies = FREQUENCIES.computeIfAbsent(half, Sinusoidal::frequencies);
      double[] features = new double[size];
      for (int i = 0; i < half; i++) {
        double angle = scale * t * frequencies[i];
        features[i] = Math.sin(angle);
        features[half + i] = Math.cos(angle);
      }
      return features;
    }
  }

  private static void requireFinitePositive(double scale) {
    if (!(scale > 0) || Double.isInfinite(scale)) {
      throw new IllegalArgumentException("the time scale is " + scale + "; it must be positive");
    }
  }
}
