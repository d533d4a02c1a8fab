package io.scorefield.report;

import io.scorefield.data.DataSet;
import io.scorefield.diffusion.Course;
import io.scorefield.engine.Engine;
import io.scorefield.engine.StepProgram;
import io.scorefield.experiment.model.Model;
import io.scorefield.io.Rounded;
import io.scorefield.matter.ParticleEnergy;
import io.scorefield.matter.Potential;
import io.scorefield.network.Network;
import io.scorefield.plot.Animation;
import io.scorefield.plot.Figure;
import io.scorefield.plot.ParticleFigures.Configuration;
import io.scorefield.plot.ParticleFigures.Histogram;
import io.scorefield.plot.ParticleFigures;
import io.scorefield.plot.ParticleView;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The pictures of a run whose samples are configurations of particles.
final class ParticlePlots {
  private static final int STILLS = 5;
  private static final int MEASURED = 20_000;
  private static final int ANIMATED = 6;
  private static final int FRAMES = 50;

  private final Engine engine;
  private final Model model;
  private final DataSet data;
  private final Network network;
  private final ParticleEnergy energy;
  private final Potential potential;
  private final float[] truth;
  private final ParticleView view;

  /// @param energy that the data have
  ParticlePlots(Engine engine, Model model, DataSet data, Network network, ParticleEnergy energy) {
    this.engine = engine;
    this.model = model;
    this.data = data;
    this.network = network;
    this.energy = energy;
    potential = energy.potential();
    truth =
        energy.conditions() == 0
            ? data.points()
            : data.source().orElseThrow().draw(model.config().seed(), MEASURED);
    float[] some = first(truth, 1000);
    view =
        ParticleView.of(
            potential.axes(), energy.positions(some), energy.distances(some), energy.contact().orElse(0));
  }

  /// Writes configurations.png, histograms.png, reverse-process.gif, and pair-energy.png where the network learns one.
  ///
  /// @param samples of every method, [n, N K]
  void write(Path folder, List<Map.Entry<String, float[]>> samples) throws IOException {
    configurations(samples).write(folder, "configurations");
    histograms(samples).write(folder, "histograms");
    Optional<Figure> pairs = PairCurves.of(model, network, potential, first(truth, MEASURED));
    if (pairs.isPresent()) {
      pairs.get().write(folder, "pair-energy");
    }
    animation(folder);
  }

  private float[] first(float[] samples, int count) {
    return Arrays.copyOf(samples, Math.min(samples.length, count * energy.dimension()));
  }

  private float[] one(float[] samples, int number) {
    int dimension = energy.dimension();
    return energy.positions(Arrays.copyOfRange(samples, number * dimension, (number + 1) * dimension));
  }

  private String caption(float[] configuration) {
    double energy = potential.energies(configuration)[0];
    return "U = "
        + (Double.isNaN(energy)
            ? "none"
            : Math.abs(energy) < 1e5 ? Rounded.number(energy) : String.format(Locale.ROOT, "%.0e", energy));
  }

  /// A row of true configurations, and one of each method's.
  private Figure configurations(List<Map.Entry<String, float[]>> samples) {
    List<Map.Entry<String, float[]>> rows = new ArrayList<>();
    rows.add(Map.entry("truth", truth));
    rows.addAll(samples);
    List<Configuration> all = new ArrayList<>();
    int columns = rows.stream().mapToInt(row -> row.getValue().length / energy.dimension()).min().orElse(0);
    for (Map.Entry<String, float[]> row : rows) {
      int n = row.getValue().length / energy.dimension();
      int shown = Math.min(STILLS, columns);
      for (int i = 0; i < shown; i++) {
        // Evenly spaced: true ones come from different chains.
        float[] positions = one(row.getValue(), (int) ((long) i * n / shown));
        all.add(new Configuration(i == 0 ? row.getKey() : "", caption(positions), positions, row == rows.getFirst()));
      }
    }
    return ParticleFigures.configurations(all, Math.max(1, Math.min(STILLS, columns)), view);
  }

  private Figure histograms(List<Map.Entry<String, float[]>> samples) {
    List<String> names = samples.stream().map(Map.Entry::getKey).toList();
    List<float[]> others = samples.stream().map(method -> first(method.getValue(), MEASURED)).toList();
    float[] some = first(truth, MEASURED);
    return ParticleFigures.histograms(
        List.of(
            new Histogram(
                "Energy", "U", energy.energies(some), names,
                others.stream().map(energy::energies).toList()),
            new Histogram(
                "Distances of pairs", "d", energy.distances(some), names,
                others.stream().map(energy::distances).toList())));
  }

  /// Some configurations on their way from noise.
  private void animation(Path folder) throws IOException {
    StepProgram program =
        model.diffuser().program(model.config().sampler().sampler(), model.plain());
    Course course =
        Course.of(model.diffuser(), engine, network, program, model.config().seed(), ANIMATED, FRAMES);
    List<Figure> frames = new ArrayList<>();
    List<Integer> hundredths = new ArrayList<>();
    for (int frame = 0; frame < course.states().size(); frame++) {
      String title =
          "t = " + new BigDecimal(course.times().get(frame)).round(new MathContext(3)).stripTrailingZeros().toPlainString();
      List<Configuration> panels = new ArrayList<>();
      for (int i = 0; i < ANIMATED; i++) {
        float[] positions = one(model.made(course.states().get(frame)), i);
        panels.add(new Configuration(i == 0 ? title : "", caption(positions), positions, false));
      }
      frames.add(ParticleFigures.frame(panels, 3, view));
      hundredths.add(frame == course.states().size() - 1 ? 250 : frame == 0 ? 60 : 8);
    }
    Animation.write(folder.resolve("reverse-process.gif"), frames, hundredths);
  }
}
