package io.scorefield.data;

import java.util.List;

/// A distribution whose points are multiplied with a number and moved.
///
/// @param of the points
/// @param scale above 0
/// @param shift added to every component
public record Moved(Distribution of, double scale, double shift) implements Distribution {
  @Override
  public String name() {
    return of.name();
  }

  @Override
  public int dimension() {
    return of.dimension();
  }

  @Override
  public List<String> components() {
    return of.components();
  }

  @Override
  public float[] draw(long seed, long first, int count) {
    float[] points = of.draw(seed, first, count);
    for (int i = 0; i < points.length; i++) {
      points[i] = (float) (scale * points[i] + shift);
    }
    return points;
  }
}
