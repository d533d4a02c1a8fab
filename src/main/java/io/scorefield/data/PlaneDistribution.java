package io.scorefield.data;

import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import io.scorefield.watch.Meter;
import io.scorefield.watch.Watch;
import java.util.Optional;

/// A distribution in the plane whose point i is made from a few random numbers of sample i.
public final class PlaneDistribution implements Distribution {
  /// Points between two looks at whether to stop.
  private static final int BLOCK = 4096;

  /// Makes one point.
  @FunctionalInterface
  private interface Recipe {
    /// @param u uniform numbers, length 4
    /// @param z standard normals, length 4, independent of u
    /// @param point receives x and y
    void make(double[] u, float[] z, double[] point);
  }

  /// A density in the plane.
  @FunctionalInterface
  public interface Density {
    double at(double x, double y);
  }

  private final String name;
  private final Recipe recipe;
  private final Optional<Density> density;

  private PlaneDistribution(String name, Recipe recipe) {
    this(name, recipe, Optional.empty());
  }

  private PlaneDistribution(String name, Recipe recipe, Optional<Density> density) {
    this.name = name;
    this.recipe = recipe;
    this.density = density;
  }

  /// The density, where it is known and a function.
  public Optional<Density> density() {
    return density;
  }

  @Override
  public Optional<LogDensity> logDensity() {
    return density.map(of -> point -> Math.log(of.at(point[0], point[1])));
  }

  /// Uniform on the circle x^2 + y^2 = radius^2.
  public static PlaneDistribution circle(double radius) {
    return new PlaneDistribution(
        "circle",
        (u, z, point) -> {
          point[0] = radius * Math.cos(2 * Math.PI * u[0]);
          point[1] = radius * Math.sin(2 * Math.PI * u[0]);
        });
  }

  /// Two interleaving half circles of radius 1: the upper one around (0, 0), the lower one around
  /// (1, 1/2), each with probability 1/2, with normal jitter.
  ///
  /// The geometry is that of scikit-learn's `make_moons`; angle and moon are drawn independently for
  /// every point, so that two draws differ by what independent samples differ by.
  public static PlaneDistribution halfMoons(double jitter) {
    return new PlaneDistribution(
        "half-moons",
        (u, z, point) -> {
          onMoon(isUpper(u[1]), jitter, u[0], z, point);
        },
        jitter > 0 ? Optional.of((x, y) -> halfMoonsDensity(jitter, x, y)) : Optional.empty());
  }

  /// Which moon a point is of, by a uniform number.
  static boolean isUpper(double u) {
    return u < 0.5;
  }

  /// One of the two moons.
  static PlaneDistribution halfMoon(boolean upper, double jitter) {
    return new PlaneDistribution(
        "half-moon", (u, z, point) -> onMoon(upper, jitter, u[0], z, point),
        jitter > 0 ? Optional.of((x, y) -> moonDensity(upper, jitter, x, y)) : Optional.empty());
  }

  /// The mean over the arc of the jitter's density.
  private static double moonDensity(boolean upper, double jitter, double x, double y) {
    return Math.exp(logOfMoon(upper, jitter, x, y)) / arcPoints(jitter) / (2 * Math.PI * jitter * jitter);
  }

  private static void onMoon(boolean upper, double jitter, double u, float[] z, double[] point) {
    double angle = Math.PI * u;
    point[0] = (upper ? Math.cos(angle) : 1 - Math.cos(angle)) + jitter * z[0];
    point[1] = (upper ? Math.sin(angle) : 0.5 - Math.sin(angle)) + jitter * z[1];
  }

