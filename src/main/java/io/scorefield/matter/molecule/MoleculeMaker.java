package io.scorefield.matter.molecule;

import com.actelion.research.chem.IsomericSmilesCreator;
import com.actelion.research.chem.StereoMolecule;
import io.scorefield.io.CacheFolder;
import io.scorefield.watch.Meter;
import io.scorefield.watch.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openmolecules.chem.conf.gen.ConformerGenerator;

/// Makes different random molecules of C, N, O, F and H with positions: a conformer each, at a minimum of MMFF94s+.
///
/// A molecule is named by its SMILES. No two have one canonical id, see {@link CanonicalId}. They are a function of the
/// settings alone, whatever the number of threads. {@link SkeletonRules} says which molecules are left out.
public final class MoleculeMaker {
  /// Heavy atoms of the largest molecules.
  public static final int MOST_HEAVY_ATOMS = 9;

  /// The largest number of molecules.
  public static final int MOST = 1_000_000;

  /// Goes up when other molecules come of the same settings.
  private static final int VERSION = 1;

  private static final int AT_ONCE = 64;

  private MoleculeMaker() {}

  /// Makes molecules.
  ///
  /// @param heavyAtoms at most so many C, N, O and F in a molecule, 1 to 9
  /// @param count how many; fewer come where there are not so many different ones, and the note says so
  public static MoleculeSet make(int heavyAtoms, int count, long seed) {
    if (heavyAtoms < 1 || heavyAtoms > MOST_HEAVY_ATOMS || count < 1 || count > MOST) {
      throw new IllegalArgumentException(
          "molecules have 1 to " + MOST_HEAVY_ATOMS + " heavy atoms, and 1 to " + MOST + " are made; not " + heavyAtoms + " and " + count);
    }
    // A few do not come to a minimum.
    List<Map.Entry<String, Skeleton>> skeletons =
        List.copyOf(Skeletons.random(heavyAtoms, count + count / 10 + 10, seed).entrySet());
    List<Molecule> made = new ArrayList<>();
    int tried = 0;
    Watch watch = Watch.current();
    Meter meter = watch.meter("molecules", Math.min(count, skeletons.size()), "molecules");
    while (made.size() < count && tried < skeletons.size()) {
      int to = Math.min(skeletons.size(), tried + Math.min(AT_ONCE, count - made.size()));
      List<Optional<Molecule>> some =
          skeletons.subList(tried, to).parallelStream()
              .map(
                  one -> {
                    watch.check();
                    return placed(one.getValue(), seed ^ one.getKey().hashCode());
                  })
              .toList();
      int before = made.size();
      some.forEach(one -> one.ifPresent(made::add));
      tried = to;
      meter.step(made.size() - before);
    }
    return new MoleculeSet(made, note(heavyAtoms, count, made.size(), tried));
  }

  private static String note(int heavyAtoms, int count, int made, int tried) {
    String failed = tried == made ? "" : "; " + (tried - made) + " more have no positions by the force field";
    return made + " different molecules with at most " + heavyAtoms + " heavy atoms"
        + (made < count ? ", all that there are (" + count + " were wanted)" : "")
        + failed;
  }

  /// The molecules of the same settings from a file in the cache, which is made where it is not there.
  ///
  /// @throws IOException when the file is there and cannot be read
  public static MoleculeSet cached(int heavyAtoms, int count, long seed) throws IOException {
    return cached(CacheFolder.path(), heavyAtoms, count, seed);
  }

  static MoleculeSet cached(Path folder, int heavyAtoms, int count, long seed) throws IOException {
    Path file = folder.resolve("molecules-v" + VERSION + "-" + heavyAtoms + "-" + count + "-" + seed + ".sdf");
    if (Files.exists(file)) {
      List<Molecule> kept = Sdf.read(file);
      return new MoleculeSet(kept, kept.size() + " molecules read from " + file);
    }
    MoleculeSet made = make(heavyAtoms, count, seed);
    String where = "kept in " + file;
    try {
      Files.createDirectories(folder);
      Sdf.write(file, made.molecules());
    } catch (IOException e) {
      return new MoleculeSet(made.molecules(), "made " + made.note() + "; they could not be kept: " + e.getMessage());
    }
    // As they will be read.
    return new MoleculeSet(Sdf.read(file), "made " + made.note() + "; " + where);
  }

  private static Optional<Molecule> placed(Skeleton skeleton, long seed) {
    StereoMolecule molecule = skeleton.molecule();
    String smiles = new IsomericSmilesCreator(molecule).getSmiles();
    ConformerGenerator.addHydrogenAtoms(molecule);
    return ForceField.placed(molecule, seed).flatMap(placed -> ForceField.centred(OpenMolecules.from(smiles, placed)));
  }
}
