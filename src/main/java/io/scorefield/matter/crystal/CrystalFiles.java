package io.scorefield.matter.crystal;

import io.scorefield.io.AtomicFile;
import io.scorefield.io.FormatException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Files of crystals: CIF (`.cif`), VASP's POSCAR (`.vasp`, `.poscar`, or a name with POSCAR or CONTCAR), tables (`.csv`, see
/// {@link CrystalTable}), and folders of them.
public final class CrystalFiles {
  private CrystalFiles() {}

  /// The crystals of a file, or of all files of a folder in the order of their names.
  ///
  /// @throws FormatException with the line of what is wrong
  public static List<Crystal> read(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return folder(path);
    }
    try {
      return file(path);
    } catch (CharacterCodingException e) {
      throw new FormatException(path + ": not a text file in UTF-8", e);
    }
  }

  private static List<Crystal> file(Path path) throws IOException {
    if (ends(path, ".cif")) {
      return CifReader.read(path.toString(), Files.readAllLines(path));
    }
    if (ends(path, ".csv")) {
      return CrystalTable.read(path);
    }
    if (isPoscar(path)) {
      Crystal crystal = PoscarReader.read(path.toString(), Files.readAllLines(path));
      return List.of(crystal.name().isEmpty() ? crystal.named(path.getFileName().toString()) : crystal);
    }
    throw new FormatException(path + ": crystals come in files that end with .cif, .vasp, .poscar or .csv");
  }

  private static List<Crystal> folder(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(path -> ends(path, ".cif") || isPoscar(path)).sorted().toList();
    }
    if (files.isEmpty()) {
      throw new FormatException(folder + ": there are no .cif, .vasp or .poscar files in this folder");
    }
    List<Crystal> crystals = new ArrayList<>();
    for (Path file : files) {
      crystals.addAll(read(file));
    }
    return crystals;
  }

  /// Writes a CIF file with a block for every crystal, or a folder of CIF files, or, of one crystal, a POSCAR.
  ///
  /// @param path ends with .cif, or is a POSCAR by its name; else it is a folder, which is made
  public static void write(Path path, List<Crystal> crystals) throws IOException {
    if (ends(path, ".cif")) {
      AtomicFile.writeString(path, CifWriter.text(crystals));
    } else if (isPoscar(path)) {
      if (crystals.size() != 1) {
        throw new IllegalArgumentException(path + ": a POSCAR has one crystal, not " + crystals.size() + "; write a .cif file or a folder");
      }
      AtomicFile.writeString(path, PoscarWriter.text(crystals.getFirst()));
    } else {
      Files.createDirectories(path);
      int digits = Math.max(4, String.valueOf(crystals.size()).length());
      for (int i = 0; i < crystals.size(); i++) {
        Crystal crystal = crystals.get(i);
        String name = String.format("%0" + digits + "d-%s.cif", i + 1, crystal.formula());
        AtomicFile.writeString(path.resolve(name), CifWriter.text(List.of(crystal)));
      }
    }
  }

  private static boolean ends(Path path, String end) {
    return path.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(end);
  }

  private static boolean isPoscar(Path path) {
    String name = path.getFileName().toString().toUpperCase(Locale.ROOT);
    return name.endsWith(".VASP") || name.endsWith(".POSCAR") || name.startsWith("POSCAR") || name.startsWith("CONTCAR");
  }
}
