package io.scorefield.plot;

import io.scorefield.matter.Element;
import io.scorefield.matter.crystal.Crystal;
import io.scorefield.plot.BallAndStick.Ball;
import io.scorefield.plot.BallAndStick.Edge;
import io.scorefield.plot.BallAndStick.Stick;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.geometry.euclidean.threed.Vector3D;

/// Crystals as balls and sticks in one cell. Atoms at its faces, edges and corners are shown at all of them.
public final class CrystalShape {
  /// A ball's radius: this share of the ionic radius, or of the covalent one where there is no ionic one ...
  private static final double SHARE = 0.33;

  /// ... and so many angstrom, so that small ions are seen.
  private static final double LEAST = 0.12;

  /// An atom nearer to a face than this, in angstrom, is also shown at the opposite one ...
  private static final double FACE = 0.45;

  /// ... but no more than this share of a cell away.
  private static final double LARGEST_SHARE = 0.15;

  /// Unlike atoms are joined up to this multiple of the distance to the nearest one ...
  private static final double NEAREST = 1.33;

  /// ... and of the sum of the covalent radii.
  private static final double FARTHEST = 1.35;

  private final Crystal crystal;
  private final Vector3D[] cell = new Vector3D[3];
  private final boolean compound;

  private CrystalShape(Crystal crystal) {
    this.crystal = crystal;
    for (int axis = 0; axis < 3; axis++) {
      cell[axis] = new Vector3D(crystal.lattice()[axis]);
    }
    compound = crystal.elements().stream().distinct().count() > 1;
  }

  /// One cell of a crystal, its first corner at the origin.
  public static BallAndStick of(Crystal crystal) {
    return new CrystalShape(crystal).shape();
  }

  /// One cell of a crystal around the origin, as pictures show it: c up along y, a to the right along x.
  ///
  /// @throws IllegalArgumentException where the cell has no volume
  public static BallAndStick facing(Crystal crystal) {
    if (!(crystal.volume() > 0)) {
      throw new IllegalArgumentException("a cell with the volume " + crystal.volume() + " cannot be drawn");
    }
    return of(crystal).moved(Orientation.of(crystal));
  }

  /// An atom that is shown.
  private record Image(int atom, Vector3D at) {}

  private BallAndStick shape() {
    List<Image> images = images();
    List<Ball> balls =
        images.stream()
            .map(image -> new Ball(element(image.atom), image.at, LEAST + SHARE * size(element(image.atom))))
            .toList();
    return new BallAndStick(balls, sticks(images), edges());
  }

  private Element element(int atom) {
    return crystal.elements().get(atom);
  }

  private static double size(Element element) {
    return element.ionicRadius().orElse(element.covalentRadius());
  }

  private Vector3D at(double[] fractional) {
    return new Vector3D(fractional[0], cell[0], fractional[1], cell[1], fractional[2], cell[2]);
  }

  private List<Image> images() {
    double[] slack = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      double height = crystal.volume() / cell[(axis + 1) % 3].crossProduct(cell[(axis + 2) % 3]).getNorm();
      slack[axis] = Math.min(LARGEST_SHARE, FACE / height);
    }
    List<Image> images = new ArrayList<>();
    double[] all = crystal.fractional();
    for (int atom = 0; atom < crystal.size(); atom++) {
      int number = atom;
      double[] wrapped = Arrays.stream(all, 3 * atom, 3 * atom + 3).map(x -> x - Math.floor(x)).toArray();
      shifts(
          shift -> {
            double[] there = new double[3];
            for (int axis = 0; axis < 3; axis++) {
              there[axis] = wrapped[axis] + shift[axis];
              if (!(there[axis] >= -slack[axis] && there[axis] <= 1 + slack[axis])) {
                return;
              }
            }
            images.add(new Image(number, at(there)));
          });
    }
    return images;
  }

  private interface Shift {
    void at(int[] shift);
  }

  /// The cell and all around it.
  private static void shifts(Shift shift) {
    for (int i = 0; i < 27; i++) {
      shift.at(new int[] {i / 9 - 1, i / 3 % 3 - 1, i % 3 - 1});
    }
  }

  private boolean joins(int i, int j) {
    return !compound || !element(i).equals(element(j));
  }

  /// Of every atom the distance to the nearest that it may be joined to.
  private double[] nearest() {
    double[] nearest = new double[crystal.size()];
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    double[] all = crystal.fractional();
    for (int i = 0; i < nearest.length; i++) {
      for (int j = 0; j < nearest.length; j++) {
        if (joins(i, j)) {
          int from = i;
          double[] apart = new double[3];
          for (int axis = 0; axis < 3; axis++) {
            double difference = all[3 * j + axis] - all[3 * i + axis];
            apart[axis] = difference - Math.rint(difference);
          }
          shifts(
              shift -> {
                double distance = at(new double[] {apart[0] + shift[0], apart[1] + shift[1], apart[2] + shift[2]}).getNorm();
                nearest[from] = distance > 0 ? Math.min(nearest[from], distance) : nearest[from];
              });
        }
      }
    }
    return nearest;
  }

  private List<Stick> sticks(List<Image> images) {
    double[] nearest = nearest();
    List<Stick> sticks = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      for (int j = i + 1; j < images.size(); j++) {
        int a = images.get(i).atom;
        int b = images.get(j).atom;
        double distance = images.get(i).at.distance(images.get(j).at);
        double radii = element(a).covalentRadius() + element(b).covalentRadius();
        if (joins(a, b) && distance < Math.min(NEAREST * Math.min(nearest[a], nearest[b]), FARTHEST * radii)) {
          sticks.add(new Stick(i, j, 1));
        }
      }
    }
    return sticks;
  }

  private List<Edge> edges() {
    List<Edge> edges = new ArrayList<>();
    for (int axis = 0; axis < 3; axis++) {
      for (int corner = 0; corner < 4; corner++) {
        double[] from = new double[3];
        from[(axis + 1) % 3] = corner % 2;
        from[(axis + 2) % 3] = corner / 2;
        edges.add(new Edge(at(from), at(from).add(cell[axis]), corner == 0 ? axis : -1));
      }
    }
    return edges;
  }
}
