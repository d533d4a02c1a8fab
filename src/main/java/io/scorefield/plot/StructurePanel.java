package io.scorefield.plot;

import io.scorefield.plot.BallAndStick.Ball;
import io.scorefield.plot.BallAndStick.Edge;
import io.scorefield.plot.BallAndStick.Stick;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Line2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.math3.geometry.euclidean.threed.Vector3D;

/// One molecule or crystal in perspective, two lines of text below it. What is farther away is smaller, a little paler, and behind.
///
/// @param shape as it is turned to the eye
record StructurePanel(int size, String caption, String note, BallAndStick shape, Camera camera) implements Figure {
  static final int TEXT = 36;

  /// What stays free around the square that a camera is on.
  private static final int MARGIN = 9;

  /// How pale the farthest is.
  private static final double FOG = 0.36;

  /// Depths in angstrom below which the fog is thinner.
  private static final double DEEP = 5;

  /// Half the width of a single stick, of one of two, of one of three, in angstrom ...
  private static final double[] WIDTHS = {0.13, 0.085, 0.07};

  /// ... and how far they are apart.
  private static final double[] APART = {0, 0.25, 0.23};

  private static final int EDGE_PIECES = 14;
  private static final Color EDGE = new Color(0x777777);

  /// The vectors a, b and c of a cell.
  private static final List<Color> AXES = List.of(new Color(0xC8372D), new Color(0x2E8B3D), new Color(0x2F5FC4));

  /// Something to paint.
  private record Item(double depth, Runnable paint) {}

  /// A camera for a panel in which a shape fills the square.
  ///
  /// @param least extent in angstrom that the square shows
  static Camera camera(BallAndStick shape, int size, double least) {
    return Camera.on(shape, size - 2.0 * MARGIN, least);
  }

  @Override
  public int width() {
    return size;
  }

  @Override
  public int height() {
    return size + TEXT;
  }

  @Override
  public void paint(Graphics2D graphics) {
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width(), height());
    if (shape.isFinite()) {
      Shape clip = graphics.getClip();
      graphics.clipRect(0, 0, size, size);
      graphics.translate(size / 2.0, size / 2.0);
      items(graphics).stream().sorted(Comparator.comparingDouble(Item::depth)).forEach(item -> item.paint.run());
      graphics.translate(-size / 2.0, -size / 2.0);
      graphics.setClip(clip);
    }
    Text.centred(graphics, caption, HouseStyle.font(Font.BOLD, 12), HouseStyle.INK, size, size + 11);
    String below = shape.isFinite() ? note : "not finite";
    Text.centred(graphics, below, HouseStyle.font(Font.PLAIN, 11), HouseStyle.INK, size, size + 27);
  }

  private List<Item> items(Graphics2D graphics) {
    List<Item> items = new ArrayList<>();
    shape.balls().forEach(ball -> items.add(new Item(ball.at().getZ(), () -> ball(graphics, ball))));
    shape.sticks().forEach(stick -> sticks(items, graphics, stick));
    shape.edges().forEach(edge -> edge(items, graphics, edge));
    return items;
  }

  private static Color color(Ball ball) {
    return new Color(ball.element().colour());
  }

  private double fog(Vector3D at) {
    return FOG * camera.distance(at, DEEP);
  }

  private void ball(Graphics2D graphics, Ball ball) {
    Lit.ball(
        graphics, camera.x(ball.at()), camera.y(ball.at()), camera.length(ball.at(), ball.radius()), color(ball),
        fog(ball.at()));
  }

  /// The sticks of a bond side by side on the paper, so that each is seen, in halves of the two atoms' colours.
  private void sticks(List<Item> items, Graphics2D graphics, Stick stick) {
    Ball first = shape.balls().get(stick.first());
    Ball second = shape.balls().get(stick.second());
    Vector3D along = second.at().subtract(first.at());
    Vector3D flat = new Vector3D(-along.getY(), along.getX(), 0);
    Vector3D aside = flat.getNorm() > 0 ? flat.normalize() : Vector3D.PLUS_I;
    for (int i = 0; i < stick.order(); i++) {
      double off = (i - (stick.order() - 1) / 2.0) * APART[stick.order() - 1];
      items.add(half(graphics, first, second, aside.scalarMultiply(off), WIDTHS[stick.order() - 1]));
      items.add(half(graphics, second, first, aside.scalarMultiply(off), WIDTHS[stick.order() - 1]));
    }
  }

  /// From an atom's surface to the middle of a bond.
  private Item half(Graphics2D graphics, Ball here, Ball there, Vector3D off, double width) {
    Vector3D along = there.at().subtract(here.at());
    double length = along.getNorm();
    double inside = Math.sqrt(Math.max(0, here.radius() * here.radius() - off.getNormSq() - width * width));
    double from = length > 0 ? Math.min(0.5, inside / length) : 0.5;
    Vector3D start = here.at().add(from, along).add(off);
    Vector3D middle = here.at().add(0.5, along).add(off);
    boolean towardsEye = middle.getZ() > start.getZ();
    Vector3D far = towardsEye ? start : middle;
    Vector3D near = towardsEye ? middle : start;
    double slope = length > 0 ? Math.abs(along.getZ()) / length : 0;
    double depth = (start.getZ() + middle.getZ()) / 2;
    return new Item(
        depth,
        () ->
            Lit.stick(
                graphics, end(far, width), end(near, width), slope, color(here), fog(middle)));
  }

  private double[] end(Vector3D at, double width) {
    return new double[] {camera.x(at), camera.y(at), camera.length(at, width)};
  }

  /// In pieces, each at its own depth.
  private void edge(List<Item> items, Graphics2D graphics, Edge edge) {
    Color color = edge.axis() < 0 ? EDGE : AXES.get(edge.axis());
    Vector3D along = edge.to().subtract(edge.from());
    for (int i = 0; i < EDGE_PIECES; i++) {
      Vector3D from = edge.from().add(i / (double) EDGE_PIECES, along);
      // A little beyond its end: no gap is seen between pieces.
      Vector3D to = edge.from().add((i + 1.03) / EDGE_PIECES, along);
      Line2D line = new Line2D.Double(camera.x(from), camera.y(from), camera.x(to), camera.y(to));
      items.add(
          new Item(
              (from.getZ() + to.getZ()) / 2,
              () -> {
                graphics.setColor(Lit.mix(color, Color.WHITE, fog(from)));
                graphics.setStroke(new BasicStroke(1f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND));
                graphics.draw(line);
              }));
    }
  }
}
