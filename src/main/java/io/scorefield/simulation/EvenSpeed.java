package io.scorefield.simulation;

import java.util.Arrays;

/// The schedule of constant thermodynamic speed: sqrt(C(T)) / T |dT/ds| is the same all along.
///
/// C is the heat capacity Var(U) / T^2. A system that follows the temperature closely falls out of equilibrium by as much
/// everywhere, and the heat that a course of given length dissipates is the least, as long as the time that the system needs
/// to relax does not change much. Where C is constant this is {@link Temperature.Exponential}; where C has a peak it dwells.
///
/// C is interpolated linearly in ln T, and is constant beyond the temperatures where it is known. The length
/// of a course, the integral of sqrt(C) d ln T, then has a closed form, and so has its inverse.
///
/// Source: Salamon and Berry 1983, "Thermodynamic length and dissipated availability"; Nulton and Salamon 1988,
/// "Statistical mechanics of combinatorial optimization".
public final class EvenSpeed implements Temperature {
  private final double start;
  private final double end;

  /// ln T of the knots from the start to the end, C there, and the length of the course up to them.
  private final double[] logs;
  private final double[] capacities;
  private final double[] lengths;

  /// @param temperatures where the heat capacity is known, ascending or descending
  /// @param capacities C there, greater than 0
  /// @throws IllegalArgumentException when a temperature or a capacity is not greater than 0, or temperatures have no order
  public EvenSpeed(double start, double end, double[] temperatures, double[] capacities) {
    Temperature.require(start);
    Temperature.require(end);
    check(temperatures, capacities);
    this.start = start;
    this.end = end;
    boolean ascending = temperatures[0] <= temperatures[temperatures.length - 1];
    boolean turned = ascending != start <= end;
    int known = temperatures.length;
    double[] places = new double[known];
    double[] values = new double[known];
    for (int i = 0; i < known; i++) {
      places[i] = Math.log(temperatures[turned ? known - 1 - i : i]);
      values[i] = capacities[turned ? known - 1 - i : i];
    }
    double sign = start <= end ? 1 : -1;
    double[] within =
        Arrays.stream(places)
            .filter(place -> sign * place > sign * Math.log(start) && sign * place < sign * Math.log(end))
            .toArray();
    logs = new double[within.length + 2];
    logs[0] = Math.log(start);
    System.arraycopy(within, 0, logs, 1, within.length);
    logs[logs.length - 1] = Math.log(end);
    this.capacities = Arrays.stream(logs).map(place -> interpolated(places, values, sign, place)).toArray();
    lengths = new double[logs.length];
    for (int i = 1; i < logs.length; i++) {
      double here = this.capacities[i];
      double before = this.capacities[i - 1];
      // The integral of the root of a linear function, without the difference that its slope would be divided by.
      double mean = 2.0 / 3 * (here + Math.sqrt(here * before) + before) / (Math.sqrt(here) + Math.sqrt(before));
      lengths[i] = lengths[i - 1] + mean * Math.abs(logs[i] - logs[i - 1]);
    }
  }

  private static void check(double[] temperatures, double[] capacities) {
    if (temperatures.length == 0 || temperatures.length != capacities.length) {
      throw new IllegalArgumentException(
          "a schedule of even speed needs a heat capacity for each of at least one temperature, not "
              + capacities.length + " for " + temperatures.length);
    }
    double direction = Math.signum(temperatures[temperatures.length - 1] - temperatures[0]);
    for (int i = 0; i < temperatures.length; i++) {
      Temperature.require(temperatures[i]);
      if (!(capacities[i] > 0) || Double.isInfinite(capacities[i])) {
        throw new IllegalArgumentException(
            "the heat capacity at T = " + temperatures[i] + " is " + capacities[i] + "; it must be greater than 0");
      }
      if (i > 0 && !(direction * (temperatures[i] - temperatures[i - 1]) > 0)) {
        throw new IllegalArgumentException(
            "temperatures of heat capacities must be ascending or descending, not " + Arrays.toString(temperatures));
      }
    }
  }

  private static double interpolated(double[] places, double[] values, double sign, double place) {
    int last = places.length - 1;
    if (sign * place <= sign * places[0]) {
      return values[0];
    }
    if (sign * place >= sign * places[last]) {
      return values[last];
    }
    int i = 1;
    while (sign * place > sign * places[i]) {
      i++;
    }
    double share = (place - places[i - 1]) / (places[i] - places[i - 1]);
    return values[i - 1] + share * (values[i] - values[i - 1]);
  }

  /// The thermodynamic length of the whole course, the integral of sqrt(C) |d ln T|; 0 where start and end are the same.
  public double length() {
    return lengths[lengths.length - 1];
  }

  @Override
  public double at(double share) {
    if (share <= 0 || length() == 0) {
      return start;
    }
    if (share >= 1) {
      return end;
    }
    double target = share * length();
    int i = 1;
    while (target > lengths[i] && i < lengths.length - 1) {
      i++;
    }
    double width = Math.abs(logs[i] - logs[i - 1]);
    double before = capacities[i - 1];
    double slope = (capacities[i] - before) / width;
    double left = target - lengths[i - 1];
    // C^(3/2) grows by 3/2 slope times the length; the distance then again without a division by the slope.
    double here = Math.pow(Math.max(0, Math.pow(before, 1.5) + 1.5 * slope * left), 2.0 / 3);
    double distance =
        1.5 * left * (Math.sqrt(here) + Math.sqrt(before)) / (here + Math.sqrt(here * before) + before);
    double place = logs[i - 1] + Math.signum(logs[i] - logs[i - 1]) * Math.min(width, distance);
    return Math.clamp(Math.exp(place), Math.min(start, end), Math.max(start, end));
  }
}
