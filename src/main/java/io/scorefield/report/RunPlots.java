package io.scorefield.report;

import io.scorefield.data.DataSet;
import io.scorefield.engine.Engine;
import io.scorefield.experiment.model.Model;
import io.scorefield.matter.ParticleEnergy;
import io.scorefield.network.Network;
import io.scorefield.plot.Figure;
import io.scorefield.plot.Figures.Curve;
import io.scorefield.plot.Figures;
import io.scorefield.schedule.ContinuousSchedule;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.NoiseSchedule;
import io.scorefield.schedule.VariancePreserving;
import io.scorefield.watch.Reporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/// Draws the pictures of a run into its plots folder.
///
/// @param model what was trained
/// @param data the points it was trained on
/// @param folder of the pictures
public record RunPlots(Engine engine, Model model, DataSet data, Network network, Path folder) {
  /// Draws all pictures that apply: those of the plane only for data in the plane.
  ///
  /// @param samples of every method, [n, D] less the data's origin
  public void write(
      LossHistory losses, LevelHistory levels, List<Map.Entry<String, float[]>> samples, Reporter reporter)
      throws IOException {
    Files.createDirectories(folder);
    schedule().write(folder, "schedule");
    Optional<Figure> loss = loss(losses.rows());
    if (loss.isPresent()) {
      loss.get().write(folder, "loss");
    }
    Optional<Figure> level = levels.figure();
    if (level.isPresent()) {
      level.get().write(folder, "levels");
    }
    if (model.config().data().structures(model.components()).isPresent()) {
      new StructurePlots(engine, model, data, network, folder).write(samples, reporter);
      return;
    }
    if (!model.told().isEmpty()) {
      conditional(samples, reporter);
      return;
    }
    FieldPlots fields = new FieldPlots(model, data);
    boolean isPlane = data.dimension() == 2;
    Optional<ParticleEnergy> particles = model.config().data().particleEnergy(data);
    if (particles.isPresent()) {
      new ParticlePlots(engine, model, data, network, particles.get()).write(folder, samples);
    } else if (fields.apply()) {
      fields.write(folder, samples);
    } else if (!isPlane) {
      reporter.line("the data are not in the plane: no pictures of samples");
    } else if (model.latent().isPresent()) {
      Figures.samples(data.points(), samples, model.axes()).write(folder, "samples");
    } else {
      new PlanePlots(engine, model, data, network, folder).write(samples, reporter);
    }
  }

  /// Samples beside the data under the same conditions.
  private void conditional(List<Map.Entry<String, float[]>> samples, Reporter reporter) throws IOException {
    Optional<DataSet> made = data.made(model.asked()).or(() -> data.made(Optional.empty()));
    List<Map.Entry<String, float[]>> shown =
        samples.stream().map(method -> Map.entry(method.getKey(), model.made(method.getValue()))).toList();
    Optional<ParticleEnergy> particles = made.flatMap(of -> model.config().data().particleEnergy(of));
    if (samples.isEmpty()) {
      reporter.line("there are no samples yet: no picture of them");
    } else if (particles.isPresent()) {
      new ParticlePlots(engine, model, made.get(), network, particles.get()).write(folder, shown);
    } else if (made.isPresent() && new FieldPlots(model, made.get()).apply()) {
      new FieldPlots(model, made.get()).write(folder, shown);
      Optional<Figure> profiles =
          model.latent().isPresent() ? Optional.empty() : new ConditionProfiles(engine, model, data, network).figure();
      if (profiles.isPresent()) {
        profiles.get().write(folder, "conditions");
      }
    } else if (made.isEmpty() || made.get().dimension() != 2) {
      reporter.line("the data are not in the plane: no pictures of samples");
    } else {
      Figures.samples(made.get().points(), shown, model.axes()).write(folder, "samples");
      Optional<Figure> density =
          model.latent().isPresent() ? Optional.empty() : new DensityPlot(engine, model, made.get(), network).figure(reporter);
      if (density.isPresent()) {
        density.get().write(folder, "density");
      }
    }
  }

  private static Optional<Figure> loss(List<LossHistory.Row> rows) {
    List<LossHistory.Row> stretches = rows.stream().filter(row -> row.step() > 0).toList();
    if (stretches.size() < 2) {
      return Optional.empty();
    }
    double[] losses = stretches.stream().mapToDouble(row -> row.dataLoss() + row.physicsLoss()).toArray();
    List<LossHistory.Row> known = rows.stream().filter(row -> row.heldOut() > 0).toList();
    Curve heldOut =
        new Curve(
            "points held out",
            known.stream().mapToDouble(LossHistory.Row::step).toArray(),
            known.stream().mapToDouble(LossHistory.Row::heldOut).toArray());
    return Optional.of(Figures.loss(losses, stretches.getFirst().step(), heldOut));
  }

  private Figure schedule() {
    NoiseSchedule schedule = model.diffuser().schedule();
    return switch (schedule) {
      case DiscreteSchedule discrete -> {
        double[] t = IntStream.rangeClosed(1, discrete.steps()).mapToDouble(i -> i).toArray();
        yield Figures.schedule(
            List.of(
                curve("alpha_t = 1 - beta_t", t, s -> 1 - discrete.beta((int) s)),
                curve("alphaBar_t", t, s -> discrete.alphaBar((int) s)),
                curve("beta_t", t, s -> discrete.beta((int) s))),
            "t");
      }
      case ContinuousSchedule continuous -> {
        double first = continuous.start();
        double[] t =
            IntStream.rangeClosed(0, 400).mapToDouble(i -> first + (continuous.end() - first) * i / 400).toArray();
        Curve noise =
            continuous instanceof VariancePreserving vp
                ? curve("beta(t)", t, vp::beta)
                : curve("log-SNR", t, continuous::logSnr);
        yield Figures.schedule(
            List.of(
                curve("alpha(t)", t, continuous::alpha),
                curve("sigma(t)", t, continuous::sigma),
                noise),
            "t");
      }
    };
  }

  private static Curve curve(String name, double[] t, DoubleUnaryOperator value) {
    // A log-SNR is infinite where nothing is left of the data.
    double[] shown = Arrays.stream(t).filter(at -> Double.isFinite(value.applyAsDouble(at))).toArray();
    return new Curve(name, shown, Arrays.stream(shown).map(value).toArray());
  }
}
