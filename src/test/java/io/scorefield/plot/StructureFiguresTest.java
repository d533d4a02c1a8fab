package io.scorefield.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.Structures;
import io.scorefield.matter.Element;
import io.scorefield.matter.crystal.Crystal;
import io.scorefield.matter.molecule.Bond;
import io.scorefield.matter.molecule.Molecule;
import io.scorefield.plot.StructureFigures.Panel;
import io.scorefield.plot.StructureFigures.Row;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.math3.geometry.euclidean.threed.Rotation;
import org.apache.commons.math3.geometry.euclidean.threed.RotationConvention;
import org.apache.commons.math3.geometry.euclidean.threed.Vector3D;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StructureFiguresTest {
  private static final Element CARBON = Element.of(6);
  private static final Element OXYGEN = Element.of(8);

  @TempDir Path folder;

  private static BufferedImage image(Panel panel) {
    return StructureFigures.rows(List.of(new Row("", List.of(panel)))).image(2);
  }

  private static Color at(BufferedImage image, int x, int y) {
    return new Color(image.getRGB(x, y));
  }

  private static boolean isRed(Color color) {
    return color.getRed() > color.getGreen() + 60 && color.getRed() > color.getBlue() + 60;
  }

  private static boolean isGrey(Color color) {
    return Math.abs(color.getRed() - color.getGreen()) < 8 && color.getRed() < 200;
  }

  private static Molecule carbonDioxide(int order) {
    return new Molecule(
        "", List.of(OXYGEN, CARBON, OXYGEN), new double[] {0, -1.16, 0, 0, 0, 0, 0, 1.16, 0},
        List.of(new Bond(0, 1, order), new Bond(1, 2, order)));
  }

  /// Along y as it is given, from left to right as it is seen.
  @Test
  void elementsHaveTheirColoursAndTheLongAxisLies() {
    BufferedImage image = image(Panel.of(carbonDioxide(2), ""));
    int middle = 150;
    assertThat(isGrey(at(image, middle, middle))).isTrue();
    // 132 points show 5.2 angstrom; the axis is turned by 14 degrees.
    int off = (int) (1.16 * Math.cos(Math.toRadians(14)) * 2 * 132 / 5.2);
    assertThat(isRed(at(image, middle - off, middle))).isTrue();
    assertThat(isRed(at(image, middle + off, middle))).isTrue();
    assertThat(at(image, middle, middle - off)).isEqualTo(Color.WHITE);
    // Half of a bond is of each atom's colour.
    assertThat(isRed(at(image, middle + off / 2 + 6, middle - 4))).isTrue();
    assertThat(isGrey(at(image, middle + off / 2 - 6, middle - 4))).isTrue();
  }

  @Test
  void theOrderOfABondIsSeen() {
    for (int order = 1; order <= 3; order++) {
      BufferedImage image = image(Panel.of(carbonDioxide(order), ""));
      int x = 150 + (int) (0.58 * Math.cos(Math.toRadians(14)) * 2 * 132 / 5.2);
      int sticks = 0;
      for (int y = 100; y < 200; y++) {
        boolean before = at(image, x, y - 1).getGreen() > 245;
        sticks += before && at(image, x, y).getGreen() <= 245 ? 1 : 0;
      }
      assertThat(sticks).as("bond of order " + order).isEqualTo(order);
    }
  }

  private static Molecule turned(Molecule molecule, Rotation rotation, Vector3D by) {
    double[] positions = new double[3 * molecule.size()];
    for (int i = 0; i < molecule.size(); i++) {
      Vector3D there = rotation.applyTo(MoleculeShape.at(molecule, i)).add(by);
      System.arraycopy(there.toArray(), 0, positions, 3 * i, 3);
    }
    return molecule.at(positions);
  }

  @Test
  void aMoleculeIsSeenFromItsFlatSideHoweverItLies() {
    Molecule alanine = Structures.alanine();
    Rotation some = new Rotation(new Vector3D(1, 2, 3), 1.2, RotationConvention.VECTOR_OPERATOR);
    BallAndStick there = MoleculeShape.of(alanine).moved(Orientation.of(alanine));
    Molecule other = turned(alanine, some, new Vector3D(5, -3, 2));
    BallAndStick here = MoleculeShape.of(other).moved(Orientation.of(other));
    for (int i = 0; i < alanine.size(); i++) {
      assertThat(here.balls().get(i).at().distance(there.balls().get(i).at())).isLessThan(1e-9);
    }
    Molecule benzene = Structures.benzene();
    BallAndStick seen = MoleculeShape.of(benzene).moved(Orientation.of(benzene));
    double deepest = seen.balls().stream().mapToDouble(ball -> Math.abs(ball.at().getZ())).max().orElseThrow();
    // Flat but for the small turn out of the plane.
    assertThat(deepest).isLessThan(2.5 * Math.sin(Math.toRadians(19)));
  }

  /// The signed volume of an atom and three neighbours of it changes its sign in a mirror only.
  @Test
  void aMoleculeIsNotMirrored() {
    Molecule alanine = Structures.alanine();
    List<BallAndStick.Ball> given = MoleculeShape.of(alanine).balls();
    List<BallAndStick.Ball> seen = MoleculeShape.of(alanine).moved(Orientation.of(alanine)).balls();
    assertThat(volume(seen)).isCloseTo(volume(given), within(1e-9));
    assertThat(Math.abs(volume(given))).isGreaterThan(0.5);
  }

  private static double volume(List<BallAndStick.Ball> balls) {
    Vector3D first = balls.get(0).at().subtract(balls.get(1).at());
    Vector3D second = balls.get(2).at().subtract(balls.get(1).at());
    Vector3D third = balls.get(3).at().subtract(balls.get(1).at());
    return first.dotProduct(second.crossProduct(third));
  }

  @Test
  void whatIsNearerHidesWhatIsBehind() {
    BallAndStick.Ball oxygen = new BallAndStick.Ball(OXYGEN, new Vector3D(0, 0, 2), 0.5);
    BallAndStick.Ball carbon = new BallAndStick.Ball(CARBON, new Vector3D(0, 0, -2), 0.5);
    for (List<BallAndStick.Ball> balls : List.of(List.of(oxygen, carbon), List.of(carbon, oxygen))) {
      BallAndStick shape = new BallAndStick(balls, List.of(), List.of());
      BufferedImage image = new StructurePanel(150, "", "", shape, StructurePanel.camera(shape, 150, 4)).image(1);
      assertThat(isRed(at(image, 75, 75))).isTrue();
    }
  }

  @Test
  void whatIsFarAwayIsSmallerAndPaler() {
    BallAndStick shape =
        new BallAndStick(
            List.of(
                new BallAndStick.Ball(CARBON, new Vector3D(-2, 0, -3), 0.6),
                new BallAndStick.Ball(CARBON, new Vector3D(2, 0, 3), 0.6)),
            List.of(), List.of());
    BufferedImage image = new StructurePanel(150, "", "", shape, StructurePanel.camera(shape, 150, 4)).image(2);
    int[] painted = new int[2];
    int[] darkest = {255, 255};
    for (int x = 0; x < 300; x++) {
      for (int y = 0; y < 300; y++) {
        int red = at(image, x, y).getRed();
        painted[x / 150] += red < 250 ? 1 : 0;
        darkest[x / 150] = Math.min(darkest[x / 150], red);
      }
    }
    assertThat(painted[0]).isLessThan(painted[1] * 3 / 4).isPositive();
    assertThat(darkest[0]).isGreaterThan(darkest[1] + 30);
  }

  @Test
  void samplesThatAreNowhereAreSaidToBe() {
    Molecule lost = carbonDioxide(1).at(new double[] {0, 0, 0, Double.NaN, 0, 0, 1, 1, 1});
    BufferedImage image = image(Panel.of(lost, "U = 1"));
    for (int y = 0; y < 290; y++) {
      assertThat(at(image, 150, y)).isEqualTo(Color.WHITE);
    }
    Crystal flat = Structures.crystal("", new double[][] {{1, 0, 0}, {2, 0, 0}, {0, 0, 1}}, "Na", 0, 0, 0);
    assertThatThrownBy(() -> Panel.of(flat, "")).hasMessageContaining("volume 0");
    assertThatThrownBy(() -> StructureFigures.rows(List.of())).hasMessageContaining("nothing to draw");
  }

  @Test
  void ofSamplesThatWentAstrayTheExtentIsTold() throws Exception {
    Molecule far = carbonDioxide(1).at(new double[] {0, 0, 0, 0, 0, 0, 300, 0, 0});
    StructureFigures.rows(List.of(new Row("", List.of(Panel.of(far, "3 of 3 unstable"))))).write(folder, "far");
    assertThat(Files.readString(folder.resolve("far.svg"))).contains("Å across<").doesNotContain("unstable");
  }

  @Test
  void gridsAreWrittenWithLabelsAndFormulas() throws Exception {
    Molecule ethanol = Structures.ethanol();
    Figure grid =
        StructureFigures.rows(
            List.of(
                new Row("truth", List.of(Panel.of(ethanol, "stable"), Panel.of(Structures.rutile(), ""))),
                new Row("samples", List.of(Panel.of(new Molecule("a name that is far too long", List.of(CARBON), new double[3], List.of()), "")))));
    assertThat(grid.width()).isEqualTo(300);
    grid.write(folder, "grid");
    assertThat(folder.resolve("grid.png")).isNotEmptyFile();
    assertThat(Files.readString(folder.resolve("grid.svg")))
        .contains("<svg font-size=\"12px\"", ">truth<", ">samples<", ">stable<", ">C₂H₆O<", ">rutile<", "…<")
        .doesNotContain("too long", "TiO");
  }
}
