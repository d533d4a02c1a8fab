package io.scorefield.report;

import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.settings.EnergyConfig;
import io.scorefield.experiment.settings.ParticlesConfig;
import io.scorefield.matter.Potential;
import io.scorefield.network.Architecture.Block;
import io.scorefield.network.Network;
import io.scorefield.network.architecture.PairEnergy;
import io.scorefield.plot.Figure;
import io.scorefield.plot.Figures.Curve;
import io.scorefield.plot.ParticleFigures;
import io.scorefield.schedule.NoiseSchedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The energy of a pair as a network of pairs has learned it at low noise, over the true one.
final class PairCurves {
  private static final int POINTS = 200;

  /// Levels that are drawn, as shares of all.
  private static final double[] LEVELS = {0, 0.05, 0.1};

  private final Model model;
  private final Network network;
  private final PairEnergy energy;
  private final Potential potential;
  private final double temperature;
  private final double[] distances; // that are drawn

  private PairCurves(
      Model model, Network network, EnergyConfig config, Potential potential, double temperature, double[] distances) {
    this.model = model;
    this.network = network;
    energy = new PairEnergy(config.functions(), config.reach());
    this.potential = potential;
    this.temperature = temperature;
    this.distances = distances;
  }

  /// The figure; empty unless the network is a sum over pairs and the true energy is one too.
  ///
  /// @param points of the data, [n, N K]
  static Optional<Figure> of(Model model, Network network, Potential potential, float[] points) {
    if (!(model.config().network() instanceof EnergyConfig config)
        || !config.isFitted()
        || !(model.config().data() instanceof ParticlesConfig data)
        || potential.pair().isEmpty()) {
      return Optional.empty();
    }
    double[] all = potential.distances(points);
    Arrays.sort(all);
    double least = all[all.length / 500];
    double most = all[all.length - 1 - all.length / 500];
    double[] shown = new double[POINTS];
    Arrays.setAll(shown, i -> least + (most - least) * i / (POINTS - 1));
    return Optional.of(
        new PairCurves(model, network, config, potential, data.temperature(), shown).figure());
  }

  private Figure figure() {
    List<Curve> learned = new ArrayList<>();
    NoiseSchedule schedule = model.diffuser().schedule();
    for (double share : LEVELS) {
      int level = 1 + (int) Math.round(share * (schedule.end() - 1));
      String name =
          String.format(
              Locale.ROOT, "learned at sigma %.2g", schedule.sigma(level) * model.diffuser().scaling().deviation()[0]);
      // Few levels: two shares are the same one.
      if (learned.stream().noneMatch(curve -> curve.name().equals(name))) {
        learned.add(new Curve(name, distances, fromItsLeast(learned(level))));
      }
    }
    double[] truth = new double[POINTS];
    Arrays.setAll(truth, i -> potential.pair().orElseThrow().objective(new double[] {distances[i] * distances[i]}, 0) / temperature);
    return ParticleFigures.curves(
        "Energy of a pair", "d", "u / T", new Curve("true", distances, fromItsLeast(truth)), learned);
  }

  /// An energy is known up to a constant.
  private static double[] fromItsLeast(double[] energies) {
    double least = Arrays.stream(energies).min().orElseThrow();
    return Arrays.stream(energies).map(u -> u - least).toArray();
  }

  /// The pair's part of -ln p_t. The score is -(a x + b o) / sigma with the output o = -grad U, and |x|^2 of particles
  /// without their mean is the sum of d^2 over pairs divided by N.
  private double[] learned(int level) {
    Diffuser diffuser = model.diffuser();
    NoiseSchedule schedule = diffuser.schedule();
    Parameterization.Coefficients c = diffuser.coefficients(level);
    double inputScale = diffuser.inputScale(level);
    double toState = schedule.alpha(level) / diffuser.scaling().deviation()[0];
    double[] theta = coefficients(level);
    double[] pair = new double[POINTS];
    for (int i = 0; i < POINTS; i++) {
      double d = toState * distances[i];
      double sum = 0;
      for (int k = 0; k < theta.length; k++) {
        sum += theta[k] * energy.value(k, inputScale * d);
      }
      pair[i] =
          (c.epsFromX() * d * d / (2 * potential.particles()) - c.epsFromOutput() / inputScale * sum)
              / schedule.sigma(level);
    }
    return pair;
  }

  private double[] coefficients(int level) {
    List<Double> theta = new ArrayList<>();
    for (Block block : network.architecture().blocks()) {
      int levels = block.length(1);
      for (int k = 0; k < block.length(0); k++) {
        theta.add((double) network.parameters()[block.offset() + k * levels + level - 1]);
      }
    }
    return theta.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
