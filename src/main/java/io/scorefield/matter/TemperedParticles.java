package io.scorefield.matter;

import io.scorefield.data.Distribution;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;

/// Particles with their temperature as a condition: x[N,K] and T. What is drawn are configurations of the temperature that
/// is asked for; what is trained on are those of several others.
///
/// @param asked the system at the temperature that is asked for
/// @param trained the same system at the temperatures that are trained on
public record TemperedParticles(ParticleSystem asked, List<ParticleSystem> trained) implements Distribution {
  /// The name of the temperature among the components.
  public static final String TEMPERATURE = "T";

  /// Between the seeds of two temperatures.
  private static final long APART = 1L << 52;

  public TemperedParticles {
    trained = List.copyOf(trained);
    if (trained.size() < 2) {
      throw new IllegalArgumentException("a network that is to know temperatures needs at least 2 to learn from");
    }
  }

  @Override
  public String name() {
    return asked.name();
  }

  @Override
  public int dimension() {
    return asked.dimension() + 1;
  }

  @Override
  public List<String> components() {
    List<String> components = new ArrayList<>(asked.components());
    components.add(TEMPERATURE);
    return components;
  }

  @Override
  public float[] draw(long seed, long first, int count) {
    return withTemperature(asked, asked.draw(seed, first, count));
  }

  private static float[] withTemperature(ParticleSystem system, float[] positions) {
    int dimension = system.dimension();
    int count = positions.length / dimension;
    float[] points = new float[count * (dimension + 1)];
    for (int i = 0; i < count; i++) {
      System.arraycopy(positions, i * dimension, points, i * (dimension + 1), dimension);
      points[(i + 1) * (dimension + 1) - 1] = (float) system.temperature();
    }
    return points;
  }

  /// Points to train on, [count, D]: of each temperature equally many, in turn.
  public float[] training(long seed, int count) {
    int dimension = dimension();
    float[] points = new float[Math.multiplyExact(count, dimension)];
    for (int k = 0; k < trained.size(); k++) {
      float[] own = withTemperature(trained.get(k), trained.get(k).draw(seed(seed, k), each(count, k)));
      for (int i = 0; i < each(count, k); i++) {
        System.arraycopy(own, i * dimension, points, (i * trained.size() + k) * dimension, dimension);
      }
    }
    return points;
  }

  /// The heat capacities of such points at the temperatures that are trained on.
  public HeatCapacities heatCapacities(long seed, int count) {
    List<Integer> order =
        IntStream.range(0, trained.size())
            .boxed()
            .sorted(Comparator.comparingDouble(k -> trained.get(k).temperature()))
            .toList();
    double[] temperatures = new double[order.size()];
    double[] capacities = new double[order.size()];
    for (int i = 0; i < temperatures.length; i++) {
      int k = order.get(i);
      ParticleSystem system = trained.get(k);
      double[] energies = system.potential().energies(system.draw(seed(seed, k), 0, each(count, k)));
      temperatures[i] = system.temperature();
      capacities[i] = StatUtils.variance(energies) / (temperatures[i] * temperatures[i]);
    }
    return new HeatCapacities(temperatures, capacities);
  }

  /// What the chains of every temperature of such points show.
  public List<Evidence> evidence(long seed, int count) {
    List<Evidence> all = new ArrayList<>();
    for (int k = 0; k < trained.size(); k++) {
      if (each(count, k) > 0) {
        all.add(trained.get(k).evidence(seed(seed, k), each(count, k)));
      }
    }
    return all;
  }

  private static long seed(long seed, int temperature) {
    return seed + (temperature + 1) * APART;
  }

  /// Points of a temperature among so many.
  private int each(int count, int temperature) {
    return (count - temperature + trained.size() - 1) / trained.size();
  }
}
