package io.scorefield.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Points to train on, and where known the distribution they were drawn from.
///
/// @param name for tables and messages
/// @param dimension D
/// @param points [N, D] row-major in data units, less the origin; not copied
/// @param source the true distribution; empty for points from a file
/// @param components names of the components in their order: `x`, or whole fields such as `u[64]` and `k[16,16]`
/// @param origin `[D]`, what the points are relative to; 0 unless float32 could not hold the data as they are
/// @param notes lines for the user about how the data were read
/// @param conditions how many of the last components are conditions, which are given to a network and not made by it
/// @param told what they mean, where they have names and classes; else none
/// @param columns those columns of the points without conditions that are classes and whole numbers
public record DataSet(
    String name,
    int dimension,
    float[] points,
    Optional<Distribution> source,
    List<String> components,
    double[] origin,
    List<String> notes,
    int conditions,
    Conditions told,
    List<MadeColumn> columns) {
  /// The largest number of points accepted.
  public static final int MAX_NUMBERS = 1 << 29;

  /// The seed and the largest number of points that are drawn where none of the data has conditions that are asked for.
  private static final long DRAWN = 1L << 41;

  private static final int MOST_DRAWN = 10_000;

  /// Points whose conditions have no names.
  public DataSet(
      String name,
      int dimension,
      float[] points,
      Optional<Distribution> source,
      List<String> components,
      double[] origin,
      List<String> notes,
      int conditions) {
    this(name, dimension, points, source, components, origin, notes, conditions, Conditions.NONE, List.of());
  }

  /// Points without conditions.
  public DataSet(
      String name,
      int dimension,
      float[] points,
      Optional<Distribution> source,
      List<String> components,
      double[] origin,
      List<String> notes) {
    this(name, dimension, points, source, components, origin, notes, 0);
  }

  /// Points as they are.
  public DataSet(
      String name, int dimension, float[] points, Optional<Distribution> source, List<String> components) {
    this(name, dimension, points, source, components, new double[Math.max(0, dimension)], List.of());
  }

  /// A data set whose components have the usual names.
  public DataSet(String name, int dimension, float[] points, Optional<Distribution> source) {
    this(name, dimension, points, source, usualComponents(dimension));
  }

  /// x, y, z up to three components, else the field `x[D]`.
  public static List<String> usualComponents(int dimension) {
    List<String> letters = List.of("x", "y", "z");
    return dimension <= letters.size()
        ? letters.subList(0, Math.max(0, dimension))
        : List.of("x[" + dimension + "]");
  }

  public DataSet {
    components = List.copyOf(components);
    notes = List.copyOf(notes);
    columns = List.copyOf(columns);
    if (dimension < 1 || points.length == 0 || points.length % dimension != 0) {
      throw new IllegalArgumentException(
          "data set '" + name + "' has " + points.length + " numbers, which are not points of "
              + dimension + " components");
    }
    if (origin.length != dimension || !Arrays.stream(origin).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("data set '" + name + "' needs a finite origin of each component");
    }
    if (conditions < 0 || conditions >= dimension) {
      throw new IllegalArgumentException(
          "data set '" + name + "' has " + dimension + " components; " + conditions + " of them cannot be conditions");
    }
    if (!told.isEmpty() && told.components() != conditions) {
      throw new IllegalArgumentException(
          "data set '" + name + "' has " + conditions + " conditions, but what they mean is for " + told.components());
    }
    for (int i = 0; i < points.length; i++) {
      if (!Float.isFinite(points[i])) {
        throw new IllegalArgumentException(
            "data set '" + name + "': component " + i % dimension + " of point " + i / dimension
                + " is " + points[i] + "; every number must be finite");
      }
    }
  }

  /// The first `count` points of a distribution.
  public static DataSet draw(Distribution distribution, int count, long seed) {
    if (count < 1 || (long) count * distribution.dimension() > MAX_NUMBERS) {
      throw new IllegalArgumentException("cannot draw " + count + " points");
    }
    return new DataSet(
        distribution.name(),
        distribution.dimension(),
        distribution.draw(seed, count),
        Optional.of(distribution),
        distribution.components());
  }

  /// The first `count` points of a distribution with the conditions that the network is told.
  public static DataSet draw(ConditionalDistribution distribution, int count, long seed) {
    DataSet drawn = draw((Distribution) distribution, count, seed);
    return drawn.telling(distribution.told());
  }

  /// The same, where the last components are what a network is told.
  public DataSet telling(Conditions conditions) {
    return new DataSet(
        name, dimension, points, source, components, origin, notes, conditions.components(), conditions, columns);
  }

  /// The same, where some columns of the points are classes and whole numbers.
  public DataSet making(List<MadeColumn> made) {
    return new DataSet(name, dimension, points, source, components, origin, notes, conditions, told, made);
  }

  /// The points without their conditions, as samples under given conditions are to be like.
  ///
  /// @param asked the conditions' components; empty: all points, whatever their conditions
  /// Where no point has them exactly, but their distribution is known, they are drawn.
  ///
  /// @return empty where there are no such points
  public Optional<DataSet> made(Optional<double[]> asked) {
    int narrow = dimension - conditions;
    int[] chosen = IntStream.range(0, size()).filter(i -> asked.isEmpty() || hasConditions(i, asked.get())).toArray();
    Optional<Distribution> truth =
        source.map(
            known ->
                known instanceof ConditionalDistribution of ? asked.<Distribution>map(of::given).orElseGet(of::whole) : known);
    boolean drawn = chosen.length == 0 && truth.isPresent() && told.all().stream().anyMatch(Condition::isNumber);
    if (chosen.length == 0 && !drawn) {
      return Optional.empty();
    }
    float[] made =
        drawn
            ? truth.get().draw(DRAWN, Math.min(size(), MOST_DRAWN))
            : Conditions.without(part(chosen).points, dimension, conditions);
    return Optional.of(
        new DataSet(
            name, narrow, made, truth, components.subList(0, components.size() - told.declarations().size()),
            Arrays.copyOf(origin, narrow), notes, 0, Conditions.NONE, columns));
  }

  /// Whether no point has exactly these conditions.
  public boolean hasNone(double[] asked) {
    return IntStream.range(0, size()).noneMatch(i -> hasConditions(i, asked));
  }

  /// The points without their conditions, [N, D - conditions].
  public float[] madePoints() {
    return conditions == 0 ? points : Conditions.without(points, dimension, conditions);
  }

  private boolean hasConditions(int point, double[] asked) {
    for (int c = 0; c < conditions; c++) {
      int d = dimension - conditions + c;
      if (points[point * dimension + d] != (float) (asked[c] - origin[d])) {
        return false;
      }
    }
    return true;
  }

  /// Points given in double precision: components that float32 cannot resolve are kept relative to an origin.
  ///
  /// @throws IllegalArgumentException when a component varies too little for float32 altogether
  public static DataSet of(
      String name, int dimension, double[] values, List<String> components, List<String> notes) {
    Resolution resolution = Resolution.of(values, dimension);
    List<String> all = new ArrayList<>(notes);
    resolution.warnings(values).forEach(warning -> all.add("warning: " + name + ": " + warning));
    return new DataSet(
        name, dimension, resolution.relative(values), Optional.empty(), components, resolution.origin(), all);
  }

  /// Component d of point i in data units.
  public double at(int i, int d) {
    return origin[d] + points[i * dimension + d];
  }

  /// Some of the points, in the order given.
  public DataSet part(int[] chosen) {
    float[] some = new float[Math.multiplyExact(chosen.length, dimension)];
    for (int i = 0; i < chosen.length; i++) {
      System.arraycopy(points, chosen[i] * dimension, some, i * dimension, dimension);
    }
    return new DataSet(name, dimension, some, source, components, origin, notes, conditions, told, columns);
  }

  /// The same with another line for the user.
  public DataSet noted(String note) {
    List<String> more = new ArrayList<>(notes);
    more.add(note);
    return new DataSet(name, dimension, points, source, components, origin, more, conditions, told, columns);
  }

  /// N.
  public int size() {
    return points.length / dimension;
  }
}
