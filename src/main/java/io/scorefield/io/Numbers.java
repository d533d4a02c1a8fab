package io.scorefield.io;

/// Numbers as a file has them: float32, or doubles where float32 would lose digits.
public sealed interface Numbers {
  int length();

  /// Number i, exactly.
  double at(int i);

  /// Rounded to float32; not a copy where they are float32 already.
  float[] floats();

  /// Numbers that float32 holds exactly.
  record Floats(float[] values) implements Numbers {
    @Override
    public int length() {
      return values.length;
    }

    @Override
    public double at(int i) {
      return values[i];
    }

    @Override
    public float[] floats() {
      return values;
    }
  }

  /// Double precision.
  record Doubles(double[] values) implements Numbers {
    @Override
    public int length() {
      return values.length;
    }

    @Override
    public double at(int i) {
      return values[i];
    }

    @Override
    public float[] floats() {
      float[] floats = new float[values.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) values[i];
      }
      return floats;
    }
  }
}
