package io.scorefield.matter.molecule;

import com.actelion.research.chem.StereoMolecule;
import io.scorefield.watch.Watch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Conformers of a molecule, different from each other: minima of the force field MMFF94s+.
///
/// A conformer and its mirror image are two where they do not coincide. Nothing but the bonds is kept: the set holds those of
/// all stereoisomers, since a network that is told bonds alone makes them all.
///
/// @param molecule its bonds, and the conformer of the least energy
/// @param positions of all conformers in angstrom, [N, 3] each, in the order of energies
/// @param energies in kcal/mol above the least; empty where they are not known
public record ConformerSet(Molecule molecule, List<double[]> positions, List<Double> energies) {
  /// Conformers closer than this, by their heavy atoms, are one; in angstrom.
  public static final double APART = 0.1;

  /// In kcal/mol: conformers further above the least are left out, as in the data of published work.
  public static final double WINDOW = 6;

  private record Found(Molecule molecule, double energy) {}

  /// Looks for conformers from so many random starts.
  ///
  /// @param molecule with bonds and all hydrogens
  /// @return none where no start comes to a minimum
  public static Optional<ConformerSet> of(Molecule molecule, int starts, long seed) {
    Watch watch = Watch.current();
    long own = seed ^ molecule.name().hashCode();
    List<Found> found =
        IntStream.range(0, starts)
            .parallel()
            .mapToObj(
                start -> {
                  watch.check();
                  return one(molecule, own + 1_000_003L * start);
                })
            .flatMap(Optional::stream)
            .sorted(Comparator.comparingDouble(Found::energy))
            .toList();
    if (found.isEmpty()) {
      return Optional.empty();
    }
    HeavyAtoms heavy = new HeavyAtoms(molecule);
    List<double[]> kept = new ArrayList<>();
    List<Double> energies = new ArrayList<>();
    double least = found.getFirst().energy();
    for (Found one : found) {
      double[] positions = one.molecule().positions();
      for (double[] image : List.of(positions, mirrored(positions))) {
        if (one.energy() - least <= WINDOW && kept.stream().allMatch(other -> heavy.rmsd(other, image) > APART)) {
          kept.add(image);
          energies.add(one.energy() - least);
        }
      }
    }
    return Optional.of(new ConformerSet(found.getFirst().molecule(), kept, energies));
  }

  private static Optional<Found> one(Molecule molecule, long seed) {
    // Without positions, which would tell the library which stereoisomer is meant.
    StereoMolecule start = OpenMolecules.of(molecule.at(new double[3 * molecule.size()]));
    return ForceField.placed(start, seed)
        .flatMap(
            placed ->
                ForceField.centred(OpenMolecules.from(molecule.name(), placed))
                    .filter(one -> one.elements().equals(molecule.elements()))
                    .map(one -> new Found(one.withBonds(molecule.bonds()), ForceField.energy(placed))));
  }

  private static double[] mirrored(double[] positions) {
    double[] image = positions.clone();
    for (int at = 0; at < image.length; at += 3) {
      image[at] = -image[at];
    }
    return image;
  }

  /// Every conformer as a molecule.
  public List<Molecule> molecules() {
    return positions.stream().map(molecule::at).toList();
  }
}
