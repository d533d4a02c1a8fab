package io.scorefield.experiment;

import io.scorefield.data.DataSet;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.EpsErrors;
import io.scorefield.engine.Engine;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.LearnedScheduleConfig;
import io.scorefield.network.Network;
import io.scorefield.schedule.ScheduleFit;
import io.scorefield.train.Trainer;
import io.scorefield.watch.Reporter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The rounds of a training whose schedule is learned: between two of them the loss is measured by log-SNR and the schedule is
/// fitted to it. What is found depends on the weights, the data and the schedule's ends alone, so that a training that goes on
/// finds the same.
final class ScheduleRounds {
  /// Log-SNRs that the loss is measured at, evenly spaced.
  private static final int LEVELS = 41;

  /// Training points that it is measured on.
  private static final int POINTS = 2048;

  /// The noise is that of a seed of its own.
  private static final long SEED = 0;

  private final Engine engine;
  private final DataSet data;
  private final Reporter reporter;

  ScheduleRounds(Engine engine, DataSet data, Reporter reporter) {
    this.engine = engine;
    this.data = data;
    this.reporter = reporter;
  }

  /// The step up to which a training may go before the schedule is looked at again.
  static long next(Model model, long step) {
    return model.config().schedule() instanceof LearnedScheduleConfig learned && learned.fits() > 0
        ? (step / learned.every() + 1) * learned.every()
        : Long.MAX_VALUE;
  }

  /// A configuration without what a training has found.
  static ExperimentConfig unfitted(ExperimentConfig config) {
    return config.schedule() instanceof LearnedScheduleConfig learned
        ? config.withSchedule(learned.with(List.of(), 0))
        : config;
  }

  /// The model with the schedule that is due before a step; empty where none is.
  ///
  /// The loss is that of the weights that are trained, not of their average.
  Optional<Model> due(Model model, Trainer trainer) {
    long step = trainer.step();
    if (!(model.config().schedule() instanceof LearnedScheduleConfig learned) || !learned.isDue(step)) {
      return Optional.empty();
    }
    Network network = new Network(model.architecture(), trainer.state().parameters());
    ScheduleFit fit = new ScheduleFit(moments(model.diffuser(), learned, network));
    List<Double> found = fit.parameters();
    reporter.line(
        String.format(
            Locale.ROOT,
            "step %,d: the schedule is fitted; mean square of the loss over the least possible: %.3f, before %.3f, linear log-SNR %.3f",
            step, fit.excess(found), fit.excess(learned.parameters()), fit.excess(List.of())));
    return Optional.of(model.withSchedule(learned.with(found, step)));
  }

  /// E|eps - epshat|^4 by log-SNR, from the least noise to the most.
  private double[] moments(Diffuser diffuser, LearnedScheduleConfig learned, Network network) {
    int dimension = data.dimension();
    float[] points = new float[POINTS * dimension];
    for (int i = 0; i < POINTS; i++) {
      System.arraycopy(data.points(), (int) ((long) i * data.size() / POINTS) * dimension, points, i * dimension, dimension);
    }
    EpsErrors errors = new EpsErrors(diffuser, engine, network, diffuser.scaling().toState(points), SEED);
    double[] moments = new double[LEVELS];
    double[] squares = new double[POINTS];
    for (int k = 0; k < LEVELS; k++) {
      double logSnr = learned.highest() + (learned.lowest() - learned.highest()) * k / (LEVELS - 1);
      errors.at(diffuser.schedule().timeOfLogSnr(logSnr), k, squares);
      moments[k] = Arrays.stream(squares).map(e -> e * e).sum() / POINTS;
    }
    return moments;
  }
}
