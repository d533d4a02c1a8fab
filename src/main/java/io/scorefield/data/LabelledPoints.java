package io.scorefield.data;

import java.util.ArrayList;
import java.util.List;

/// Points of a mixture of classes with the class of each as a condition: what a network learns from that is told classes.
///
/// @param mixture the points without their classes
public record LabelledPoints(ClassMixture mixture) implements Distribution {
  /// The name of the condition.
  public static final String CLASS = "class";

  /// The condition.
  public Condition condition() {
    return new Condition(CLASS, mixture.classes());
  }

  /// The condition as all that a network is told.
  public Conditions told() {
    return new Conditions(List.of(condition()));
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
