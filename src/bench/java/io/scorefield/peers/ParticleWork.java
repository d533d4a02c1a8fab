package io.scorefield.peers;

import io.scorefield.data.DataSet;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Guidance;
import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.Engine;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.engine.TrainingSession;
import io.scorefield.engine.TrainingState;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.network.Architecture;
import io.scorefield.network.Network;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.architecture.Egnn;
import io.scorefield.network.architecture.PointCloud;
import java.io.IOException;
import java.util.Optional;

/// An experiment with particles, whose state here is the particles' positions as they are: neither side has to change
/// coordinates.
///
/// @param layers of the network
/// @param hidden its width
/// @param network with large moves, as after some training: small ones would hide mistakes
/// @param table the noise levels
/// @param program the sampler's
/// @param data [n, N K] in state units
/// @param rate of learning
record ParticleWork(
    String name,
    int particles,
    int axes,
    int layers,
    int hidden,
    Network network,
    NoiseTable table,
    StepProgram program,
    float[] data,
    int batch,
    double rate,
    long seed) {
  private static final int LAYERS = 3;
  private static final int HIDDEN = 32;

  /// Timings do not depend on how many there are.
  private static final int POINTS = 1000;

  /// By how much the moves' last weights are larger than the initial ones.
  private static final float MOVES = 100;

  static ParticleWork of(String experiment, int particles, int axes) throws IOException {
    ExperimentConfig config = ExperimentSource.read(experiment).with("data.points=" + POINTS).bind();
    DataSet set = config.data().load(config.seed());
    Diffuser diffuser = Model.of(config, set).diffuser();
    Scaling scaling = diffuser.scaling();
    float[] data = scaling.frame().toComponents(scaling.toState(set.points()), set.size());
    NoiseTable table = diffuser.noiseTable(config.objective().objective());
    NetworkProgram architecture =
        new Egnn(LAYERS, HIDDEN, true, Egnn.Coordinates.MESSAGES, 0)
            .of(new PointCloud(particles, axes, false), table.featureCount());
    return new ParticleWork(
        experiment, particles, axes, LAYERS, HIDDEN, moving(Network.initialize(architecture, config.seed())), table,
        diffuser.program(config.sampler().sampler(), new Guidance.None()), data,
        config.train().batch(), config.train().learningRate(), config.seed());
  }

  private static Network moving(Network network) {
    for (Architecture.Block block : network.architecture().blocks()) {
      if (block.name().endsWith(".move.1.weight")) {
        for (int i = 0; i < block.size(); i++) {
          network.parameters()[block.offset() + i] *= MOVES;
        }
      }
    }
    return network;
  }

  int dimension() {
    return particles * axes;
  }

  TrainingSession train(Engine engine) {
    TrainingPlan plan =
        new TrainingPlan(
            network.architecture(), table, data, batch, AdamOptions.defaults(), seed, Optional.empty());
    return engine.train(plan, TrainingState.start(network));
  }
}
