package io.scorefield.peers;

import io.scorefield.data.DataSet;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Guidance;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.StepProgram;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.settings.CrystalNetConfig;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.network.Network;
import java.io.IOException;
import java.util.Arrays;

/// The experiment `crystals`, and its states as other programs keep them: coordinates with the mean 0, the six numbers of the
/// cell in two rows behind them, and atomic numbers.
///
/// @param shape of the network
record CrystalWork(
    CrystalNetConfig shape, Diffuser diffuser, Network network, NoiseTable table, StepProgram program, float[] data, int batch,
    double rate, long seed)
    implements PaddedWork {
  /// Timings do not depend on how many there are.
  private static final int POINTS = 2000;

  private static final int CELL_ROWS = 2;

  static CrystalWork of() throws IOException {
    ExperimentConfig config = ExperimentSource.read("crystals").with("data.points=" + POINTS).bind();
    DataSet set = config.data().load(config.seed());
    Model model = Model.of(config, set);
    Diffuser diffuser = model.diffuser();
    return new CrystalWork(
        (CrystalNetConfig) config.network(), diffuser, Network.initialize(model.architecture(), config.seed()),
        diffuser.noiseTable(config.objective().objective()),
        diffuser.program(config.sampler().sampler(), new Guidance.None()), diffuser.scaling().toState(set.points()),
        config.train().batch(), config.train().learningRate(), config.seed());
  }

  /// Atoms of the largest crystal.
  int most() {
    return frame().centred().orElseThrow().particles();
  }

  @Override
  public PaddedPeer peer() {
    return new CrystalPeer(this);
  }

  @Override
  public Padded padded(float[] states, float[] told) {
    int n = states.length / width();
    float[] components = frame().toComponents(with(states, told), n);
    int all = frame().components();
    int[] counts = new int[n];
    for (int i = 0; i < n; i++) {
      while (counts[i] < most() && components[(i + 1) * all - most() + counts[i]] > 0) {
        counts[i]++;
      }
    }
    int particles = Arrays.stream(counts).max().orElse(0);
    int rows = particles + CELL_ROWS;
    float[] numbers = new float[n * rows * 3];
    int[] kinds = new int[n * particles];
    for (int i = 0; i < n; i++) {
      System.arraycopy(components, i * all, numbers, i * rows * 3, 3 * counts[i]);
      System.arraycopy(components, i * all + 3 * most(), numbers, (i * rows + particles) * 3, 3 * CELL_ROWS);
      for (int atom = 0; atom < counts[i]; atom++) {
        kinds[i * particles + atom] = Math.round(components[(i + 1) * all - most() + atom]);
      }
    }
    return new Padded(particles, rows, 3, numbers, counts, kinds);
  }
}
