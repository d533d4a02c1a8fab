package io.scorefield.matter.molecule;

import io.scorefield.io.AtomicFile;
import io.scorefield.io.FormatException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// SDF and MOL files in the version V2000: atoms in angstrom, bonds, formal charges.
///
/// Source: "CTfile formats", BIOVIA 2020. Stereo marks, isotopes and the data after a molecule are passed over. Refused
/// are the version V3000 and bonds other than single, double and triple ones: write aromatic rings as Kekulé did.
public final class Sdf {
  /// What ends a molecule where several are in a file.
  private static final String END = "$$$$";

  private Sdf() {}

  /// Reads all molecules of a file.
  ///
  /// @throws FormatException with the line, when the file is not what it should be, see {@link Xyz#read}
  public static List<Molecule> read(Path file) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      Lines lines = new Lines(file, reader);
      List<Molecule> molecules = new ArrayList<>();
      for (Optional<String> name = lines.next(); name.isPresent(); name = lines.next()) {
        // Empty lines at the end of a file are no molecule, and a molecule may have an empty name.
        List<String> head = new ArrayList<>(List.of(name.get()));
        Optional<String> line = lines.next();
        for (; line.isPresent() && head.size() < 3; line = lines.next()) {
          head.add(line.get());
        }
        if (line.isEmpty()) {
          if (head.stream().allMatch(String::isBlank)) {
            break;
          }
          throw lines.wrong("the file ends here, before the numbers of a molecule's atoms and bonds");
        }
        molecules.add(new MolBlock(lines, name.get().strip(), line.get()).read());
        passOver(lines);
      }
      if (molecules.isEmpty()) {
        throw new FormatException(file + ": there is no molecule in it");
      }
      return molecules;
    }
  }

  /// The data of a molecule.
  private static void passOver(Lines lines) throws IOException {
    Optional<String> line = lines.next();
    while (line.isPresent() && !line.get().equals(END)) {
      line = lines.next();
    }
  }

  /// Writes molecules with the bonds that they have.
  ///
  /// @throws IOException also where a molecule has more than 999 atoms or bonds, which the format cannot hold
  public static void write(Path file, List<Molecule> molecules) throws IOException {
    StringBuilder text = new StringBuilder();
    for (Molecule molecule : molecules) {
      if (Math.max(molecule.size(), molecule.bonds().size()) > MolBlock.MOST) {
        throw new IOException(
            "cannot write " + file + ": SDF holds at most " + MolBlock.MOST + " atoms and bonds, and a molecule has "
                + molecule.size() + " and " + molecule.bonds().size() + "; write an .xyz file");
      }
      if (Arrays.stream(molecule.positions()).anyMatch(x -> !(Math.abs(x) < 9999))) {
        throw new IOException("cannot write " + file + ": SDF holds coordinates below 9999 angstrom; write an .xyz file");
      }
      MolBlock.write(molecule, text);
      text.append(END).append('\n');
    }
    AtomicFile.writeString(file, text.toString());
  }

  /// A name that cannot be taken for anything else in a file.
  static String oneLine(String name) {
    String line = name.replaceAll("\\s+", " ").strip();
    return line.startsWith(END) ? "" : line;
  }
}
