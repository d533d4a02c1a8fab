package io.scorefield.eval;

import io.scorefield.data.EarthMover;
import io.scorefield.matter.crystal.Crystal;
import io.scorefield.matter.crystal.CrystalBaselines;
import io.scorefield.matter.crystal.CrystalMatcher;
import io.scorefield.matter.crystal.CrystalPoints;
import io.scorefield.matter.crystal.CrystalPoints.Task;
import io.scorefield.matter.crystal.CrystalSet;
import io.scorefield.matter.crystal.CrystalValidity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/// Crystals made of compositions that were held out, by how well they fit the true ones. Sample i is of composition i modulo
/// their number; the first of each is measured, and the best of all of it.
///
/// In place of a noise floor stands what true crystals with the noise of the data give.
public final class CrystalJudge implements Judge {
  private static final double[] LIMITS = {0.1, 0.2, 0.5};

  /// At most so many samples of a composition are looked at for the best.
  private static final int MOST_OF_EACH = 20;

  private final CrystalPoints points;
  private final CrystalSet set;
  private final List<Crystal> truths;
  private final long seed;

  public CrystalJudge(CrystalPoints points, CrystalSet set, long seed) {
    this.points = points;
    this.set = set;
    this.seed = seed;
    truths = set.heldOut();
  }

  @Override
  public String reference() {
    return truths.size() + " crystals of compositions held out; as noise floor stand these with the noise of the data";
  }

  @Override
  public Map<String, MetricValue> of(float[] samples, int most) {
    int count = Math.min(samples.length / points.dimension(), MOST_OF_EACH * truths.size());
    return with(metrics(points.read(samples, count)));
  }

  @Override
  public Map<String, Map<String, MetricValue>> beside() {
    Map<String, Map<String, MetricValue>> rows = new LinkedHashMap<>();
    if (points.task() != Task.CELL) {
      rows.put("atoms anywhere in the true cell", inTrueCell(i -> Optional.of(CrystalBaselines.uniform(truths.get(i), seed, i))));
      rows.put("random atoms on the true sites", inTrueCell(i -> Optional.of(CrystalBaselines.randomAssignment(truths.get(i), seed, i))));
    }
    rows.put(
        "nearest training composition",
        with(metrics(made(i -> CrystalBaselines.nearest(truths.get(i).elements(), set.training()).map(near -> inCell(near, truths.get(i)))))));
    return rows;
  }

  /// The metrics of what has the true cell, without those of the cell.
  private Map<String, MetricValue> inTrueCell(Maker maker) {
    Map<String, MetricValue> values = with(metrics(made(maker)));
    values.keySet().removeIf(name -> name.startsWith("length-") || name.startsWith("angle-") || name.startsWith("density-"));
    return values;
  }

  /// Where the cell is given it is that of the truth.
  private Crystal inCell(Crystal crystal, Crystal truth) {
    return points.task() == Task.PLACES ? crystal.in(truth.cell()) : crystal;
  }

  private interface Maker {
    Optional<Crystal> of(int truth);
  }

  private List<Optional<Crystal>> made(Maker maker) {
    return IntStream.range(0, truths.size()).mapToObj(maker::of).toList();
  }

  private Map<String, MetricValue> with(Map<String, Figure> figures) {
    Map<String, Figure> floor = metrics(made(i -> Optional.of(inCell(set.shaking().of(truths.get(i), seed, (1L << 40) + i), truths.get(i)))));
    Map<String, MetricValue> values = new LinkedHashMap<>();
    figures.forEach(
        (name, figure) ->
            values.put(
                name,
                new MetricValue(
                    figure.value, figure.error, floor.containsKey(name) ? floor.get(name).value : Double.NaN, figure.count)));
    return values;
  }

  private record Figure(double value, double error, int count) {
    static Figure share(boolean[] hits) {
      double share = (double) IntStream.range(0, hits.length).filter(i -> hits[i]).count() / hits.length;
      return new Figure(share, Math.sqrt(share * (1 - share) / hits.length), hits.length);
    }

    /// The median, with half the distance of the values that are a standard deviation of ranks away from it.
    static Figure median(double[] values) {
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      int n = sorted.length;
      int half = (int) Math.ceil(Math.sqrt(n) / 2);
      double error = (sorted[Math.min(n - 1, n / 2 + half)] - sorted[Math.max(0, n / 2 - half)]) / 2;
      return new Figure((sorted[(n - 1) / 2] + sorted[n / 2]) / 2, error, n);
    }
  }

