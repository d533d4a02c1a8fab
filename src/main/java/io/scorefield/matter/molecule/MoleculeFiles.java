package io.scorefield.matter.molecule;

import io.scorefield.io.FormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// Files of molecules by the ends of their names: `.xyz`, `.sdf` and `.mol`.
public final class MoleculeFiles {
  private MoleculeFiles() {}

  /// Whether a file is one of molecules by its name.
  public static boolean named(Path file) {
    return isXyz(file) || isSdf(file);
  }

  /// Reads all molecules of a file.
  ///
  /// @throws FormatException as {@link Xyz#read} and {@link Sdf#read} do, and where the name of the file says nothing
  public static List<Molecule> read(Path file) throws IOException {
    require(file);
    return isXyz(file) ? Xyz.read(file) : Sdf.read(file);
  }

  /// Writes molecules; an `.xyz` file has no bonds.
  public static void write(Path file, List<Molecule> molecules) throws IOException {
    require(file);
    if (isXyz(file)) {
      Xyz.write(file, molecules);
    } else {
      Sdf.write(file, molecules);
    }
  }

  /// Refuses a file whose name does not say what kind it is.
  public static void require(Path file) throws FormatException {
    if (!named(file)) {
      throw new FormatException(file + ": files of molecules end in .xyz, .sdf or .mol");
    }
  }

  private static boolean isXyz(Path file) {
    return ends(file, ".xyz");
  }

  private static boolean isSdf(Path file) {
    return ends(file, ".sdf") || ends(file, ".mol");
  }

  private static boolean ends(Path file, String end) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(end);
  }
}
