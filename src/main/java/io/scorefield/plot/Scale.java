package io.scorefield.plot;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/// A linear axis on the screen.
///
/// @param from where its least number is
/// @param to where its greatest is
record Scale(Limits limits, double from, double to) {
  private static final double[] ROUND = {1, 2, 5, 10};

  double at(double value) {
    return from + (value - limits.least()) / limits.width() * (to - from);
  }

  private double step() {
    double rough = limits.width() / 5;
    double decade = Math.pow(10, Math.floor(Math.log10(rough)));
    return decade * DoubleStream.of(ROUND).filter(round -> round * decade >= rough * 0.999).findFirst().orElse(10);
  }

  /// The text beside a tick: as many decimals as the step between them has.
  String label(double tick) {
    double size = Math.max(Math.abs(limits.least()), Math.abs(limits.most()));
    if (tick != 0 && (size >= 1e5 || size < 1e-3)) {
      return new DecimalFormat("0.##E0", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(tick);
    }
    int decimals = Math.clamp((int) -Math.floor(Math.log10(step()) + 1e-9), 0, 9);
    return tick == 0 ? "0" : String.format(Locale.ROOT, "%." + decimals + "f", tick);
  }

  /// Round numbers, three to six, evenly spaced.
  double[] ticks() {
    double step = step();
    long first = (long) Math.ceil(limits.least() / step);
    long last = (long) Math.floor(limits.most() / step);
    return LongStream.rangeClosed(first, Math.min(last, first + 10)).mapToDouble(k -> k * step).toArray();
  }
}
