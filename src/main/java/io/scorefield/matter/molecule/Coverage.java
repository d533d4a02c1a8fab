package io.scorefield.matter.molecule;

import java.util.List;

/// How well made conformers cover reference ones of the same molecule.
///
/// Source: Xu et al., "Learning neural generative dynamics for molecular conformation generation", ICLR 2021: COV is the
/// share of references within a distance of some made conformer, MAT the mean of the least distances. Distances are root
/// mean squares of the heavy atoms after the best fit without mirroring, the least over the molecule's symmetries.
///
/// @param cov of the references; 0 to 1
/// @param mat in angstrom
/// @param references how many there are
/// @param made how many conformers were made
public record Coverage(double cov, double mat, int references, int made) {
  /// The distance in angstrom of published work on molecules as small as those of QM9.
  public static final double DELTA = 0.5;

  /// @param set the references
  /// @param made positions [N, 3] of all atoms in the same order
  public static Coverage of(ConformerSet set, List<double[]> made, double delta) {
    if (made.isEmpty()) {
      throw new IllegalArgumentException("no conformers were made of " + set.molecule().name());
    }
    HeavyAtoms heavy = new HeavyAtoms(set.molecule());
    double[] least =
        set.positions().parallelStream()
            .mapToDouble(reference -> made.stream().mapToDouble(one -> heavy.rmsd(reference, one)).min().orElseThrow())
            .toArray();
    int covered = 0;
    double sum = 0;
    for (double distance : least) {
      covered += distance <= delta ? 1 : 0;
      sum += distance;
    }
    return new Coverage(covered / (double) least.length, sum / least.length, least.length, made.size());
  }
}
