package io.scorefield.matter.molecule;

import io.scorefield.io.CacheFolder;
import io.scorefield.io.FormatException;
import io.scorefield.watch.Meter;
import io.scorefield.watch.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The conformers of several molecules, some of which are kept from training ({@link MoleculeSet#heldOut}).
///
/// @param sets one a molecule
/// @param note a line for the user about where they come from
public record ConformerData(List<ConformerSet> sets, String note) {
  /// Goes up when other conformers come of the same settings.
  private static final int VERSION = 1;

  public ConformerData {
    sets = List.copyOf(sets);
  }

  /// The molecules to train on.
  public List<ConformerSet> training() {
    return sets.stream().filter(set -> !MoleculeSet.heldOut(set.molecule())).toList();
  }

  /// The others.
  public List<ConformerSet> heldOut() {
    return sets.stream().filter(set -> MoleculeSet.heldOut(set.molecule())).toList();
  }

  /// How many conformers there are.
  public int conformers() {
    return sets.stream().mapToInt(set -> set.positions().size()).sum();
  }

  /// Conformers of random molecules, see {@link MoleculeMaker} and {@link ConformerSet}.
  public static ConformerData make(int heavyAtoms, int molecules, int starts, long seed) {
    MoleculeSet made = MoleculeMaker.make(heavyAtoms, molecules, seed);
    List<ConformerSet> sets = new ArrayList<>();
    Meter meter = Watch.current().meter("conformers", made.molecules().size(), "molecules");
    for (Molecule molecule : made.molecules()) {
      // A molecule of one atom and its like have no pairs.
      if (molecule.size() > 1) {
        ConformerSet.of(molecule, starts, seed).ifPresent(sets::add);
      }
      meter.step(1);
    }
    return new ConformerData(sets, made.note());
  }

  /// Those of the same settings from a file in the cache, which is made where it is not there.
  public static ConformerData cached(int heavyAtoms, int molecules, int starts, long seed) throws IOException {
    return cached(CacheFolder.path(), heavyAtoms, molecules, starts, seed);
  }

  static ConformerData cached(Path folder, int heavyAtoms, int molecules, int starts, long seed) throws IOException {
    Path file =
        folder.resolve(
            "conformers-v" + VERSION + "-" + heavyAtoms + "-" + molecules + "-" + starts + "-" + seed + ".sdf");
    if (Files.exists(file)) {
      return read(file);
    }
    ConformerData made = make(heavyAtoms, molecules, starts, seed);
    String of = made.conformers() + " conformers of " + made.note();
    try {
      Files.createDirectories(folder);
      Sdf.write(file, made.sets().stream().flatMap(set -> set.molecules().stream()).toList());
    } catch (IOException e) {
      return new ConformerData(made.sets(), "made " + of + "; they could not be kept: " + e.getMessage());
    }
    return new ConformerData(read(file).sets(), "made " + of + "; kept in " + file);
  }

  /// Reads an SDF file: molecules with the same name and the same bonds, one after the other, are conformers of one.
  public static ConformerData read(Path file) throws IOException {
    List<ConformerSet> sets = new ArrayList<>();
    Optional<Molecule> first = Optional.empty();
    List<double[]> positions = new ArrayList<>();
    for (Molecule molecule : Sdf.read(file)) {
      if (molecule.bonds().isEmpty()) {
        throw new FormatException(file + ": a molecule has no bonds: " + molecule.name());
      }
      boolean same =
          first
              .filter(one -> one.name().equals(molecule.name()) && one.elements().equals(molecule.elements()) && one.bonds().equals(molecule.bonds()))
              .isPresent();
      if (!same) {
        first.ifPresent(one -> sets.add(new ConformerSet(one, List.copyOf(positions), List.of())));
        positions.clear();
        first = Optional.of(molecule);
      }
      positions.add(molecule.positions());
    }
    first.ifPresent(one -> sets.add(new ConformerSet(one, List.copyOf(positions), List.of())));
    ConformerData data = new ConformerData(sets, "");
    return new ConformerData(sets, data.conformers() + " conformers of " + sets.size() + " molecules read from " + file);
  }

  /// All conformers of some molecules as points.
  public static float[] points(ConformerPoints points, List<ConformerSet> sets) {
    int n = sets.stream().mapToInt(set -> set.positions().size()).sum();
    float[] all = new float[Math.multiplyExact(n, points.dimension())];
    int at = 0;
    for (ConformerSet set : sets) {
      float[] own = points.points(set.molecule(), set.positions());
      System.arraycopy(own, 0, all, at, own.length);
      at += own.length;
    }
    return all;
  }
}