  private Map<String, Figure> metrics(List<Optional<Crystal>> made) {
    Map<String, Figure> figures = new LinkedHashMap<>();
    int m = Math.min(truths.size(), made.size());
    if (points.task() != Task.CELL) {
      CrystalMatcher strict = CrystalMatcher.STRICT;
      double[] distances = distances(made, strict);
      double[] exchanged = distances(made, strict.withExchange());
      int each = made.size() / truths.size();
      for (double limit : LIMITS) {
        figures.put("match-" + limit, Figure.share(below(Arrays.copyOf(distances, m), limit)));
      }
      for (double limit : LIMITS) {
        figures.put("match-exchanged-" + limit, Figure.share(below(Arrays.copyOf(exchanged, m), limit)));
      }
      for (double limit : each > 1 ? LIMITS : new double[0]) {
        figures.put("match-best-of-" + each + "-" + limit, Figure.share(below(best(distances, each), limit)));
      }
    }
    if (points.task() != Task.PLACES) {
      cells(made.subList(0, m), figures);
    }
    if (points.task() != Task.CELL) {
      figures.put("apart-0.5", share(made.subList(0, m), crystal -> CrystalValidity.apart(crystal, CrystalValidity.USUAL)));
      figures.put("apart-1.3", share(made.subList(0, m), crystal -> CrystalValidity.apart(crystal, CrystalValidity.SHORT)));
      figures.put("radii-fit", share(made.subList(0, m), CrystalValidity::radiiFit));
    }
    if (points.task() != Task.PLACES) {
      figures.put("density-distance", density(made.subList(0, m)));
    }
    return figures;
  }

  private double[] distances(List<Optional<Crystal>> made, CrystalMatcher matcher) {
    return IntStream.range(0, made.size())
        .parallel()
        .mapToDouble(
            i -> made.get(i).map(crystal -> matcher.distance(crystal, truths.get(i % truths.size()))).orElse(OptionalDouble.empty()).orElse(9))
        .toArray();
  }

  private static boolean[] below(double[] distances, double limit) {
    boolean[] hits = new boolean[distances.length];
    for (int i = 0; i < hits.length; i++) {
      hits[i] = distances[i] < limit;
    }
    return hits;
  }

  private double[] best(double[] distances, int each) {
    double[] best = Arrays.copyOf(distances, truths.size());
    for (int i = truths.size(); i < each * truths.size(); i++) {
      best[i % truths.size()] = Math.min(best[i % truths.size()], distances[i]);
    }
    return best;
  }

  private static Figure share(List<Optional<Crystal>> made, Predicate<Crystal> test) {
    boolean[] hits = new boolean[made.size()];
    for (int i = 0; i < hits.length; i++) {
      hits[i] = made.get(i).filter(test).isPresent();
    }
    return Figure.share(hits);
  }

  /// Errors of lengths, as shares, and of angles, in degrees; what has no cell is off by all of it.
  private void cells(List<Optional<Crystal>> made, Map<String, Figure> figures) {
    double[] lengths = new double[3 * made.size()];
    double[] angles = new double[3 * made.size()];
    for (int i = 0; i < made.size(); i++) {
      double[] truth = truths.get(i).cell().numbers();
      double[] own = made.get(i).map(crystal -> crystal.cell().numbers()).orElse(new double[6]);
      for (int k = 0; k < 3; k++) {
        lengths[3 * i + k] = Math.abs(own[k] / truth[k] - 1);
        angles[3 * i + k] = Math.abs(own[3 + k] - truth[3 + k]);
      }
    }
    figures.put("length-error-median", Figure.median(lengths));
    figures.put("angle-error-median", Figure.median(angles));
    figures.put("angle-error-max", new Figure(Arrays.stream(angles).max().orElseThrow(), Double.NaN, made.size()));
  }

  /// The 1-Wasserstein distance of the densities of what is made and of the truth, in grams per cubic centimetre.
  private Figure density(List<Optional<Crystal>> made) {
    List<Double> own = new ArrayList<>(made.stream().flatMap(Optional::stream).map(Crystal::density).sorted().toList());
    double[] truth = truths.stream().mapToDouble(Crystal::density).sorted().toArray();
    if (own.isEmpty()) {
      return new Figure(Double.NaN, Double.NaN, 0);
    }
    return new Figure(
        EarthMover.distance(own.stream().mapToDouble(Double::doubleValue).toArray(), truth), Double.NaN, own.size());
  }
}
