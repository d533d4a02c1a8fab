package io.scorefield.data;

import java.util.Optional;

/// The coordinates of the diffusion's state: the components of the data as they are, or, where the data are particles
/// whose mean is 0, coordinates of the space of such particles ({@link Centred}). Conditions, the last components, are
/// coordinates as they are.
///
/// Coordinates are orthonormal: lengths of states are lengths of data, and normal noise stays normal.
///
/// @param components D of the data; where they are particles, axis by axis of one particle after the other, then the
///     conditions
/// @param centred the particles' space, where the state has its coordinates
/// @param conditions how many of the components are conditions
public record Frame(int components, Optional<Centred> centred, int conditions) {
  public Frame {
    if (conditions < 0 || conditions >= components) {
      throw new IllegalArgumentException(
          "of " + components + " components " + conditions + " cannot be conditions");
    }
    if (centred.isPresent() && (components - conditions) % centred.get().particles() != 0) {
      throw new IllegalArgumentException(
          components - conditions + " components are not " + centred.map(Centred::particles).orElse(0) + " particles");
    }
  }

  /// Each component is a coordinate.
  public static Frame of(int components) {
    return new Frame(components, Optional.empty(), 0);
  }

  /// Particles without their mean.
  public static Frame centred(int particles, int axes) {
    return new Frame(Math.multiplyExact(particles, axes), Optional.of(new Centred(particles)), 0);
  }

  /// The same with more components, which are conditions.
  public Frame withConditions(int more) {
    return new Frame(components + more, centred, conditions + more);
  }

  /// K, how many components a particle has.
  private int axes() {
    return made() / centred.orElseThrow().particles();
  }

  /// The components that are no conditions.
  public int made() {
    return components - conditions;
  }

  /// The coordinates that are no conditions.
  public int varied() {
    return centred.map(space -> space.modes() * axes()).orElse(made());
  }

  /// S, the number of coordinates, conditions included.
  public int coordinates() {
    return varied() + conditions;
  }

  /// What a component has of every coordinate, [S].
  public double[] row(int component) {
    double[] row = new double[coordinates()];
    if (centred.isEmpty() || component >= made()) {
      row[component - components + coordinates()] = 1;
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
    int read = toCoordinates ? wide : narrow;
    int written = toCoordinates ? narrow : wide;
    float[] to = new float[Math.multiplyExact(count, written)];
    double[][] rows = new double[wide][];
    for (int d = 0; d < wide; d++) {
      rows[d] = row(d);
    }
    for (int i = 0; i < count; i++) {
      for (int at = 0; at < written - conditions; at++) {
        double sum = 0;
        for (int other = at % axes(); other < read - conditions; other += axes()) {
          sum += (toCoordinates ? rows[other][at] : rows[at][other]) * from[i * read + other];
        }
        to[i * written + at] = (float) sum;
      }
      System.arraycopy(from, (i + 1) * read - conditions, to, (i + 1) * written - conditions, conditions);
    }
    return to;
  }
}
