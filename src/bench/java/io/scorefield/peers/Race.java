package io.scorefield.peers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// Times contestants in turn, over and over, and keeps a row of the table for every race.
final class Race {
  /// A timing takes about so long: as many rows of the program, or steps, as fit.
  private static final double SECONDS = 1.0;

  /// Something that is timed: how many units a second it does.
  record Contestant(String name, int threads, ToDoubleFunction<Double> perSecond) {}

  private final List<Map<String, Object>> rows = new ArrayList<>();
  private final int most = Runtime.getRuntime().availableProcessors();
  private final int rounds;
  private final String only;
  private final OptionalDouble peak;

  /// @param rounds in each, every contestant runs once
  /// @param only a part of the names of the races wanted
  /// @param peak what the native engine's threads can do in multiply-adds, floating-point operations a second
  Race(int rounds, String only, OptionalDouble peak) {
    this.rounds = rounds;
    this.only = only;
    this.peak = peak;
    System.out.printf(
        "%-46s %12s %12s %12s %12s %8s %8s%n", "work", "LibTorch", "ONNX Runtime", "native (1)",
        "native (" + most + ")", "ratio", "of peak");
  }

  /// Whether a race is to be run.
  boolean wants(String work) {
    return work.contains(only);
  }

  /// What was measured, for a file.
  List<Map<String, Object>> rows() {
    return rows;
  }

  /// 1, 2, 4, ... and all of them.
  int[] threadCounts() {
    return IntStream.concat(IntStream.iterate(1, n -> n < most, n -> 2 * n), IntStream.of(most))
        .toArray();
  }

  /// Stops where a peer's answers are not the engine's.
  static void require(String what, Optional<String> wrong) throws IllegalStateException {
    if (wrong.isPresent()) {
      throw new IllegalStateException(what + ": the peer's answers differ: " + wrong.get());
    }
  }

  /// Times all contestants in turn and keeps their medians.
  ///
  /// @param flops floating-point operations of a unit
  void run(String work, List<Contestant> contestants, double flops) {
    double[][] speeds = new double[contestants.size()][rounds];
    for (Contestant contestant : contestants) {
      contestant.perSecond().applyAsDouble(SECONDS / 3);
    }
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < speeds.length; i++) {
        speeds[i][round] = contestants.get(i).perSecond().applyAsDouble(SECONDS);
      }
    }
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("work", work);
    Map<String, Double> best = new LinkedHashMap<>();
    List<Map<String, Object>> entries = new ArrayList<>();
    double[] bestRounds = new double[rounds];
    double[] ownRounds = new double[rounds];
    for (int i = 0; i < speeds.length; i++) {
      Contestant contestant = contestants.get(i);
      double median = median(speeds[i]);
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("name", contestant.name());
      entry.put("threads", contestant.threads());
      entry.put("per-second", median);
      entry.put("rounds", speeds[i]);
      entries.add(entry);
      boolean own = contestant.name().equals("native");
      best.merge(own ? "native " + contestant.threads() : contestant.name(), median, Math::max);
      if (own && contestant.threads() == most) {
        ownRounds = speeds[i];
      } else if (!own) {
        for (int round = 0; round < rounds; round++) {
          bestRounds[round] = Math.max(bestRounds[round], speeds[i][round]);
        }
      }
    }
    // The ratio within each round, against the best peer of that round: what other work on the machine
    // slows down, it slows down on both sides.
    double[] ratios = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      ratios[round] = ownRounds[round] / bestRounds[round];
    }
    row.put("contestants", entries);
    row.put("ratio-to-best-peer", median(ratios));
    row.put("all-threads-to-one", best.get("native " + most) / best.get("native 1"));
    String share = "-";
    if (peak.isPresent()) {
      double part = best.get("native " + most) * flops / peak.getAsDouble();
      row.put("share-of-peak", part);
      share = String.format(Locale.ROOT, "%.0f %%", 100 * part);
    }
    rows.add(row);
    System.out.printf(
        Locale.ROOT, "%-46s %,12.0f %12s %,12.0f %,12.0f %8.1f %8s%n", work, best.get("LibTorch"),
        best.containsKey("ONNX Runtime")
            ? String.format(Locale.ROOT, "%,.0f", best.get("ONNX Runtime"))
            : "-",
        best.get("native 1"), best.get("native " + most), median(ratios),
        share);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
