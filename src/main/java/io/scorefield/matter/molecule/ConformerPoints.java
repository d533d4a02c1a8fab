package io.scorefield.matter.molecule;

import io.scorefield.data.Frame;
import io.scorefield.data.Presence;
import io.scorefield.data.Scaling;
import io.scorefield.matter.Element;
import io.scorefield.matter.Structures;
import io.scorefield.network.architecture.BondGraph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Conformers as points of equal length: the positions of all atoms, x[N,3] in angstrom with the mean 0, and as conditions the
/// atomic number of every atom, `Z[N]`, and a kind for every pair of atoms, `bonds[N (N - 1) / 2]`, see {@link BondGraph}. Of atoms
/// that are not there all numbers are 0.
///
/// @param most N, the atoms of the largest molecule
public record ConformerPoints(int most) implements Structures {
  public ConformerPoints {
    new BondGraph(most);
  }

  /// For molecules like these.
  public static ConformerPoints of(List<Molecule> molecules) {
    return new ConformerPoints(Math.max(2, molecules.stream().mapToInt(Molecule::size).max().orElse(0)));
  }

  /// The inverse of {@link #components}.
  ///
  /// @throws IllegalArgumentException when these are no components of conformers
  public static ConformerPoints ofComponents(List<String> components) {
    String first = components.getFirst();
    if (!first.matches("x\\[[0-9]{1,4},3]")) {
      throw new IllegalArgumentException(components + " are no conformers");
    }
    ConformerPoints points = new ConformerPoints(Integer.parseInt(first.substring(2, first.indexOf(','))));
    if (!points.components().equals(components)) {
      throw new IllegalArgumentException(components + " are no conformers");
    }
    return points;
  }

  private BondGraph graph() {
    return new BondGraph(most);
  }

  /// Numbers of the conditions.
  public int conditions() {
    return graph().conditions();
  }

  @Override
  public int dimension() {
    return 3 * most + conditions();
  }

  /// Names of the components.
  public List<String> components() {
    return List.of("x[" + most + ",3]", "Z[" + most + "]", "bonds[" + graph().pairs() + "]");
  }

  /// The coordinates of states.
  public Frame frame() {
    return Frame.centred(most, 3).withConditions(conditions()).withPresence(Presence.byKind(most, 0, 0));
  }

  /// Angstroms and kinds as they are.
  public Scaling scaling() {
    double[] ones = new double[dimension()];
    Arrays.fill(ones, 1);
    return new Scaling(new double[dimension()], ones, new double[dimension()], frame());
  }

  /// The conditions of a molecule, [conditions].
  ///
  /// @throws IllegalArgumentException for one with too many atoms, or an element that networks cannot tell
  public float[] conditions(Molecule molecule) {
    int n = molecule.size();
    if (n > most) {
      throw new IllegalArgumentException("'" + molecule.name() + "' has " + n + " atoms; there is room for " + most);
    }
    float[] told = new float[conditions()];
    for (int atom = 0; atom < n; atom++) {
      told[atom] = molecule.elements().get(atom).number();
      if (!BondGraph.knows(molecule.elements().get(atom).number())) {
        throw new IllegalArgumentException(
            "'" + molecule.name() + "' has " + molecule.elements().get(atom).name() + ", which conformers are not learned of");
      }
    }
    int[][] steps = steps(molecule);
    for (int i = 0; i < n; i++) {
      for (int j = i + 1; j < n; j++) {
        told[most + graph().pair(i, j)] = steps[i][j] == 2 ? 4 : steps[i][j] == 3 ? 5 : 0;
      }
    }
    for (Bond bond : molecule.bonds()) {
      int pair = graph().pair(Math.min(bond.first(), bond.second()), Math.max(bond.first(), bond.second()));
      told[most + pair] = bond.order();
    }
    return told;
  }

  /// Bonds between any two atoms on the shortest way, up to 3; larger where there are more.
  private static int[][] steps(Molecule molecule) {
    int n = molecule.size();
    int[][] steps = new int[n][n];
    for (int[] row : steps) {
      Arrays.fill(row, 4);
    }
    for (int atom = 0; atom < n; atom++) {
      steps[atom][atom] = 0;
    }
    for (Bond bond : molecule.bonds()) {
      steps[bond.first()][bond.second()] = 1;
      steps[bond.second()][bond.first()] = 1;
    }
    for (int via = 0; via < n; via++) {
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          steps[i][j] = Math.min(steps[i][j], steps[i][via] + steps[via][j]);
        }
      }
    }
    return steps;
  }

  /// Conformers of a molecule as points, [n, D].
  public float[] points(Molecule molecule, List<double[]> positions) {
    float[] told = conditions(molecule);
    float[] points = new float[Math.multiplyExact(positions.size(), dimension())];
    for (int i = 0; i < positions.size(); i++) {
      int at = i * dimension();
      for (int axis = 0; axis < 3; axis++) {
        double mean = 0;
        for (int atom = 0; atom < molecule.size(); atom++) {
          mean += positions.get(i)[3 * atom + axis] / molecule.size();
        }
        for (int atom = 0; atom < molecule.size(); atom++) {
          points[at + 3 * atom + axis] = (float) (positions.get(i)[3 * atom + axis] - mean);
        }
      }
      System.arraycopy(told, 0, points, at + 3 * most, told.length);
    }
    return points;
  }

  @Override
  public List<Molecule> molecules(float[] points, int count) {
    List<Molecule> molecules = new ArrayList<>();
    for (int i = 0; i < Math.min(count, points.length / dimension()); i++) {
      molecules.add(read(points, i * dimension()));
    }
    return molecules;
  }

  private Molecule read(float[] points, int at) {
    List<Element> elements = new ArrayList<>();
    int told = at + 3 * most;
    while (elements.size() < most && points[told + elements.size()] > 0.5) {
      elements.add(Element.of(Math.round(points[told + elements.size()])));
    }
    int n = elements.size();
    double[] positions = new double[3 * n];
    Arrays.setAll(positions, c -> points[at + c]);
    List<Bond> bonds = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      for (int j = i + 1; j < n; j++) {
        int kind = Math.round(points[told + most + graph().pair(i, j)]);
        if (kind >= 1 && kind <= 3) {
          bonds.add(new Bond(i, j, kind));
        }
      }
    }
    return new Molecule("", elements, positions, bonds);
  }

  @Override
  public List<String> endings() {
    return List.of(".sdf", ".xyz");
  }

  @Override
  public void write(Path file, float[] points, int count) throws IOException {
    MoleculeFiles.write(file, molecules(points, count));
  }
}