  /// The logarithm of the density of one moon, up to a number that is the same for both.
  static double logOfMoon(boolean upper, double jitter, double x, double y) {
    int points = arcPoints(jitter);
    double[] logs = new double[points];
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < points; i++) {
      double angle = Math.PI * (i + 0.5) / points;
      double dx = x - (upper ? Math.cos(angle) : 1 - Math.cos(angle));
      double dy = y - (upper ? Math.sin(angle) : 0.5 - Math.sin(angle));
      logs[i] = -(dx * dx + dy * dy) / (2 * jitter * jitter);
      largest = Math.max(largest, logs[i]);
    }
    double sum = 0;
    for (double log : logs) {
      sum += Math.exp(log - largest);
    }
    return largest + Math.log(sum);
  }

  /// Points of the arc a third of the jitter apart integrate a Gaussian to rounding.
  private static int arcPoints(double jitter) {
    return Math.clamp((int) Math.ceil(3 * Math.PI / jitter), 100, 100_000);
  }

  /// The mean over both arcs of the jitter's density, by the midpoint rule.
  private static double halfMoonsDensity(double jitter, double x, double y) {
    int points = arcPoints(jitter);
    double sum = 0;
    for (int i = 0; i < points; i++) {
      double angle = Math.PI * (i + 0.5) / points;
      double cosine = Math.cos(angle);
      double sine = Math.sin(angle);
      sum += Math.exp(-(square(x - cosine) + square(y - sine)) / (2 * jitter * jitter));
      sum += Math.exp(-(square(x - 1 + cosine) + square(y - 0.5 + sine)) / (2 * jitter * jitter));
    }
    return sum / (2.0 * points) / (2 * Math.PI * jitter * jitter);
  }

  private static double square(double x) {
    return x * x;
  }

  /// The spiral (a cos a, a sin a) radius / (9 pi / 2) with a = 3 pi / 2 (1 + 2 u), with jitter.
  public static PlaneDistribution swissRoll(double radius, double jitter) {
    return new PlaneDistribution(
        "swiss-roll",
        (u, z, point) -> {
          double angle = 1.5 * Math.PI * (1 + 2 * u[0]);
          double length = radius * angle / (4.5 * Math.PI);
          point[0] = length * Math.cos(angle) + jitter * z[0];
          point[1] = length * Math.sin(angle) + jitter * z[1];
        },
        jitter > 0 ? Optional.of((x, y) -> swissRollDensity(radius, jitter, x, y)) : Optional.empty());
  }

  /// The mean over the spiral of the jitter's density, by the midpoint rule in the number that is uniform.
  private static double swissRollDensity(double radius, double jitter, double x, double y) {
    // The spiral is fastest at its end: radius 3 pi a unit of that number. A step there is a fifth of the jitter.
    int points = Math.clamp((int) Math.ceil(5 * 3 * Math.PI * radius / jitter), 100, 100_000);
    double sum = 0;
    for (int i = 0; i < points; i++) {
      double angle = 1.5 * Math.PI * (1 + 2 * (i + 0.5) / points);
      double length = radius * angle / (4.5 * Math.PI);
      sum += Math.exp(-(square(x - length * Math.cos(angle)) + square(y - length * Math.sin(angle))) / (2 * jitter * jitter));
    }
    return sum / points / (2 * Math.PI * jitter * jitter);
  }

  /// Uniform on the eight black squares of a 4 x 4 board of side `side` around the origin.
  public static PlaneDistribution checkerboard(double side) {
    return new PlaneDistribution(
        "checkerboard",
        (u, z, point) -> {
          int square = (int) (8 * u[0]);
          int row = square / 2;
          int column = 2 * (square % 2) + row % 2;
          point[0] = side * ((column + u[1]) / 4 - 0.5);
          point[1] = side * ((row + u[2]) / 4 - 0.5);
        },
        Optional.of((x, y) -> isBlack(x / side, y / side) ? 2 / (side * side) : 0));
  }

  /// Whether a point of the board of side 1 is on a black square.
  private static boolean isBlack(double x, double y) {
    int column = (int) Math.floor(4 * (x + 0.5));
    int row = (int) Math.floor(4 * (y + 0.5));
    return column >= 0 && column < 4 && row >= 0 && row < 4 && (column + row) % 2 == 0;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int dimension() {
    return 2;
  }

  @Override
  public float[] draw(long seed, long first, int count) {
    NoiseSource source = new NoiseSource(seed);
    float[] points = new float[2 * count];
    double[] u = new double[4];
    float[] z = new float[4];
    double[] point = new double[2];
    Meter meter = Watch.current().meter("data", count, "points");
    for (int i = 0; i < count; i++) {
      if (i % BLOCK == 0) {
        meter.step(Math.min(BLOCK, count - i));
      }
      for (int k = 0; k < 4; k++) {
        u[k] = source.uniform(NoiseStream.DATA, first + i, k);
      }
      source.normals(NoiseStream.DATA, first + i, 4, z, 0, 4);
      recipe.make(u, z, point);
      points[2 * i] = (float) point[0];
      points[2 * i + 1] = (float) point[1];
    }
    return points;
  }
}
