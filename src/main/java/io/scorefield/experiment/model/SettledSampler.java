package io.scorefield.experiment.model;

import io.scorefield.config.ConfigException;
import io.scorefield.data.DataSet;
import io.scorefield.diffusion.AdaptiveGrid;
import io.scorefield.diffusion.EstimateErrors;
import io.scorefield.diffusion.ReverseVariance;
import io.scorefield.engine.Engine;
import io.scorefield.experiment.settings.DdpmConfig;
import io.scorefield.experiment.settings.SamplerConfig;
import io.scorefield.io.FormatException;
import io.scorefield.network.Network;
import java.io.IOException;
import java.util.function.Consumer;

/// The choice of what a sampler leaves open until the network is known: noise levels by a tolerance, or variances by the
/// network's errors. The result is an ordinary sampler.
final class SettledSampler {
  private final Model model;
  private final Engine engine;
  private final Network network;
  private final Consumer<String> report;

  SettledSampler(Model model, Engine engine, Network network, Consumer<String> report) {
    this.model = model;
    this.engine = engine;
    this.network = network;
    this.report = report;
  }

  /// @throws ConfigException where there is no such sampler, with the reason
  /// @throws IOException when the data are needed and cannot be read, or are not those of the training
  SamplerConfig of(Model.Data data) throws IOException {
    try {
      return switch (model.config().sampler()) {
        case SamplerConfig.Adaptive adaptive -> adaptive(adaptive);
        case DdpmConfig ddpm when ddpm.isOpen() -> learned(ddpm, data);
        default -> model.config().sampler();
      };
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage(), e);
    }
  }

  private SamplerConfig adaptive(SamplerConfig.Adaptive adaptive) {
    AdaptiveGrid.Found found = adaptive.pilot().find(model.diffuser(), engine, network);
    SamplerConfig.Heun heun = adaptive.settled(found.levels());
    report.accept(
        "adaptive sampler: " + heun.steps() + " steps for the tolerance " + adaptive.tolerance() + ", chosen by "
            + AdaptiveGrid.PILOTS + " pilots with " + found.evaluations() + " evaluations each");
    return heun;
  }

  private SamplerConfig learned(DdpmConfig ddpm, Model.Data data) throws IOException {
    float[] points = training(data).points();
    ReverseVariance.Given found =
        ReverseVariance.learned(
            model.diffuser(), new EstimateErrors(model.diffuser(), engine, network, points, ddpm.clip()), ddpm.levels());
    report.accept(
        "learned variance: of " + found.values().size() + " steps, from the errors of x0hat at " + EstimateErrors.POINTS
            + " noised training points");
    return ddpm.settled(found);
  }

  private DataSet training(Model.Data data) throws IOException {
    DataSet all;
    try {
      all = data.all();
    } catch (FormatException e) {
      throw new FormatException(
          "sampler.variance: learned is measured on the training points: " + e.getMessage()
              + ". The numbers of a run are in its summary.json; they can be given with sampler.variances", e);
    }
    if (!model.fingerprint().isEmpty() && !Fingerprint.of(all).equals(model.fingerprint())) {
      throw new FormatException(
          "sampler.variance: learned is measured on the training points, and data set '" + all.name()
              + "' has changed since the training");
    }
    return model.ofDiffuser(engine, model.training(all));
  }
}
