package io.scorefield.network.architecture;

import io.scorefield.network.program.Links;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;

/// The distances of all atoms of a crystal to all copies of all others within a cutoff, as features of ordered pairs of atoms, a
/// pair of an atom with itself included.
///
/// ```
/// w_ij   = f_i - f_j, each axis in [-1/2, 1/2]            n in {-1, 0, 1}^3
/// d_ijn  = |(w_ij + n) L|                                 the rows of L are the cell's vectors in angstrom
/// R      = min(cutoff, 3/2 (least height of the cell))
/// b_m(d) = exp(-(d - d_m)^2 / (2 D^2)) cos^2(pi d / (2 R)) for d < R, else 0;  d_m = m D, D = cutoff / (M - 1), m = 0 .. M - 1
/// near_ij = sum_n b(d_ijn)   [M]
/// ways_ij = sum_n b(d_ijn) (w_ij + n) / d_ijn   [M] on each axis
/// ```
///
/// A copy that is |w + n| cells away along an axis is at least as many heights away, so that within R these 27 copies are all there
/// are: `near` and `ways` are smooth functions of the infinite crystal. The copy of an atom that is the atom itself is left out.
///
/// Multi-edges of this kind are those of SyMat (arXiv 2307.02707), which has them up to 4 angstrom and at most five of them.
///
/// @param near [pairs, M]
/// @param ways [pairs, M] for each axis of the cell
record PeriodicDistances(Space pairs, Links targets, Links sources, Value near, Value[] ways) {
  private static final int COPIES = 27;

  /// Differences are brought near 0 where their sizes are below 2^6 - 1.
  private static final int BITS = 7;

  /// Angstrom; keeps the inverse of a distance finite.
  private static final double SOFT = 1e-3;

  /// @param nodes the atoms
  /// @param places fractional coordinates, [N, 3], which differ by less than 63
  /// @param cell of the sample
  /// @param basis M
  /// @param cutoff in angstrom
  static PeriodicDistances of(ProgramBuilder builder, Space nodes, Value places, GivenCell cell, int basis, double cutoff) {
    int atoms = nodes.positions();
    Space pairs = new Space("pair", Math.multiplyExact(atoms, atoms));
    Links targets = Links.of(nodes, pairs, pair -> pair / atoms);
    Links sources = Links.of(nodes, pairs, pair -> pair % atoms);
    Value near = wrapped(builder, builder.subtract(builder.gather(places, targets), builder.gather(places, sources)));
    Space copies = new Space("copy", Math.multiplyExact(pairs.positions(), COPIES));
    Links ofPair = Links.of(pairs, copies, copy -> copy / COPIES);
    double[] whole = new double[copies.positions() * 3];
    double[] other = new double[copies.positions()];
    for (int copy = 0; copy < other.length; copy++) {
      for (int axis = 0; axis < 3; axis++) {
        whole[3 * copy + axis] = copy / (int) Math.pow(3, axis) % 3 - 1;
      }
      int pair = copy / COPIES;
      other[copy] = pair / atoms == pair % atoms && copy % COPIES == COPIES / 2 ? 0 : 1;
    }
    Value way = builder.add(builder.gather(near, ofPair), builder.constant(copies, 3, whole));
    Links ofSample = Links.sampleOf(copies);
    Value[] along = new Value[3];
    Value cartesian = null;
    Value[] vectors = cell.vectors();
    for (int axis = 0; axis < 3; axis++) {
      along[axis] = component(builder, way, axis);
      Value term = builder.multiply(builder.spread(along[axis], 3), builder.gather(vectors[axis], ofSample));
      cartesian = cartesian == null ? term : builder.add(cartesian, term);
    }
    Value distance = builder.sqrt(builder.shift(builder.rowSum(builder.square(cartesian)), SOFT * SOFT));
    Value limit = builder.scale(cell.leastHeight(cutoff / 1.5), 1.5);
    Value share = builder.multiply(distance, builder.gather(builder.inverse(limit), ofSample));
    Value cosine = builder.cos(builder.scale(share, Math.PI / 2));
    Value inside = builder.multiply(builder.step(builder.shift(builder.scale(share, -1), 1)), builder.constant(copies, 1, other));
    Value envelope = builder.multiply(builder.square(cosine), inside);
    double width = cutoff / (basis - 1);
    double[] centres = new double[copies.positions() * basis];
    for (int i = 0; i < centres.length; i++) {
      centres[i] = i % basis;
    }
    Value from = builder.subtract(builder.spread(builder.scale(distance, 1 / width), basis), builder.constant(copies, basis, centres));
    Value bell = builder.exp(builder.scale(builder.square(from), -0.5));
    Value features = builder.multiply(bell, builder.spread(envelope, basis));
    Value perDistance = builder.inverse(distance);
    Value[] ways = new Value[3];
    for (int axis = 0; axis < 3; axis++) {
      Value unit = builder.spread(builder.multiply(along[axis], perDistance), basis);
      ways[axis] = builder.segmentSum(builder.multiply(features, unit), ofPair);
    }
    return new PeriodicDistances(pairs, targets, sources, builder.segmentSum(features, ofPair), ways);
  }

  private static Value component(ProgramBuilder builder, Value of, int axis) {
    double[] units = new double[of.space().positions() * 3];
    for (int i = axis; i < units.length; i += 3) {
      units[i] = 1;
    }
    return builder.rowSum(builder.multiply(of, builder.constant(of.space(), 3, units)));
  }

  /// x less the nearest whole number. The digits of x + 63.5 are found one by one, the highest first; what is taken off x is a
  /// whole number, so that the difference is exact.
  private static Value wrapped(ProgramBuilder builder, Value x) {
    double most = (1 << (BITS - 1)) - 1;
    Value rest = builder.shift(x, most + 0.5);
    Value whole = null;
    for (int bit = BITS - 1; bit >= 0; bit--) {
      Value digit = builder.scale(builder.step(builder.shift(rest, -(1 << bit))), 1 << bit);
      rest = builder.subtract(rest, digit);
      whole = whole == null ? digit : builder.add(whole, digit);
    }
    return builder.subtract(x, builder.shift(whole, -most));
  }
}
