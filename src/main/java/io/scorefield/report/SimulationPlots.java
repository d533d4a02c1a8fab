package io.scorefield.report;

import io.scorefield.engine.Boundary;
import io.scorefield.physics.Law;
import io.scorefield.plot.Axes;
import io.scorefield.plot.SimulationFigures;
import io.scorefield.plot.SimulationFigures.Band;
import io.scorefield.simulation.Average;
import io.scorefield.simulation.Observation;
import io.scorefield.simulation.exact.Canonical;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// The pictures of a simulation: its walkers at the end, and its course.
record SimulationPlots(
    List<String> components, List<Observation> observations, List<Law> laws, SimulationPicture picture) {
  void write(Path folder) throws IOException {
    float[] shown = shown();
    if (components.size() == 1 && shown.length > 0) {
      SimulationFigures.histogram(shown, limits(0), density(), components.getFirst()).write(folder, "walkers");
    } else if (components.size() == 2 && shown.length > 0) {
      SimulationFigures.cloud(
              shown, limits(0), limits(1), picture.canonical().map(this::shade), new Axes(components.get(0), components.get(1)))
          .write(folder, "walkers");
    }
    SimulationFigures.course(bands()).write(folder, "course");
  }

  /// The walkers that are left.
  private float[] shown() {
    int dimension = components.size();
    float[] shown = new float[picture.states().length];
    int count = 0;
    for (int i = 0; i < picture.alive().length; i++) {
      if (picture.alive()[i]) {
        System.arraycopy(picture.states(), i * dimension, shown, count++ * dimension, dimension);
      }
    }
    return Arrays.copyOf(shown, count * dimension);
  }

  /// The ends of a component, where it has two.
  private double[] limits(int component) {
    var at = picture.intervals().get(component);
    boolean closed = at.boundary().lower() != Boundary.Side.OPEN && at.boundary().upper() != Boundary.Side.OPEN;
    return closed ? new double[] {at.lowest(), at.highest()} : new double[0];
  }

  /// The exact density on the grid of one component: places and values; empty where it is not known.
  private double[][] density() {
    if (picture.canonical().isEmpty()) {
      return new double[2][0];
    }
    Canonical grid = picture.canonical().get();
    double[] shares = grid.at(picture.temperature()).shares();
    double[][] curve = new double[2][shares.length];
    for (int i = 0; i < shares.length; i++) {
      curve[0][i] = grid.lowest()[0] + (i + 0.5) * grid.volume();
      curve[1][i] = shares[i] / grid.volume();
    }
    return curve;
  }

  /// The exact density in the plane, up to a factor.
  private SimulationFigures.Shade shade(Canonical grid) {
    double[] shares = grid.at(picture.temperature()).shares();
    return (x, y) -> {
      int row = (int) Math.floor((x - grid.lowest()[0]) / (grid.highest()[0] - grid.lowest()[0]) * grid.cells()[0]);
      int column = (int) Math.floor((y - grid.lowest()[1]) / (grid.highest()[1] - grid.lowest()[1]) * grid.cells()[1]);
      boolean inside = row >= 0 && row < grid.cells()[0] && column >= 0 && column < grid.cells()[1];
      return inside ? shares[row * grid.cells()[1] + column] : 0;
    };
  }

  private List<Band> bands() {
    List<Band> bands = new ArrayList<>();
    double[] time = column(Observation::time);
    bands.add(band("energy <U>", time, Observation::energy));
    if (observations.stream().anyMatch(row -> !Double.isNaN(row.entropy().mean()))) {
      bands.add(band("free energy <U> - T S", time, Observation::freeEnergy));
    }
    if (observations.getFirst().temperature() != observations.getLast().temperature()) {
      bands.add(new Band("temperature T", time, column(Observation::temperature), new double[time.length]));
    }
    if (observations.getLast().alive() < picture.alive().length) {
      bands.add(
          new Band(
              "walkers not absorbed", time, column(row -> (double) row.alive() / picture.alive().length),
              new double[time.length]));
    }
    if (observations.stream().anyMatch(row -> row.production().mean() != 0)) {
      bands.add(band("entropy production", time, Observation::production));
    }
    for (int j = 0; j < laws.size(); j++) {
      int law = j;
      bands.add(band("|r| of " + laws.get(j).name(), time, row -> row.residuals().get(law)));
    }
    return bands;
  }

  private double[] column(ToDoubleFunction<Observation> value) {
    return observations.stream().mapToDouble(value).toArray();
  }

  private Band band(String title, double[] time, Function<Observation, Average> average) {
    return new Band(
        title, time, column(row -> average.apply(row).mean()), column(row -> average.apply(row).error()));
  }
}
