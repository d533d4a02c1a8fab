package io.scorefield.data;

import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Flows through random media ({@link DarcyFields}) of which two things are known: the strength of the source, a number that is
/// uniform from 1/2 to 2, and whether the medium is rough or smooth, a class. Both classes are as frequent.
public final class DarcyMedia implements ConditionalDistribution {
  /// The names of the conditions.
  public static final List<String> NAMES = List.of("strength", "medium");

  private static final List<String> MEDIA = List.of("rough", "smooth");
  private static final double WEAKEST = 0.5;
  private static final double STRONGEST = 2;

  private final List<DarcyFields> media;

  /// @param axes 1 or 2
  /// @param n grid points along an axis
  /// @param rough correlation length of log k of rough media, the domain being 1
  /// @param smooth that of smooth ones
  /// @param deviation standard deviation of log k
  public DarcyMedia(int axes, int n, double rough, double smooth, double deviation) {
    media = List.of(new DarcyFields(axes, n, rough, deviation, 1), new DarcyFields(axes, n, smooth, deviation, 1));
  }

  private DarcyFields first() {
    return media.getFirst();
  }

  @Override
  public String name() {
    return first().name().replace("darcy", "darcy-media");
  }

  @Override
  public int dimension() {
    return first().dimension() + told().components();
  }

  @Override
  public List<String> components() {
    List<String> all = new ArrayList<>(first().components());
    all.addAll(told().declarations());
    return all;
  }

  @Override
  public Conditions told() {
    return new Conditions(List.of(Condition.number(NAMES.get(0)), new Condition(NAMES.get(1), MEDIA)));
  }

  @Override
  public DarcyFields given(double[] conditions) {
    int of = told().all().getLast().classOf(Arrays.copyOfRange(conditions, 1, conditions.length));
    return media.get(of).withSource(conditions[0]);
  }

  @Override
  public float[] draw(long seed, long first, int count) {
    int made = first().dimension();
    float[] fields = new float[Math.multiplyExact(count, made)];
    double[][] told = new double[count][];
    NoiseSource source = new NoiseSource(seed);
    int behind = 4 * made; // the fields' own numbers come first
    List<float[]> drawn = new ArrayList<>();
    for (DarcyFields medium : media) {
      drawn.add(medium.draw(seed, first, count));
    }
    for (int i = 0; i < count; i++) {
      double strength = (float) (WEAKEST + (STRONGEST - WEAKEST) * source.uniform(NoiseStream.DATA, first + i, behind));
      int of = source.uniform(NoiseStream.DATA, first + i, behind + 1) < 0.5 ? 0 : 1;
      told[i] = new double[] {strength, 1 - of, of};
      for (int d = 0; d < made; d++) {
        // u is proportional to the source, and k comes first.
        fields[i * made + d] = (float) ((d < made / 2 ? 1 : strength) * drawn.get(of)[i * made + d]);
      }
    }
    return told().behind(fields, told);
  }

  @Override
  public Distribution whole() {
    DarcyMedia all = this;
    return new Distribution() {
      @Override
      public String name() {
        return all.name();
      }

      @Override
      public int dimension() {
        return all.first().dimension();
      }

      @Override
      public List<String> components() {
        return all.first().components();
      }

      @Override
      public float[] draw(long seed, long first, int count) {
        return Conditions.without(all.draw(seed, first, count), all.dimension(), all.told().components());
      }
    };
  }
}
