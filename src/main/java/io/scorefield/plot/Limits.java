package io.scorefield.plot;

import java.util.Arrays;

/// The part of a line that a picture shows of some numbers: all of them, unless a few lie absurdly far off.
///
/// What lies further from the middle half of the numbers than ten times its width, is outside. So one outlier does not
/// shrink everything else to a dot, and axes have room for their ticks whatever the numbers are.
record Limits(double least, double most) {
  private static final double FAR = 10;

  /// Shares of the numbers on both sides of the middle part; the next where most numbers are equal.
  private static final double[] TAILS = {0.25, 0.05, 0.01, 0};

  /// No axis is narrower than this share of its numbers: ticks must differ from each other.
  private static final double NARROWEST = 1e-6;

  /// Axes stay within what their arithmetic can do.
  private static final double LARGEST = 1e100;

  /// The limits of numbers; from 0 to 1 where there are none that are finite.
  static Limits of(double[] values) {
    double[] sorted = sorted(values);
    if (sorted.length == 0) {
      return new Limits(0, 1);
    }
    double first = sorted[0];
    double last = sorted[sorted.length - 1];
    for (double tail : TAILS) {
      double low = quantile(sorted, tail);
      double high = quantile(sorted, 1 - tail);
      if (high - low > narrowest(low, high)) {
        double far = FAR * (high - low);
        return new Limits(Math.max(first, low - far), Math.min(last, high + far)).wideEnough();
      }
    }
    return new Limits(first, last).wideEnough();
  }

  /// The middle 98 % of numbers.
  static Limits middle(double[] values) {
    double[] sorted = sorted(values);
    return sorted.length == 0
        ? new Limits(0, 1)
        : new Limits(quantile(sorted, 0.01), quantile(sorted, 0.99)).wideEnough();
  }

  private static double[] sorted(double[] values) {
    return Arrays.stream(values)
        .filter(Double::isFinite)
        .map(v -> Math.clamp(v, -LARGEST, LARGEST))
        .sorted()
        .toArray();
  }

  /// Between neighbours in proportion.
  private static double quantile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  private static double narrowest(double low, double high) {
    return Math.max(1e-9, NARROWEST * Math.max(Math.abs(low), Math.abs(high)));
  }

  /// Around the same middle, and wide enough for ticks.
  Limits wideEnough() {
    double lacking = narrowest(least, most) - (most - least);
    return lacking > 0 ? new Limits(least - lacking / 2, most + lacking / 2) : this;
  }

  /// Those of both.
  Limits with(Limits other) {
    return new Limits(Math.min(least, other.least), Math.max(most, other.most));
  }

  /// Not further out than some widths of another.
  Limits near(Limits other, double widths) {
    double far = widths * other.width();
    return new Limits(Math.max(least, other.least - far), Math.min(most, other.most + far));
  }

  double width() {
    return most - least;
  }

  boolean contains(double value) {
    return value >= least && value <= most;
  }

  /// The value, or the limit beyond which it lies; what is no number lies at the middle.
  double clamp(double value) {
    return Double.isNaN(value) ? (least + most) / 2 : Math.clamp(value, least, most);
  }

  /// How many numbers lie outside.
  long outside(double[] values) {
    return Arrays.stream(values).filter(value -> !contains(value)).count();
  }

  /// The pattern of the numbers beside an axis.
  String pattern(String usual) {
    double size = Math.max(Math.abs(least), Math.abs(most));
    return size >= 1e5 || size < 1e-3 ? "0.##E0" : usual;
  }

  /// A title that says what is not shown.
  static String title(String title, long outside, String what) {
    return outside == 0 ? title : title + ", " + outside + " " + what + " outside";
  }
}
