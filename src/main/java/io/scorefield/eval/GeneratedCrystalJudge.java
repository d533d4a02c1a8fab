package io.scorefield.eval;

import io.scorefield.data.EarthMover;
import io.scorefield.matter.Element;
import io.scorefield.matter.crystal.ChargeNeutrality;
import io.scorefield.matter.crystal.Crystal;
import io.scorefield.matter.crystal.CrystalBaselines;
import io.scorefield.matter.crystal.CrystalPoints;
import io.scorefield.matter.crystal.CrystalSet;
import io.scorefield.matter.crystal.CrystalValidity;
import io.scorefield.matter.crystal.PrototypeMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Crystals of which nothing was asked for: whether they are likely crystals, and what is new about them.
///
/// As noise floor of a share stands that of the training crystals with the noise of the data, and of a distance that of two halves of
/// these, of as many crystals each as there are samples.
public final class GeneratedCrystalJudge implements Judge {
  private final CrystalPoints points;
  private final CrystalSet set;
  private final long seed;
  private final PrototypeMatcher prototypes;
  private final Set<List<Element>> training;
  private final Set<List<Element>> heldOut;

  public GeneratedCrystalJudge(CrystalPoints points, CrystalSet set, long seed) {
    this.points = points;
    this.set = set;
    this.seed = seed;
    prototypes = new PrototypeMatcher(set.training());
    training = compositions(set.training());
    heldOut = compositions(set.heldOut());
  }

  @Override
  public String reference() {
    return "crystals drawn as those of the training are; as noise floor stand these, or two halves of them. A crystal is recognised where it "
        + "is one of " + prototypes.prototypes().size() + " structures of the training, whatever its elements";
  }

  @Override
  public Map<String, MetricValue> of(float[] samples, int most) {
    int count = Math.min(samples.length / points.dimension(), most);
    List<Optional<Crystal>> made = points.read(samples, count);
    Map<String, MetricValue> floor = metrics(drawn(0, count));
    Map<String, MetricValue> values = new LinkedHashMap<>();
    metrics(made)
        .forEach(
            (name, value) ->
                values.put(name, new MetricValue(value.value(), value.standardError(), floor.get(name).value(), value.samples())));
    return values;
  }

  /// Atoms anywhere in the cells of the data.
  @Override
  public Map<String, Map<String, MetricValue>> beside() {
    int count = set.training().size();
    List<Crystal> known = drawn(0, count).stream().flatMap(Optional::stream).toList();
    List<Optional<Crystal>> anywhere =
        IntStream.range(0, count).mapToObj(i -> Optional.of(CrystalBaselines.uniform(known.get(i), seed, i))).toList();
    return Map.of("atoms anywhere in true cells", metrics(anywhere));
  }

  /// Crystals of the data.
  ///
  /// @param part 0, 1, ..., of which each has others
  private List<Optional<Crystal>> drawn(int part, int count) {
    return IntStream.range(0, count).mapToObj(i -> Optional.of(set.draw(seed, (1L << 41) + (long) part * count + i))).toList();
  }

  private static List<Element> composition(Crystal crystal) {
    return crystal.elements().stream().sorted(Comparator.comparingInt(Element::number)).toList();
  }

  private static Set<List<Element>> compositions(List<Crystal> crystals) {
    return crystals.stream().map(GeneratedCrystalJudge::composition).collect(Collectors.toSet());
  }

  private Map<String, MetricValue> metrics(List<Optional<Crystal>> made) {
    Map<String, MetricValue> values = new LinkedHashMap<>();
    values.put("apart-0.5", share(made, crystal -> CrystalValidity.apart(crystal, CrystalValidity.USUAL)));
    values.put("apart-1.3", share(made, crystal -> CrystalValidity.apart(crystal, CrystalValidity.SHORT)));
    values.put("radii-fit", share(made, CrystalValidity::radiiFit));
    values.put("charge-neutral", share(made, crystal -> ChargeNeutrality.of(crystal.elements())));
    values.put("recognised", share(made, crystal -> prototypes.distance(crystal).orElse(1) < PrototypeMatcher.SAME));
    values.put("training-composition", share(made, crystal -> training.contains(composition(crystal))));
    values.put("held-out-composition", share(made, crystal -> heldOut.contains(composition(crystal))));
    List<Crystal> crystals = made.stream().flatMap(Optional::stream).toList();
    double distinct = (double) compositions(crystals).size() / made.size();
    values.put("distinct-compositions", new MetricValue(distinct, Double.NaN, Double.NaN, made.size()));
    List<Crystal> truth = drawn(1, made.size()).stream().flatMap(Optional::stream).toList();
    values.put("density-distance", distance(crystals, truth, Crystal::density));
    values.put("elements-distance", distance(crystals, truth, crystal -> crystal.elements().stream().distinct().count()));
    values.put("atoms-distance", distance(crystals, truth, Crystal::size));
    return values;
  }

  private static MetricValue share(List<Optional<Crystal>> made, Predicate<Crystal> test) {
    int n = made.size();
    double share = (double) made.parallelStream().filter(crystal -> crystal.filter(test).isPresent()).count() / n;
    return new MetricValue(share, Math.sqrt(share * (1 - share) / n), Double.NaN, n);
  }

  /// The 1-Wasserstein distance of a number of crystals, in its units.
  private static MetricValue distance(List<Crystal> made, List<Crystal> truth, ToDoubleFunction<Crystal> number) {
    if (made.isEmpty()) {
      return new MetricValue(Double.NaN, Double.NaN, Double.NaN, 0);
    }
    List<double[]> both = new ArrayList<>();
    List.of(made, truth).forEach(crystals -> both.add(crystals.stream().mapToDouble(number).toArray()));
    return new MetricValue(EarthMover.distance(both.get(0), both.get(1)), Double.NaN, Double.NaN, made.size());
  }
}
