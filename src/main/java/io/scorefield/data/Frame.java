package io.scorefield.data;

import java.util.Arrays;
import java.util.Optional;

/// The coordinates of the diffusion's state: the components of the data as they are, or, where the data are particles
/// whose mean is 0, coordinates of the space of such particles ({@link Centred}). Behind the particles there may be features,
/// numbers of the particles or of the whole, which are coordinates as they are, and so are conditions, the last components.
///
/// Coordinates are orthonormal: lengths of states are lengths of data, and normal noise stays normal.
///
/// @param components D of the data; where they are particles, axis by axis of one particle after the other, then the
///     conditions
/// @param centred the particles' space, where the state has its coordinates
/// @param conditions how many of the components are conditions
/// @param features how many of the components lie between the particles and the conditions; 0 where there are no particles
/// @param presence which particles there are, where samples have different numbers of them
public record Frame(
    int components, Optional<Centred> centred, int conditions, int features, Optional<Presence> presence) {
  public Frame {
    if (conditions < 0 || conditions >= components) {
      throw new IllegalArgumentException(
          "of " + components + " components " + conditions + " cannot be conditions");
    }
    int placed = components - conditions - features;
    if (centred.isPresent() && placed % centred.get().particles() != 0) {
      throw new IllegalArgumentException(
          placed + " components are not " + centred.map(Centred::particles).orElse(0) + " particles");
    }
    if ((features > 0 || presence.isPresent()) && centred.isEmpty()) {
      throw new IllegalArgumentException("features and absences are of particles without their mean");
    }
    if (presence.isPresent()) {
      int particles = presence.get().particles();
      if (particles != centred.get().particles() || particles * presence.get().features() > features) {
        throw new IllegalArgumentException("who is there is said of " + particles + " particles, which are others");
      }
    }
  }

  /// A frame without features whose particles are always there.
  public Frame(int components, Optional<Centred> centred, int conditions) {
    this(components, centred, conditions, 0, Optional.empty());
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
    return new Frame(components + more, centred, conditions + more, features, presence);
  }

  /// The same with features behind the particles.
  public Frame withFeatures(int more) {
    return new Frame(components + more, centred, conditions, features + more, presence);
  }

  /// The same where not all particles are always there.
  public Frame withPresence(Presence which) {
    return new Frame(components, centred, conditions, features, Optional.of(which));
  }

  /// K, how many components the position of a particle has.
  public int axes() {
    return placed() / centred.orElseThrow().particles();
  }

  /// Components of the particles' positions.
  private int placed() {
    return made() - features;
  }

  /// The components that are no conditions.
  public int made() {
    return components - conditions;
  }

  /// The coordinates that are no conditions.
  public int varied() {
    return centred.map(space -> space.modes() * axes() + features).orElse(made());
  }

  /// S, the number of coordinates, conditions included.
  public int coordinates() {
    return varied() + conditions;
  }

  /// What a component has of every coordinate, `[S]`.
  public double[] row(int component) {
    double[] row = new double[coordinates()];
    if (centred.isEmpty() || component >= placed()) {
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
    int as = conditions + features;
    float[] to = new float[Math.multiplyExact(count, written)];
    double[][] rows = new double[wide][];
    for (int d = 0; d < wide; d++) {
      rows[d] = row(d);
    }
    for (int i = 0; i < count; i++) {
      int behind = at(i, read);
      int there = presence.map(of -> of.count(from, behind)).orElse(centred.get().particles());
      int most = toCoordinates ? read - as : Math.min(read - as, axes() * (there - 1));
      for (int at = 0; at < written - as; at++) {
        double sum = 0;
        for (int other = at % axes(); other < most; other += axes()) {
          sum += (toCoordinates ? rows[other][at] : rows[at][other]) * from[i * read + other];
        }
        boolean absent = !toCoordinates && at / axes() >= there;
        to[i * written + at] = absent ? 0 : (float) sum;
      }
      System.arraycopy(from, (i + 1) * read - as, to, (i + 1) * written - as, as);
      int own = toCoordinates ? 0 : presence.map(Presence::features).orElse(0);
      int particles = centred.get().particles();
      for (int feature = 0; feature < own; feature++) {
        int first = (i + 1) * written - as + feature * particles;
        Arrays.fill(to, first + there, first + particles, 0);
      }
    }
    return to;
  }

  /// Where the conditions of a point begin.
  private int at(int point, int width) {
    return (point + 1) * width - conditions;
  }
}
