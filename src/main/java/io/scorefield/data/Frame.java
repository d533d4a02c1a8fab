package io.scorefield.data;

import java.util.Optional;

/// The coordinates of the diffusion's state: the components of the data as they are, or, where the data are particles
/// whose mean is 0, coordinates of the space of such particles ({@link Centred}).
///
/// Coordinates are orthonormal: lengths of states are lengths of data, and normal noise stays normal.
///
/// @param components D of the data; where they are particles, axis by axis of one particle after the other
/// @param centred the particles' space, where the state has its coordinates
public record Frame(int components, Optional<Centred> centred) {
  public Frame {
    if (components < 1 || centred.isPresent() && components % centred.get().particles() != 0) {
      throw new IllegalArgumentException(
          components + " components are not " + centred.map(Centred::particles).orElse(0) + " particles");
    }
  }

  /// Each component is a coordinate.
  public static Frame of(int components) {
    return new Frame(components, Optional.empty());
  }

  /// Particles without their mean.
  public static Frame centred(int particles, int axes) {
    return new Frame(Math.multiplyExact(particles, axes), Optional.of(new Centred(particles)));
  }

  /// K, how many components a particle has.
  private int axes() {
    return components / centred.orElseThrow().particles();
  }

  /// S, the number of coordinates.
  public int coordinates() {
    return centred.map(space -> space.modes() * axes()).orElse(components);
  }

  /// What a component has of every coordinate, [S].
  public double[] row(int component) {
    double[] row = new double[coordinates()];
    if (centred.isEmpty()) {
      row[component] = 1;
      return row;
    }
    int axis = component % axes();
    for (int k = 0; k < centred.get().modes(); k++) {
      row[k * axes() + axis] = centred.get().basis(component / axes(), k);
    }
    return row;
  }

  /// Points [n, D] to coordinates [n, S]; whatever lies outside of the space, as a mean, is left out.
  public float[] toCoordinates(float[] points) {
    return centred.isEmpty() ? points : mapped(points, points.length / components, true);
  }

  /// The first `count` coordinates of an array [.., S] to points [count, D].
  public float[] toComponents(float[] coordinates, int count) {
    return centred.isEmpty() ? coordinates : mapped(coordinates, count, false);
  }

  private float[] mapped(float[] from, int count, boolean toCoordinates) {
    int wide = components;
    int narrow = coordinates();
    float[] to = new float[Math.multiplyExact(count, toCoordinates ? narrow : wide)];
    double[][] rows = new double[wide][];
    for (int d = 0; d < wide; d++) {
      rows[d] = row(d);
    }
    for (int i = 0; i < count; i++) {
      for (int at = 0; at < (toCoordinates ? narrow : wide); at++) {
        double sum = 0;
        if (toCoordinates) {
          for (int d = at % axes(); d < wide; d += axes()) {
            sum += rows[d][at] * from[i * wide + d];
          }
        } else {
          for (int s = at % axes(); s < narrow; s += axes()) {
            sum += rows[at][s] * from[i * narrow + s];
          }
        }
        to[i * (toCoordinates ? narrow : wide) + at] = (float) sum;
      }
    }
    return to;
  }
}
