package io.scorefield.plot;

import io.scorefield.matter.crystal.Crystal;
import io.scorefield.matter.molecule.Molecule;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.geometry.euclidean.threed.Vector3D;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;

/// From which side something is looked at: a rotation after which x points to the right, y upwards, and z to the eye.
/// Never a reflection, which would show another molecule.
final class Orientation {
  /// How far molecules are turned out of their principal axes: not seen quite from the side, they look solid.
  private static final double TILT = Math.toRadians(12);

  private static final double TURN = Math.toRadians(-14);

  /// How far a crystal's vector a is turned to the right of the line of sight, and how far from above it is seen.
  private static final double AZIMUTH = Math.toRadians(-24);

  private static final double ELEVATION = Math.toRadians(16);

  private static final double OBTUSE = Math.toRadians(105);

  private Orientation() {}

  /// The long axis of a molecule to the right, its flat side to the eye. The origin is its centre of mass.
  static UnaryOperator<Vector3D> of(Molecule molecule) {
    Vector3D centre = Vector3D.ZERO;
    double mass = 0;
    for (int i = 0; i < molecule.size(); i++) {
      double m = molecule.elements().get(i).mass();
      centre = centre.add(m, MoleculeShape.at(molecule, i));
      mass += m;
    }
    Vector3D middle = centre.scalarMultiply(1 / mass);
    double[][] gyration = new double[3][3];
    for (int i = 0; i < molecule.size(); i++) {
      double[] at = MoleculeShape.at(molecule, i).subtract(middle).toArray();
      for (int row = 0; row < 3; row++) {
        for (int column = 0; column < 3; column++) {
          gyration[row][column] += molecule.elements().get(i).mass() * at[row] * at[column];
        }
      }
    }
    // Eigenvalues come in falling order.
    EigenDecomposition axes = new EigenDecomposition(new Array2DRowRealMatrix(gyration));
    Vector3D x = signed(molecule, middle, new Vector3D(axes.getEigenvector(0).toArray()));
    Vector3D y = signed(molecule, middle, new Vector3D(axes.getEigenvector(1).toArray()));
    Vector3D z = x.crossProduct(y);
    UnaryOperator<Vector3D> tilted = tilted(TURN, TILT);
    return at -> {
      Vector3D from = at.subtract(middle);
      return tilted.apply(new Vector3D(from.dotProduct(x), from.dotProduct(y), from.dotProduct(z)));
    };
  }

  /// The direction of an axis in which a molecule has the heavier tail: the same molecule is always seen in the same way.
  private static Vector3D signed(Molecule molecule, Vector3D middle, Vector3D axis) {
    double skew = 0;
    for (int i = 0; i < molecule.size(); i++) {
      skew += molecule.elements().get(i).mass() * Math.pow(MoleculeShape.at(molecule, i).subtract(middle).dotProduct(axis), 3);
    }
    return skew < 0 ? axis.negate() : axis;
  }

  /// The vector c of a crystal upwards and its vector a to the right; seen a little from the side and from above.
  static UnaryOperator<Vector3D> of(Crystal crystal) {
    Vector3D a = new Vector3D(crystal.lattice()[0]);
    Vector3D up = new Vector3D(crystal.lattice()[2]).normalize();
    Vector3D right = a.subtract(a.dotProduct(up), up).normalize();
    Vector3D back = up.crossProduct(right);
    Vector3D middle =
        a.add(new Vector3D(crystal.lattice()[1])).add(new Vector3D(crystal.lattice()[2])).scalarMultiply(0.5);
    // Cells as wide as they can look: those of hexagonal crystals are turned to the other side.
    boolean obtuse = Vector3D.angle(a, new Vector3D(crystal.lattice()[1])) > OBTUSE;
    UnaryOperator<Vector3D> tilted = tilted(obtuse ? -AZIMUTH : AZIMUTH, ELEVATION);
    return at -> {
      Vector3D from = at.subtract(middle);
      return tilted.apply(new Vector3D(from.dotProduct(right), from.dotProduct(up), -from.dotProduct(back)));
    };
  }

  /// A turn about the upward axis, then the top towards the eye.
  private static UnaryOperator<Vector3D> tilted(double turn, double tilt) {
    return at -> {
      double x = at.getX() * Math.cos(turn) + at.getZ() * Math.sin(turn);
      double z = at.getZ() * Math.cos(turn) - at.getX() * Math.sin(turn);
      return new Vector3D(
          x, at.getY() * Math.cos(tilt) - z * Math.sin(tilt), z * Math.cos(tilt) + at.getY() * Math.sin(tilt));
    };
  }
}
