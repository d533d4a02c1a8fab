package io.scorefield.plot;

import io.scorefield.matter.Formula;
import io.scorefield.matter.molecule.Molecule;
import io.scorefield.plot.BallAndStick.Ball;
import io.scorefield.plot.StructureFigures.Panel;
import io.scorefield.plot.StructureFigures.Row;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.geometry.euclidean.threed.Vector3D;

/// Molecules as they come out of noise, as a GIF. Each is seen all the time from the side from which its end is seen best.
public final class MoleculeAnimation {
  /// Atoms of noise are shown up to this multiple of the distance of the end's outermost atom from the middle.
  private static final double INSIDE = 1.3;

  private MoleculeAnimation() {}

  /// A moment.
  ///
  /// @param title such as `t = 0.5`
  /// @param molecules the same number of them in every frame
  /// @param note below each of them; empty texts for none
  /// @param hundredths how long it is shown, in hundredths of a second
  public record Frame(String title, List<Molecule> molecules, List<String> note, int hundredths) {
    public Frame {
      molecules = List.copyOf(molecules);
      note = List.copyOf(note);
      if (molecules.size() != note.size()) {
        throw new IllegalArgumentException(molecules.size() + " molecules cannot have " + note.size() + " notes");
      }
    }
  }

  /// Writes all frames.
  ///
  /// @param frames at least one
  /// @param columns of panels
  public static void write(Path file, List<Frame> frames, int columns) throws IOException {
    List<List<StructurePanel>> panels = new ArrayList<>();
    for (int i = 0; i < frames.getLast().molecules.size(); i++) {
      panels.add(panels(frames, i));
    }
    List<Figure> figures = new ArrayList<>();
    for (int moment = 0; moment < frames.size(); moment++) {
      List<Row> rows = new ArrayList<>();
      for (int from = 0; from < panels.size(); from += columns) {
        List<Panel> row = new ArrayList<>();
        for (int i = from; i < Math.min(panels.size(), from + columns); i++) {
          row.add(new Panel(panels.get(i).get(moment)));
        }
        rows.add(new Row(from == 0 ? frames.get(moment).title : "", row));
      }
      figures.add(StructureFigures.rows(rows));
    }
    Animation.write(file, figures, frames.stream().map(Frame::hundredths).toList(), Palette.of(hues(frames)));
  }

  /// The colours of all elements but greys.
  private static List<Color> hues(List<Frame> frames) {
    return frames.stream()
        .flatMap(frame -> frame.molecules.stream())
        .flatMap(molecule -> molecule.elements().stream())
        .distinct()
        .map(element -> new Color(element.colour()))
        .filter(color -> color.getRed() != color.getGreen() || color.getGreen() != color.getBlue())
        .toList();
  }

  /// One molecule in all frames.
  private static List<StructurePanel> panels(List<Frame> frames, int number) {
    Molecule last = frames.getLast().molecules.get(number);
    UnaryOperator<Vector3D> view = MoleculeShape.of(last).isFinite() ? Orientation.of(last) : UnaryOperator.identity();
    List<BallAndStick> shapes =
        frames.stream().map(frame -> MoleculeShape.of(frame.molecules.get(number)).moved(view)).toList();
    BallAndStick most = most(shapes);
    int size = StructureFigures.PANEL;
    Camera camera = StructurePanel.camera(most, size, StructureFigures.LEAST_MOLECULE);
    List<StructurePanel> panels = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      Molecule molecule = frames.get(i).molecules.get(number);
      String formula = Formula.printed(Formula.hill(molecule.elements()));
      panels.add(new StructurePanel(size, formula, frames.get(i).note.get(number), shapes.get(i), camera));
    }
    return panels;
  }

  /// All of the last, and what is not too far out of the others.
  private static BallAndStick most(List<BallAndStick> shapes) {
    List<Ball> end = shapes.getLast().isFinite() ? shapes.getLast().balls() : List.of();
    double reach = Math.max(StructureFigures.LEAST_MOLECULE / 2, INSIDE * end.stream().mapToDouble(MoleculeAnimation::off).max().orElse(0));
    return new BallAndStick(
        shapes.stream().flatMap(shape -> shape.balls().stream()).filter(ball -> off(ball) <= reach).toList(), List.of(), List.of());
  }

  private static double off(Ball ball) {
    return ball.at().getNorm();
  }
}
