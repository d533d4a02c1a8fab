package io.scorefield.network.architecture;

import io.scorefield.network.program.Links;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;

/// The bonds of molecules of at most N atoms, as conditions tell them: N atomic numbers, 0 of atoms that are not there, and
/// behind them a kind for every pair of atoms. Pairs are (0,1), (0,2), ..., (1,2), ...
///
/// Kinds are 1, 2 and 3 for bonds of that order, 4 for atoms two bonds apart, 5 for three bonds; 0 for all others, which are no
/// edges.
///
/// @param atoms N, at least 2
public record BondGraph(int atoms) {
  /// The largest kind of a pair.
  public static final int KINDS = 5;

  /// Atomic numbers that a network tells apart.
  private static final double[] ELEMENTS = {1, 5, 6, 7, 8, 9, 15, 16, 17, 35, 53};

  public BondGraph {
    if (atoms < 2) {
      throw new IllegalArgumentException("a molecule of " + atoms + " atom has no bonds");
    }
  }

  /// P = N (N - 1) / 2.
  public int pairs() {
    return Math.multiplyExact(atoms, atoms - 1) / 2;
  }

  /// How many conditions there are.
  public int conditions() {
    return atoms + pairs();
  }

  /// The number of a pair.
  ///
  /// @param i smaller than j
  public int pair(int i, int j) {
    return i * (2 * atoms - i - 1) / 2 + j - i - 1;
  }

  /// Whether networks can tell an element.
  public static boolean knows(int atomicNumber) {
    for (double element : ELEMENTS) {
      if (element == atomicNumber) {
        return true;
      }
    }
    return false;
  }

  Space pairSpace() {
    return new Space("pair", pairs());
  }

  /// The first atom of every pair, or the second.
  Links end(Space nodes, boolean second) {
    int[] of = new int[pairs()];
    for (int i = 0; i < atoms; i++) {
      for (int j = i + 1; j < atoms; j++) {
        of[pair(i, j)] = second ? j : i;
      }
    }
    return new Links(nodes, pairSpace(), of);
  }

  /// The pair of every edge of a cloud.
  Links pairOf(PointCloud cloud) {
    int[] of = new int[cloud.edges().positions()];
    for (int edge = 0; edge < of.length; edge++) {
      int target = cloud.targets().get(edge);
      int source = cloud.sources().get(edge);
      of[edge] = pair(Math.min(target, source), Math.max(target, source));
    }
    return new Links(pairSpace(), cloud.edges(), of);
  }

  /// Which element an atom is, as 1 among zeros, [N, elements].
  ///
  /// @param first where the conditions begin
  Value elements(ProgramBuilder builder, Space nodes, int first) {
    return oneOf(builder, builder.input(nodes, 1, new Port(Channel.INPUT, first, 1, 1)), ELEMENTS);
  }

  /// The kinds of the pairs as numbers, [P, 1].
  Value kinds(ProgramBuilder builder, int first) {
    return builder.input(pairSpace(), 1, new Port(Channel.INPUT, first + atoms, 1, 1));
  }

  /// Which kind a pair is, as 1 among zeros, [P, kinds].
  Value kindsApart(ProgramBuilder builder, Value kinds) {
    return oneOf(builder, kinds, 1, 2, 3, 4, 5);
  }

  /// 1 for every pair that is an edge, else 0, [P, 1].
  Value edges(ProgramBuilder builder, Value kinds) {
    return builder.step(builder.shift(kinds, -0.5));
  }

  private static Value oneOf(ProgramBuilder builder, Value number, double... choices) {
    double[] below = new double[choices.length * number.space().positions()];
    for (int i = 0; i < below.length; i++) {
      below[i] = choices[i % choices.length] - 0.5;
    }
    Value above = builder.subtract(builder.spread(number, choices.length), builder.constant(number.space(), choices.length, below));
    return builder.subtract(builder.step(above), builder.step(builder.shift(above, -1)));
  }
}
