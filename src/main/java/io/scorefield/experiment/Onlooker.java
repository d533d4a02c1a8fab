package io.scorefield.experiment;

import io.scorefield.data.DataSet;
import io.scorefield.engine.Engine;
import io.scorefield.eval.MetricValue;
import io.scorefield.eval.NoiseLevels;
import io.scorefield.experiment.model.Model;
import io.scorefield.network.Network;
import io.scorefield.report.LossHistory;
import java.util.List;
import java.util.Map;

/// Looks on while an experiment runs. Everything is told on the thread that does the work, so the work waits for it; nothing
/// it does changes the work's results.
public interface Onlooker {
  /// What is trained.
  ///
  /// @param name of the experiment
  /// @param data the points that are trained on, in data units
  record Work(String name, Engine engine, Model model, DataSet data) {}

  /// A training between two calls into the engine, which is free meanwhile.
  interface Moment {
    /// Optimiser steps done.
    long step();

    /// The model as it is now.
    Model model();

    /// A copy of the network that would be sampled now.
    Network network();

    /// How well that network does at every noise level; takes some ten thousand evaluations of it.
    List<NoiseLevels.Level> levels();
  }

  /// A training begins or goes on.
  ///
  /// @param steps at which it ends
  default void begins(Work work, long steps) {}

  /// A row of metrics.csv; of a training that goes on, those before too.
  default void loss(LossHistory.Row row) {}

  /// What is noted of the noise levels for levels.csv; of a training that goes on, what was before too.
  default void levels(List<NoiseLevels.Level> moment) {}

  /// Some steps are done. The training goes on when this returns, or stops if the user has asked for that.
  default void between(Moment moment) {}

  /// The training has ended.
  default void trained() {}

  /// The samples have been measured.
  ///
  /// @param metrics by method
  default void measured(Map<String, Map<String, MetricValue>> metrics) {}
}
