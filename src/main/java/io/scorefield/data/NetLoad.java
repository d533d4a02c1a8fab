package io.scorefield.data;

import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Days of a household with a roof of solar cells: its load, what the cells give, and what the grid has to deliver, in kW at
/// each step of a day, under the weather and the tariff.
///
/// ```
/// load  = m(temperature, tariff) + s(tariff) e,          e normal, correlation exp(-|hours|/4)
/// solar = clear exp(g - 0.1 - 1.5 cloudiness - 0.3^2/2),  g normal of deviation 0.3, correlation exp(-|hours|/2)
/// net   = load - solar
/// ```
///
/// m has a peak in the morning and one in the evening, which the tariff `night` moves behind midnight; heating below 15 degrees
/// and cooling above 22 are added. clear is half a sine from 6 to 18 o'clock and 0 at night. So the balance holds at every
/// step, solar is never negative, and mean and covariance given the conditions are known ({@link NetLoadDay}).
///
/// Temperatures are normal, 12 +- 8 degrees Celsius; cloudiness is uniform from 0 to 1; both tariffs are as frequent.
///
/// The setting is that of Zhang, Cheng and Yu 2024 (Generating Synthetic Net Load Data with Physics-informed Diffusion Model,
/// arXiv 2406.01913); the numbers are our own.
///
/// @param steps of a day
public record NetLoad(int steps) implements ConditionalDistribution {
  /// The names of the conditions.
  public static final List<String> NAMES = List.of("temperature", "cloudiness", "tariff");

  private static final List<String> TARIFFS = List.of("flat", "night");
  private static final int FIRST_NORMAL = 4; // behind two uniform numbers

  public NetLoad {
    if (steps < 4 || steps > 1024) {
      throw new IllegalArgumentException("a day has " + steps + " steps; it needs from 4 to 1024");
    }
  }

  @Override
  public String name() {
    return "net-load";
  }

  /// Load, solar, net.
  int made() {
    return 3 * steps;
  }

  @Override
  public int dimension() {
    return made() + told().components();
  }

  List<String> fields() {
    return List.of("load[" + steps + "]", "solar[" + steps + "]", "net[" + steps + "]");
  }

  @Override
  public List<String> components() {
    List<String> all = new ArrayList<>(fields());
    all.addAll(told().declarations());
    return all;
  }

  @Override
  public Conditions told() {
    return new Conditions(
        List.of(Condition.number(NAMES.get(0)), Condition.number(NAMES.get(1)), new Condition(NAMES.get(2), TARIFFS)));
  }

  @Override
  public NetLoadDay given(double[] conditions) {
    boolean night = told().all().getLast().classOf(Arrays.copyOfRange(conditions, 2, 4)) == 1;
    return new NetLoadDay(steps, conditions[0], conditions[1], night);
  }

  @Override
  public float[] draw(long seed, long first, int count) {
    double[][] told = new double[count][];
    float[] days = new float[Math.multiplyExact(count, made())];
    NetLoadDay.Noise noise = NetLoadDay.noise(steps);
    NoiseSource source = new NoiseSource(seed);
    float[] z = new float[1 + 2 * steps];
    for (int i = 0; i < count; i++) {
      source.normals(NoiseStream.DATA, first + i, FIRST_NORMAL, z, 0, z.length);
      boolean night = source.uniform(NoiseStream.DATA, first + i, 1) < 0.5;
      double cloudiness = source.uniform(NoiseStream.DATA, first + i, 0);
      told[i] = new double[] {12 + 8 * z[0], cloudiness, night ? 0 : 1, night ? 1 : 0};
      given(told[i]).make(noise, z, days, i * made());
    }
    return told().behind(days, told);
  }

  @Override
  public Distribution whole() {
    return new Whole(this);
  }

  /// Days whose conditions nobody knows.
  private record Whole(NetLoad days) implements Distribution {
    @Override
    public String name() {
      return days.name();
    }

    @Override
    public int dimension() {
      return days.made();
    }

    @Override
    public List<String> components() {
      return days.fields();
    }

    @Override
    public float[] draw(long seed, long first, int count) {
      return Conditions.without(days.draw(seed, first, count), days.dimension(), days.told().components());
    }
  }
}
