package io.scorefield.plot;

import io.scorefield.matter.Element;
import io.scorefield.matter.molecule.Bond;
import io.scorefield.matter.molecule.Molecule;
import io.scorefield.plot.BallAndStick.Ball;
import io.scorefield.plot.BallAndStick.Stick;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.geometry.euclidean.threed.Vector3D;

/// Molecules as balls and sticks.
public final class MoleculeShape {
  /// A ball's radius as a share of the van der Waals radius.
  private static final double SHARE = 0.24;

  /// Of elements whose van der Waals radius is not known.
  private static final double USUAL_RADIUS = 2.0;

  /// Atoms nearer than the sum of their covalent radii and this are taken for bonded where no bonds are known.
  private static final double SLACK = 0.4;

  private MoleculeShape() {}

  /// A molecule where it is. Without bonds of its own, near atoms are joined by single ones.
  public static BallAndStick of(Molecule molecule) {
    List<Ball> balls = new ArrayList<>();
    for (int i = 0; i < molecule.size(); i++) {
      balls.add(new Ball(molecule.elements().get(i), at(molecule, i), radius(molecule.elements().get(i))));
    }
    List<Bond> bonds = molecule.bonds().isEmpty() ? near(molecule) : molecule.bonds();
    return new BallAndStick(
        balls, bonds.stream().map(bond -> new Stick(bond.first(), bond.second(), bond.order())).toList(), List.of());
  }

  /// A molecule with its centre of mass at the origin, its long axis along x and its flat side towards z: as pictures show it.
  /// What is not finite stays as it is.
  public static BallAndStick facing(Molecule molecule) {
    BallAndStick shape = of(molecule);
    return shape.isFinite() ? shape.moved(Orientation.of(molecule)) : shape;
  }

  /// A molecule seen from where another one is seen by {@link #facing(Molecule)}: one on its way to the other does not turn.
  public static BallAndStick facing(Molecule molecule, Molecule other) {
    return of(other).isFinite() ? of(molecule).moved(Orientation.of(other)) : of(molecule);
  }

  static Vector3D at(Molecule molecule, int atom) {
    return new Vector3D(molecule.at(atom, 0), molecule.at(atom, 1), molecule.at(atom, 2));
  }

  private static double radius(Element element) {
    return SHARE * element.vanDerWaalsRadius().orElse(USUAL_RADIUS);
  }

  private static List<Bond> near(Molecule molecule) {
    List<Bond> bonds = new ArrayList<>();
    for (int i = 0; i < molecule.size(); i++) {
      for (int j = i + 1; j < molecule.size(); j++) {
        double reach = molecule.elements().get(i).covalentRadius() + molecule.elements().get(j).covalentRadius() + SLACK;
        if (molecule.distance(i, j) < reach) {
          bonds.add(new Bond(i, j, 1));
        }
      }
    }
    return bonds;
  }
}
