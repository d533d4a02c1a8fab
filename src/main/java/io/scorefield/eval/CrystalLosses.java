package io.scorefield.eval;

import io.scorefield.data.Frame;
import io.scorefield.data.WrappedNormal;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.engine.Engine;
import io.scorefield.matter.crystal.Crystal;
import io.scorefield.matter.crystal.CrystalPoints;
import io.scorefield.matter.crystal.CrystalPoints.Task;
import io.scorefield.matter.crystal.CrystalSet;
import io.scorefield.matter.crystal.ScoreFloor;
import io.scorefield.network.Network;
import io.scorefield.network.architecture.CrystalNet;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import io.scorefield.schedule.ContinuousSchedule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The losses of a network on crystals held out, in eight bands of noise: of coordinates as {@link ScoreFloor} has them, with
/// the exact floor of cubic perovskites of the same displacement beside them, and of the cell as mean squared error of the
/// estimate of its standardised numbers.
///
/// @param diffuser whose schedule has its noise as its time
public record CrystalLosses(Engine engine, Diffuser diffuser, CrystalPoints points, CrystalSet set, long seed) {
  /// What the table of metrics calls them.
  public static final String METHOD = "network";

  private static final int LEVELS = 8;
  private static final int FLOOR_DRAWS = 1500;

  /// Below it the floor is next to the same for all draws.
  private static final double WIDE = 0.07;

  /// Ideal crystals have no floor at small noise but 0.
  private static final double LEAST_DISPLACEMENT = 1e-6;

  /// Metrics by name.
  public Map<String, MetricValue> of(Network network) {
    Map<String, MetricValue> coordinates = new LinkedHashMap<>();
    Map<String, MetricValue> cells = new LinkedHashMap<>();
    ContinuousSchedule schedule = (ContinuousSchedule) diffuser.schedule();
    for (int bin = 0; bin + 1 < ScoreFloor.BINS.length; bin++) {
      double from = ScoreFloor.BINS[bin];
      double to = ScoreFloor.BINS[bin + 1];
      List<Double> ofCoordinates = new ArrayList<>();
      List<Double> ofCells = new ArrayList<>();
      for (int level = 0; level < LEVELS; level++) {
        double sigma = from * Math.pow(to / from, (level + 0.5) / LEVELS);
        if (sigma >= schedule.start() && sigma <= schedule.end()) {
          at(network, sigma, (long) (bin * LEVELS + level) * set.heldOut().size(), ofCoordinates, ofCells);
        }
      }
      String band = String.format(Locale.ROOT, "%.3f-%.3f", from, to);
      if (!ofCoordinates.isEmpty()) {
        double displacement = Math.max(LEAST_DISPLACEMENT, set.shaking().displacement());
        coordinates.put("coordinate-loss-" + band, value(ofCoordinates, ScoreFloor.of(from, to, displacement, from < WIDE ? FLOOR_DRAWS / 10 : FLOOR_DRAWS, seed).value()));
      }
      if (!ofCells.isEmpty()) {
        cells.put("cell-loss-" + band, value(ofCells, Double.NaN));
      }
    }
    coordinates.putAll(cells);
    return coordinates;
  }

  private static MetricValue value(List<Double> losses, double floor) {
    int n = losses.size();
    double mean = losses.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    double square = losses.stream().mapToDouble(loss -> (loss - mean) * (loss - mean)).sum() / Math.max(1, n - 1);
    return new MetricValue(mean, Math.sqrt(square / n), floor, n);
  }

  /// The losses of every crystal at a level.
  ///
  /// @param draw number of the first crystal's noise
  private void at(Network network, double sigma, long draw, List<Double> ofCoordinates, List<Double> ofCells) {
    List<Crystal> truths = set.heldOut();
    Frame frame = diffuser.scaling().frame();
    int most = points.most();
    int n = truths.size();
    float[] data = new float[n * points.dimension()];
    float[] noise = new float[data.length];
    double[][] raw = new double[n][];
    NoiseSource source = new NoiseSource(seed);
    for (int i = 0; i < n; i++) {
      points.write(set.shaking().of(truths.get(i), seed, (1L << 42) + draw + i), data, i * points.dimension());
      float[] z = new float[3 * most + CrystalNet.CELL];
      source.normals(NoiseStream.PROBE, draw + i, 0, z, 0, z.length);
      raw[i] = put(z, truths.get(i).size(), noise, i * points.dimension());
    }
    float[] states = diffuser.scaling().toState(data);
    float[] eps = frame.toCoordinates(noise);
    float[] noisy = new float[states.length];
    float[] input = new float[states.length];
    for (int j = 0; j < states.length; j++) {
      boolean told = j % frame.coordinates() >= frame.varied();
      noisy[j] = told ? states[j] : (float) (states[j] + sigma * eps[j]);
      input[j] = told ? states[j] : (float) (diffuser.inputScale(sigma) * noisy[j]);
    }
    float[] output = new float[states.length];
    engine.evaluate(network, input, diffuser.features(sigma), output);
    Parameterization.Coefficients c = diffuser.coefficients(sigma);
    for (int j = 0; j < output.length; j++) {
      output[j] = j % frame.coordinates() >= frame.varied() ? states[j] : (float) c.eps(noisy[j], output[j]);
    }
    float[] answers = frame.toComponents(output.clone(), n);
    WrappedNormal normal = new WrappedNormal(sigma);
    for (int i = 0; i < n; i++) {
      if (points.task() != Task.CELL) {
        double[] target = raw[i].clone();
        double[] answer = new double[target.length];
        for (int k = 0; k < target.length; k++) {
          target[k] = normal.meanNoise(sigma * target[k]);
          answer[k] = answers[i * points.dimension() + k];
        }
        ofCoordinates.add(ScoreFloor.loss(target, answer, sigma));
      }
      if (points.task() != Task.PLACES) {
        double sum = 0;
        for (int k = 0; k < CrystalNet.CELL; k++) {
          int j = i * frame.coordinates() + frame.varied() - CrystalNet.CELL + k;
          double error = sigma * (eps[j] - output[j]) / CrystalNet.CELL_SCALE;
          sum += error * error / CrystalNet.CELL;
        }
        ofCells.add(sum);
      }
    }
  }

  /// Writes the noise of a crystal as a point, that of coordinates without its mean, and returns that of its coordinates with
  /// it.
  private double[] put(float[] z, int atoms, float[] noise, int at) {
    double[] raw = new double[3 * atoms];
    for (int k = 0; k < raw.length; k++) {
      raw[k] = z[k];
    }
    if (points.task() != Task.CELL) {
      for (int k = 0; k < raw.length; k++) {
        double mean = 0;
        for (int atom = 0; atom < atoms; atom++) {
          mean += raw[3 * atom + k % 3] / atoms;
        }
        noise[at + k] = (float) (raw[k] - mean);
      }
    }
    if (points.task() != Task.PLACES) {
      System.arraycopy(z, 3 * points.most(), noise, at + points.cell(), CrystalNet.CELL);
    }
    for (int atom = 0; atom < atoms; atom++) {
      noise[at + points.numbers() + atom] = 1;
    }
    return raw;
  }
}
