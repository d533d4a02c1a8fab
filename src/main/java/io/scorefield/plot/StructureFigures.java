package io.scorefield.plot;

import io.scorefield.io.Rounded;
import io.scorefield.matter.crystal.Crystal;
import io.scorefield.matter.molecule.Molecule;
import io.scorefield.watch.Watch;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.util.List;

/// Pictures of molecules and crystals as balls and sticks.
public final class StructureFigures {
  static final int PANEL = 150;

  /// A molecule's panel shows at least so many angstrom, so that small ones are not blown up.
  static final double LEAST_MOLECULE = 5.2;

  /// Of a larger one, a sample that went astray, nothing is to be seen.
  private static final double MOST_MOLECULE = 40;

  private static final double LEAST_CRYSTAL = 3;

  private StructureFigures() {}

  /// One panel.
  public static final class Panel {
    private final StructurePanel figure;

    Panel(StructurePanel figure) {
      this.figure = figure;
    }

    /// A molecule, seen from its flat side, below it its name or its formula.
    ///
    /// @param note the line below that, such as a metric; may be empty. Of a sample that went astray its extent is told
    public static Panel of(Molecule molecule, String note) {
      BallAndStick shape = MoleculeShape.facing(molecule);
      double extent = extent(shape);
      return new Panel(
          panel(Captions.of(molecule), extent > MOST_MOLECULE ? Rounded.number(extent) + " Å across" : note, shape, LEAST_MOLECULE));
    }

    private static double extent(BallAndStick shape) {
      return 2 * shape.balls().stream().mapToDouble(ball -> ball.at().getNorm()).max().orElse(0);
    }

    /// Nothing but a line of text, in the place of what cannot be drawn.
    public static Panel none(String note) {
      BallAndStick nothing = new BallAndStick(List.of(), List.of(), List.of());
      return new Panel(panel("", note, nothing, LEAST_CRYSTAL));
    }

    /// A crystal's cell, below it its name or its formula.
    ///
    /// @param note the line below that, such as a metric; may be empty
    /// @throws IllegalArgumentException where the cell has no volume
    public static Panel of(Crystal crystal, String note) {
      return new Panel(panel(Captions.of(crystal), note, CrystalShape.facing(crystal), LEAST_CRYSTAL));
    }
  }

  private static StructurePanel panel(String caption, String note, BallAndStick shape, double least) {
    return new StructurePanel(PANEL, caption, note, shape, StructurePanel.camera(shape, PANEL, least));
  }

  /// A row of panels.
  ///
  /// @param label above them, such as `truth`; may be empty
  public record Row(String label, List<Panel> panels) {
    public Row {
      panels = List.copyOf(panels);
    }
  }

  /// Rows below each other, each with its label.
  ///
  /// @throws IllegalArgumentException where there is no panel
  public static Figure rows(List<Row> rows) {
    if (rows.stream().allMatch(row -> row.panels.isEmpty())) {
      throw new IllegalArgumentException("there is nothing to draw");
    }
    return new Grid(List.copyOf(rows));
  }

  private record Grid(List<Row> rows) implements Figure {
    private static final int LABEL = 26;

    @Override
    public int width() {
      return PANEL * rows.stream().mapToInt(row -> row.panels.size()).max().orElse(0);
    }

    private static int height(Row row) {
      return (row.label.isEmpty() ? 0 : LABEL) + (row.panels.isEmpty() ? 0 : PANEL + StructurePanel.TEXT);
    }

    @Override
    public int height() {
      return rows.stream().mapToInt(Grid::height).sum();
    }

    @Override
    public void paint(Graphics2D graphics) {
      int y = 0;
      for (Row row : rows) {
        int top = y + height(row) - PANEL - StructurePanel.TEXT;
        for (int i = 0; i < row.panels.size(); i++) {
          Watch.current().check();
          graphics.translate(i * PANEL, top);
          row.panels.get(i).figure.paint(graphics);
          graphics.translate(-i * PANEL, -top);
        }
        if (!row.label.isEmpty()) {
          heading(graphics, row.label, y);
        }
        y += height(row);
      }
    }

    private void heading(Graphics2D graphics, String label, int y) {
      Font font = HouseStyle.font(Font.BOLD, 13);
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, y, width(), LABEL);
      graphics.setColor(HouseStyle.INK);
      graphics.setFont(font);
      graphics.drawString(label, 8, y + 18);
      graphics.setColor(new Color(0xE6E6E6));
      graphics.setStroke(new BasicStroke(1f));
      int from = 16 + (int) Math.ceil(Text.wide(label, font));
      graphics.drawLine(from, y + 14, width() - 8, y + 14);
    }
  }
}
