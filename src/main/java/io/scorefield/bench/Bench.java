package io.scorefield.bench;

import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineInfo;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.train.Trainer;
import io.scorefield.watch.Reporter;
import io.scorefield.watch.StoppedException;
import io.scorefield.watch.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/// Times engines on the work of an experiment: training over batch sizes, sampling over numbers of samples.
///
/// @param methods which ways of sampling to time
/// @param sizes batch sizes and numbers of samples, ascending
/// @param budget the time that one figure may take; larger ones are skipped, or timed once where the budget says so
/// @param meters how to read the power of an engine's devices, by the engine's name; may lack any
/// @param steps of a training as a whole, at the experiment's own batch size; 0: a stretch of steps at every batch size
public record Bench(
    List<String> methods, List<Long> sizes, Timing.Budget budget, Map<String, PowerMeter.Source> meters, long steps) {
  /// Without what would take too long, without power, and stretches of trainings.
  public Bench(List<String> methods, List<Long> sizes, double budgetSeconds) {
    this(methods, sizes, new Timing.Budget(budgetSeconds, false), Map.of(), 0);
  }

  /// What one engine does of one work at one size.
  ///
  /// @param work "train", "train mean", "train sample" or "sample METHOD"
  /// @param unit what is counted: optimiser steps or samples
  /// @param perSecond units a second
  /// @param flops floating-point operations a second
  /// @param watts the power of the engine's devices meanwhile, where it is known
  /// @param peak what the engine's threads can do in multiply-adds, likewise; empty where it cannot tell
  public record Figure(
      EngineInfo engine, String work, long size, String unit, double perSecond, Timing timing,
      OptionalDouble watts, double flops, OptionalDouble peak) {
    public OptionalDouble shareOfPeak() {
      return peak.isPresent() ? OptionalDouble.of(flops / peak.getAsDouble()) : OptionalDouble.empty();
    }

    /// Energy of the engine's devices for a million examples or samples, in joules, where their power is known.
    public OptionalDouble joulesPerMillion() {
      return watts.isPresent() ? OptionalDouble.of(1e6 * watts.getAsDouble() / itemsPerSecond()) : watts;
    }

    /// Examples or samples a second.
    public double itemsPerSecond() {
      return work.startsWith(TRAIN) ? perSecond * size : perSecond;
    }
  }

  /// Figures, and what there is none of: failed checks and sizes that would take too long.
  ///
  /// @param costs of an evaluation by sampler
  public record Outcome(
      List<Figure> figures, List<SamplerCosts.Cost> costs, List<String> left, OptionalDouble peak) {}

  public static final String TRAIN = "train";

  private static final long LARGEST_CHECK = 10_000;

  /// Optimiser steps of one timing take about so long.
  private static final double TRAIN_SECONDS = 0.3;

  /// So many stretches, so short that some go by while the machine does nothing else.
  private static final int PEAK_STRETCHES = 50;

  private static final double PEAK_SECONDS = 0.005;

  /// Optimiser steps of a whole training that are run in one call.
  private static final int CALL_STEPS = 4096;

  /// Times all engines, which are checked against the reference engine first.
  ///
  /// @param trainings the trainings to time, by name
  /// @param samplers whose cost is to be told; empty: none
  /// @param print takes every figure as it is measured
  public Outcome run(
      Workload work,
      Map<String, Workload> trainings,
      Optional<SamplerCosts> samplers,
      List<Engine> engines,
      Engine reference,
      Reporter reporter,
      Printer print) {
    List<Figure> figures = new ArrayList<>();
    List<String> left = new ArrayList<>();
    OptionalDouble known = OptionalDouble.empty();
    for (Engine engine : engines) {
      EngineInfo info = engine.info();
      OptionalDouble peak = peak(engine);
      known = known.isPresent() ? known : peak;
      trainings.forEach(
          (name, training) ->
              train(name, training, engine, reference, figures, left, reporter, peak, print));
      for (String method : methods) {
        Optional<String> wrong = EngineCheck.sampling(work, method, engine, reference);
        if (wrong.isPresent()) {
          left.add(info.name() + ", sample " + method + ": FAILED the check: " + wrong.get());
        } else {
          sample(work, method, engine, figures, left, reporter, peak, print);
        }
      }
    }
    return new Outcome(figures, costs(engines, samplers, left), left, known);
  }

  /// What samplers cost on all engines; not where they are not asked for.
  private List<SamplerCosts.Cost> costs(List<Engine> engines, Optional<SamplerCosts> samplers, List<String> left) {
    List<SamplerCosts.Cost> costs = new ArrayList<>();
    samplers.ifPresent(
        all -> {
          left.addAll(all.refused());
          engines.forEach(engine -> costs.addAll(all.of(engine, budget.seconds(), left)));
        });
    return costs;
  }

  /// The best of many short stretches: whatever else the machine does can only make one slower.
  private static OptionalDouble peak(Engine engine) {
    return IntStream.range(0, PEAK_STRETCHES)
        .mapToObj(stretch -> engine.measurePeak(PEAK_SECONDS))
        .flatMapToDouble(OptionalDouble::stream)
        .max();
  }

  /// Takes a figure.
  @FunctionalInterface
  public interface Printer {
    void print(Figure figure);
  }

  private void train(
      String name, Workload work, Engine engine, Engine reference, List<Figure> figures, List<String> left,
      Reporter reporter, OptionalDouble peak, Printer print) {
    List<Long> batches = new ArrayList<>(steps > 0 ? List.of() : sizes);
    if (!batches.contains((long) work.batch())) {
      batches.addFirst((long) work.batch());
    }
    batches.sort(null);
    double perExample = 0;
    for (long batch : batches) {
      stopIfAsked(reporter);
      if (batch > TrainingPlan.MAX_BATCH) {
        left.add(engine.info().name() + ", " + name + ": the largest batch is " + TrainingPlan.MAX_BATCH);
        break;
      }
      double expected = perExample * batch;
      if (tooLong(engine, name, batch, expected, left)) {
        break;
      }
      // Engines share out a step in other ways at other batches: each is checked, the largest as one that
      // the reference engine can do in a moment.
      int checked = (int) Math.min(batch, LARGEST_CHECK);
      Optional<String> wrong = EngineCheck.training(work, checked, engine, reference);
      if (wrong.isPresent()) {
        left.add(
            engine.info().name() + ", " + name + " at batch " + checked + ": FAILED the check: "
                + wrong.get());
        break;
      }
      try (Trainer trainer = work.trainer(engine, Math.toIntExact(batch))) {
        // One step to load what is loaded once, one to guess how many fit.
        trainer.advance(1);
        double once = Math.max(1e-6, Timing.of(0, () -> trainer.advance(1)).median());
        long run = steps > 0 ? steps : (long) Math.clamp(TRAIN_SECONDS / once, 1, 20_000);
        Measured measured = measure(engine, () -> advance(trainer, run));
        Timing timing = measured.timing();
        double perStep = timing.median() / run;
        perExample = perStep / batch;
        Figure figure =
            new Figure(
                engine.info(), name, batch, "steps", 1 / perStep, timing, measured.watts(),
                work.flopsPerExample() * batch / perStep, peak);
        figures.add(figure);
        print.print(figure);
      }
    }
  }

  private record Measured(Timing timing, OptionalDouble watts) {}

  /// Times a task, and reads the power from its first repetition to its last.
  private Measured measure(Engine engine, Runnable task) {
    PowerMeter.Source source = meters.get(engine.info().name());
    if (source == null) {
      return new Measured(Timing.of(budget, engine::deviceSeconds, task), OptionalDouble.empty());
    }
    try (PowerMeter meter = new PowerMeter(source)) {
      long[] begun = {0, 0};
      Timing timing =
          Timing.of(
              budget, engine::deviceSeconds,
              () -> {
                // The first run warms up, unless it stays the only one.
                if (begun[0]++ < 2) {
                  begun[1] = System.nanoTime();
                }
                task.run();
              });
      return new Measured(timing, meter.watts(begun[1], System.nanoTime()));
    }
  }

  private static void advance(Trainer trainer, long steps) {
    for (long left = steps; left > 0; left -= CALL_STEPS) {
      trainer.advance((int) Math.min(left, CALL_STEPS));
    }
  }

  private void sample(
      Workload work, String method, Engine engine, List<Figure> figures, List<String> left,
      Reporter reporter, OptionalDouble peak, Printer print) {
    String name = "sample " + method;
    double perSample = 0;
    for (long size : sizes) {
      stopIfAsked(reporter);
      if (tooLong(engine, name, size, perSample * size, left)) {
        break;
      }
      Measured measured =
          measure(engine, () -> work.sample(engine, method, size, (first, count, block) -> Watch.current().check()));
      Timing timing = measured.timing();
      perSample = timing.median() / size;
      Figure figure =
          new Figure(
              engine.info(), name, size, "samples", 1 / perSample, timing, measured.watts(),
              work.flopsPerSample(method) / perSample, peak);
      figures.add(figure);
      print.print(figure);
    }
  }

  private boolean tooLong(
      Engine engine, String work, long size, double expected, List<String> left) {
    // A run to warm up and three that count.
    if (budget.once() || 4 * expected <= budget.seconds()) {
      return false;
    }
    left.add(
        String.format(
            Locale.ROOT, "%s, %s from size %,d on: would take %.0f s a run; --seconds %.0f allows it",
            engine.info().name(), work, size, expected, Math.ceil(4 * expected)));
    return true;
  }

  private static void stopIfAsked(Reporter reporter) {
    if (reporter.stopRequested()) {
      throw new StoppedException("stopped; nothing was written");
    }
  }
}
