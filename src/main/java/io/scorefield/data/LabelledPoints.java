package io.scorefield.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Points of a mixture of classes with the class of each as a condition: what a network learns from that is told classes.
///
/// @param mixture the points without their classes
public record LabelledPoints(ClassMixture mixture) implements ConditionalDistribution {
  /// The name of the condition.
  public static final String CLASS = "class";

  /// The condition.
  public Condition condition() {
    return new Condition(CLASS, mixture.classes());
  }

  /// The condition as all that a network is told.
  @Override
  public Conditions told() {
    return new Conditions(List.of(condition()));
  }

  @Override
  public Distribution whole() {
    return mixture;
  }

  @Override
  public Distribution given(double[] conditions) {
    return mixture.part(condition().classOf(conditions));
  }

  @Override
  public String name() {
    return mixture.name();
  }

  @Override
  public int dimension() {
    return mixture.dimension() + condition().components();
  }

  @Override
  public List<String> components() {
    List<String> components = new ArrayList<>(mixture.components());
    components.addAll(told().declarations());
    return components;
  }

  /// That of the class that a point tells; of all classes where it tells none.
  @Override
  public Optional<LogDensity> conditionalDensity() {
    List<Optional<LogDensity>> parts =
        IntStream.range(0, mixture.classes().size()).mapToObj(k -> mixture.part(k).logDensity()).toList();
    Optional<LogDensity> whole = mixture.logDensity();
    if (whole.isEmpty() || parts.stream().anyMatch(Optional::isEmpty)) {
      return Optional.empty();
    }
    int made = mixture.dimension();
    return Optional.of(
        point -> {
          int k = condition().classOf(Arrays.copyOfRange(point, made, point.length));
          return (k < 0 ? whole : parts.get(k)).orElseThrow().at(Arrays.copyOf(point, made));
        });
  }

  @Override
  public float[] draw(long seed, long first, int count) {
    int[] labels = mixture.labels(seed, first, count);
    double[][] told = new double[count][];
    for (int i = 0; i < count; i++) {
      told[i] = condition().ofClass(labels[i]);
    }
    return told().behind(mixture.draw(seed, first, count), told);
  }
}
