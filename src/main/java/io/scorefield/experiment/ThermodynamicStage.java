package io.scorefield.experiment;

import io.scorefield.data.DataSet;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Guidance;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.StepProgram;
import io.scorefield.eval.Evaluator;
import io.scorefield.eval.LevelThermodynamics;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.settings.EnergyConfig;
import io.scorefield.experiment.settings.ParticlesConfig;
import io.scorefield.matter.ParticleEnergy;
import io.scorefield.network.Network;
import io.scorefield.report.ThermodynamicTable;
import io.scorefield.thermodynamics.AcceptanceRatio;
import io.scorefield.thermodynamics.ConsistentFreeEnergy;
import io.scorefield.thermodynamics.Estimate;
import io.scorefield.thermodynamics.LevelObservables;
import io.scorefield.thermodynamics.ThermodynamicIntegration;
import io.scorefield.thermodynamics.ThermodynamicPoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Samples a model at several temperatures and compares what they say of the system with the truth.
final class ThermodynamicStage {
  /// Added to the seed for the true configurations.
  private static final long TRUTH = 1L << 41;

  /// Samples that the entropies by noise level are made of, at most.
  private static final int OF_LEVELS = 2000;

  private final Run run;
  private final Model model;
  private final Network network;
  private final ParticlesConfig particles;
  private final ParticleEnergy energy;
  private final int count;

  /// What samples of a temperature have.
  private record AtTemperature(double[] energies, double[] truth, LevelThermodynamics.Result levels) {}

  ThermodynamicStage(Run run, DataSet data) throws IOException {
    this.run = run;
    model = run.trained().model();
    network = run.trained().network();
    particles = (ParticlesConfig) model.config().data();
    energy = particles.particleEnergy(data).orElseThrow();
    long wanted = model.config().sample().countOn(run.engine().info().name());
    // Its samples are its own: a run of few has enough of them all the same.
    count = Math.clamp(wanted, Evaluator.FEWEST, model.config().evaluate().samples());
  }

  /// The table over the temperatures; also that by noise level is written.
  ThermodynamicTable table() throws IOException {
    List<Double> temperatures = model.config().evaluate().temperatures();
    List<AtTemperature> all = new ArrayList<>();
    List<LevelObservables> levels = new ArrayList<>();
    for (double temperature : temperatures) {
      run.reporter().progress("temperatures", all.size(), temperatures.size(), "temperatures", "");
      AtTemperature one = at(temperature);
      all.add(one);
      levels.addAll(one.levels.levels());
    }
    run.reporter().progress("temperatures", all.size(), temperatures.size(), "temperatures", "");
    double[] places = temperatures.stream().mapToDouble(Double::doubleValue).toArray();
    ConsistentFreeEnergy consistent =
        ConsistentFreeEnergy.of(
            places, all.stream().mapToDouble(one -> Estimate.mean(one.energies).value()).toArray(),
            all.getFirst().levels.entropy().value());
    List<ThermodynamicPoint> points = new ArrayList<>();
    Estimate integrated = new Estimate(0, 0);
    Estimate ratio = new Estimate(0, 0);
    Estimate trueRatio = new Estimate(0, 0);
    for (int k = 0; k < places.length; k++) {
      double t = places[k];
      AtTemperature one = all.get(k);
      if (k > 0) {
        AtTemperature before = all.get(k - 1);
        integrated = integrated.plus(integral(places[k - 1], before.energies, t, one.energies));
        ratio = ratio.plus(ratio(places[k - 1], before.energies, t, one.energies));
        trueRatio = trueRatio.plus(ratio(places[k - 1], before.truth, t, one.truth));
      }
      points.add(
          new ThermodynamicPoint(
              t, Estimate.mean(one.energies), Estimate.mean(one.truth),
              Estimate.variance(one.energies).times(1 / (t * t)), Estimate.variance(one.truth).times(1 / (t * t)),
              integrated, ratio, trueRatio, consistent.free(t), consistent.entropy(t), one.levels.entropy()));
    }
    return new ThermodynamicTable(points, levels, particles.temperatures(), consistent.loss());
  }

  private AtTemperature at(double temperature) throws IOException {
    Diffuser diffuser = model.diffuser().withConditions(temperature);
    StepProgram program = diffuser.program(model.config().sampler().sampler(), new Guidance.None());
    int dimension = model.dimension();
    float[] samples = new float[count * dimension];
    diffuser.sample(
        run.engine(), network, program, PhysicsTerm.none(), SampleRequest.of(model.config().seed(), 0, count),
        (first, size, block) ->
            System.arraycopy(block, 0, samples, (int) first * dimension, size * dimension));
    float[] truth = particles.at(temperature).draw(model.config().seed() + TRUTH, count);
    Optional<Network> energies =
        model.config().network() instanceof EnergyConfig config
            ? Optional.of(
                new Network(
                    config.energy(model.variables(), diffuser.scaling().frame()), network.parameters()))
            : Optional.empty();
    LevelThermodynamics.Result levels =
        new LevelThermodynamics(run.engine(), diffuser, network, energies, model.config().seed())
            .of(Arrays.copyOf(samples, Math.min(count, OF_LEVELS) * dimension), temperature);
    return new AtTemperature(
        finite(energy.energies(samples), temperature), energy.potential().energies(truth), levels);
  }

  /// Without those that have none; how many that are is said.
  private double[] finite(double[] energies, double temperature) {
    double[] finite = Arrays.stream(energies).filter(Double::isFinite).toArray();
    if (finite.length < energies.length) {
      run.reporter()
          .line(
              "T = " + temperature + ": " + (energies.length - finite.length) + " of " + energies.length
                  + " samples have no finite energy and are left out");
    }
    return finite;
  }

  private static Estimate integral(double first, double[] before, double second, double[] after) {
    return ThermodynamicIntegration.difference(
        first, Estimate.mean(before), Estimate.variance(before), second, Estimate.mean(after), Estimate.variance(after));
  }

  private static Estimate ratio(double first, double[] before, double second, double[] after) {
    double h = 1 / second - 1 / first;
    return AcceptanceRatio.difference(
        Arrays.stream(before).map(u -> h * u).toArray(), Arrays.stream(after).map(u -> h * u).toArray());
  }
}
