package io.scorefield.train;

import io.scorefield.data.Frame;
import io.scorefield.data.Scaling;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.network.Architecture;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.architecture.BondGraph;
import java.util.Optional;

/// Denoising of distances: the noise is that of the distances of near atoms, each with its own, and the network says how much
/// there is in each. The sampled network has the same parameters, and carries what it says of distances to the positions by the
/// chain rule.
///
/// The density that samples then follow is that of noisy distances at the distances of the positions. It is not the density of
/// noisy positions: the change of the volume element from distances to positions is missing, by which angles where a distance
/// is largest or smallest, as in trans and cis chains, come too often. Denoising of positions with the same network has none of
/// that.
///
/// Source: ConfGF, Shi, Luo, Xu and Tang 2021 (arXiv 2105.03902), equations 6 to 9; the weight of a level is the objective's,
/// and that of errors of eps is ConfGF's.
final class DistanceMatching {
  private DistanceMatching() {}

  /// The network of distances.
  ///
  /// @throws IllegalArgumentException where there is none, with the reason
  static NetworkProgram require(Architecture architecture) {
    return architecture.asProgram().ofDistances()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "objective.matching: distances is for networks that are made of distances; set network.kind: gine"));
  }

  /// @param table of denoising; its rows are for the distances as they are for positions
  /// @param states [n, S], particles and their bonds
  static TrainingPlan plan(
      Architecture architecture, NoiseTable table, float[] states, Scaling scaling, TrainingOptions settings) {
    NetworkProgram network = require(architecture);
    return new TrainingPlan(
        network, table, distances(states, scaling.frame()), settings.batch(), settings.adam(), settings.seed(), Optional.empty());
  }

  /// The distances of all pairs, 0 for those that are no edges, and the conditions.
  ///
  /// @return [n, P + conditions]
  static float[] distances(float[] states, Frame frame) {
    BondGraph graph = new BondGraph(frame.centred().orElseThrow().particles());
    int n = states.length / frame.coordinates();
    float[] points = frame.toComponents(states, n);
    int wide = graph.pairs() + graph.conditions();
    float[] distances = new float[Math.multiplyExact(n, wide)];
    for (int i = 0; i < n; i++) {
      int at = i * frame.components();
      System.arraycopy(points, at + frame.made(), distances, i * wide + graph.pairs(), graph.conditions());
      for (int a = 0; a < graph.atoms(); a++) {
        for (int b = a + 1; b < graph.atoms(); b++) {
          int pair = graph.pair(a, b);
          boolean edge = points[at + frame.made() + graph.atoms() + pair] > 0.5;
          distances[i * wide + pair] = edge ? (float) distance(points, at + 3 * a, at + 3 * b) : 0;
        }
      }
    }
    return distances;
  }

  private static double distance(float[] points, int a, int b) {
    double sum = 0;
    for (int axis = 0; axis < 3; axis++) {
      double apart = (double) points[a + axis] - points[b + axis];
      sum += apart * apart;
    }
    return Math.sqrt(sum);
  }
}
