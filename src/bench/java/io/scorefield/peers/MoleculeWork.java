package io.scorefield.peers;

import io.scorefield.data.DataSet;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Guidance;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.StepProgram;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.settings.EgnnConfig;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.network.Architecture;
import io.scorefield.network.Network;
import java.io.IOException;
import java.util.Arrays;

/// The experiment `molecules`, and its states as other programs keep them: positions with the mean 0 and features of every
/// particle that there is, the others padded with 0.
///
/// @param shape of the network
/// @param network with large moves, as after some training: small ones would hide mistakes
/// @param table the noise levels
/// @param data [n, S] in state units
record MoleculeWork(
    EgnnConfig shape, Diffuser diffuser, Network network, NoiseTable table, StepProgram program, float[] data, int batch,
    double rate, long seed)
    implements PaddedWork {
  /// By how much the moves' last weights are larger than the initial ones.
  private static final float MOVES = 100;

  /// Timings do not depend on how many there are.
  private static final int POINTS = 500;

  static MoleculeWork of() throws IOException {
    ExperimentConfig config = ExperimentSource.read("molecules").with("data.points=" + POINTS).bind();
    DataSet set = config.data().load(config.seed());
    Model model = Model.of(config, set);
    Network network = Network.initialize(model.architecture(), config.seed());
    for (Architecture.Block block : network.architecture().blocks()) {
      if (block.name().endsWith(".move.1.weight")) {
        for (int i = 0; i < block.size(); i++) {
          network.parameters()[block.offset() + i] *= MOVES;
        }
      }
    }
    Diffuser diffuser = model.diffuser();
    return new MoleculeWork(
        (EgnnConfig) config.network(), diffuser, network, diffuser.noiseTable(config.objective().objective()),
        diffuser.program(config.sampler().sampler(), new Guidance.None()), diffuser.scaling().toState(set.points()),
        config.train().batch(), config.train().learningRate(), config.seed());
  }

  /// Atoms of the largest molecule.
  int most() {
    return frame().centred().orElseThrow().particles();
  }

  /// Features of a particle.
  int features() {
    return frame().presence().orElseThrow().features();
  }

  @Override
  public PaddedPeer peer() {
    return new MoleculePeer(this);
  }

  @Override
  public Padded padded(float[] states, float[] told) {
    int n = states.length / width();
    float[] own = with(states, told);
    int[] counts = new int[n];
    for (int i = 0; i < n; i++) {
      counts[i] = Math.round(own[(i + 1) * width() - 1]);
    }
    float[] components = frame().toComponents(own, n);
    int particles = Arrays.stream(counts).max().orElse(0);
    int each = 3 + features();
    float[] numbers = new float[n * particles * each];
    for (int i = 0; i < n; i++) {
      int from = i * frame().components();
      for (int atom = 0; atom < counts[i]; atom++) {
        int to = (i * particles + atom) * each;
        System.arraycopy(components, from + 3 * atom, numbers, to, 3);
        for (int feature = 0; feature < features(); feature++) {
          numbers[to + 3 + feature] = components[from + (3 + feature) * most() + atom];
        }
      }
    }
    return new Padded(particles, particles, each, numbers, counts, new int[0]);
  }
}
