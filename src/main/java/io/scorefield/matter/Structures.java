package io.scorefield.matter;

import io.scorefield.matter.crystal.Crystal;
import io.scorefield.matter.molecule.Molecule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// What points stand for that are molecules or crystals.
public interface Structures {
  /// D of the points.
  int dimension();

  /// The first molecules of points [n, D]; none where they are crystals.
  default List<Molecule> molecules(float[] points, int most) {
    return List.of();
  }

  /// The first crystals; none where they are molecules.
  default List<Crystal> crystals(float[] points, int most) {
    return List.of();
  }

  /// Endings of files that can be written, with the dot, the usual one first.
  List<String> endings();

  /// Writes the structures of points to a file that other programs open.
  ///
  /// @param file with one of the endings
  void write(Path file, float[] points, int most) throws IOException;
}
