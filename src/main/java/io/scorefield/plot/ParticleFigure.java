package io.scorefield.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// One configuration of particles: spheres joined by bonds. In space what is farther away is smaller, paler, and behind.
record ParticleFigure(
    int size, String title, String caption, float[] positions, ParticleView view, Color color) implements Figure {
  private static final int TITLE = 24;
  private static final int CAPTION = 22;
  private static final int MARGIN = 8;

  /// Discs that a sphere is painted of.
  private static final int SHADES = 9;

  /// How pale the farthest is.
  private static final double FOG = 0.7;

  /// Something to paint.
  private record Item(double depth, Runnable paint) {}

  @Override
  public int width() {
    return size;
  }

  @Override
  public int height() {
    return size + TITLE + CAPTION - 2 * MARGIN;
  }

  @Override
  public void paint(Graphics2D graphics) {
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width(), height());
    graphics.setColor(HouseStyle.INK);
    graphics.setFont(HouseStyle.font(Font.BOLD, 12));
    graphics.drawString(title, MARGIN + 2, TITLE - 9);
    graphics.setFont(HouseStyle.font(Font.PLAIN, 11));
    graphics.drawString(caption(outside()), MARGIN + 2, height() - 7);
    Rectangle2D frame = new Rectangle2D.Double(MARGIN, TITLE, size - 2.0 * MARGIN, size - 2.0 * MARGIN);
    Shape clip = graphics.getClip();
    graphics.clip(frame);
    items(graphics).stream().sorted(Comparator.comparingDouble(Item::depth)).forEach(item -> item.paint().run());
    graphics.setClip(clip);
    graphics.setColor(new Color(0xE6E6E6));
    graphics.setStroke(new BasicStroke(0.75f));
    graphics.draw(frame);
  }

  private String caption(long outside) {
    return outside == 0 ? caption : caption + ", " + outside + " outside";
  }

  private long outside() {
    return seen().stream().filter(particle -> !particle.isInside()).count();
  }

  private List<ParticleView.Seen> seen() {
    List<ParticleView.Seen> seen = new ArrayList<>();
    for (int from = 0; from < positions.length; from += view.axes()) {
      seen.add(view.seen(positions, from));
    }
    return seen;
  }

  private List<Item> items(Graphics2D graphics) {
    List<ParticleView.Seen> seen = seen();
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < seen.size(); i++) {
      ParticleView.Seen here = seen.get(i);
      items.add(new Item(here.depth(), () -> sphere(graphics, here)));
      for (int j = i + 1; j < seen.size(); j++) {
        double distance = view.distance(positions, i, j);
        if (distance < view.bond()) {
          // From the surface of each sphere to the middle between them, each half at its own depth.
          double from = Math.min(0.5, 0.8 * view.radius() / distance);
          items.add(half(graphics, here, seen.get(j), from));
          items.add(half(graphics, seen.get(j), here, from));
        }
      }
    }
    return items;
  }

  /// Half a bond.
  ///
  /// @param from where it begins, as a share of the way to the other end
  private Item half(Graphics2D graphics, ParticleView.Seen here, ParticleView.Seen there, double from) {
    // In the plane all bonds are behind all particles.
    double depth =
        view.axes() < 3 ? -1 : here.depth() + (from + 0.5) / 2 * (there.depth() - here.depth());
    double width = 0.4 * view.radius() / view.reach() * half() * here.scale();
    double dx = screenX(there) - screenX(here);
    double dy = screenY(there) - screenY(here);
    // A little beyond the middle: no gap is seen between the halves.
    double to = 0.51;
    Line2D line =
        new Line2D.Double(
            screenX(here) + from * dx, screenY(here) + from * dy, screenX(here) + to * dx, screenY(here) + to * dy);
    return new Item(
        depth,
        () -> {
          graphics.setColor(mix(HouseStyle.PALE, Color.WHITE, fog(depth)));
          graphics.setStroke(new BasicStroke((float) Math.max(0.8, width), BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND));
          graphics.draw(line);
        });
  }

  private double half() {
    return size / 2.0 - MARGIN;
  }

  private double screenX(ParticleView.Seen at) {
    return MARGIN + half() * (1 + at.x());
  }

  private double screenY(ParticleView.Seen at) {
    return TITLE + half() * (1 - at.y());
  }

  private double fog(double depth) {
    return view.axes() < 3 ? 0 : FOG * Math.clamp((1 - depth) / 2, 0, 1);
  }

  private void sphere(Graphics2D graphics, ParticleView.Seen at) {
    double radius = view.radius() / view.reach() * half() * at.scale();
    Color base = mix(color, Color.WHITE, fog(at.depth()));
    for (int shade = 0; shade < SHADES; shade++) {
      double share = shade / (double) SHADES;
      double r = radius * (1 - share);
      double off = 0.35 * (radius - r);
      // The rim is a little darker than the colour, the light comes from above on the left.
      Color lit = shade == 0 ? mix(base, HouseStyle.INK, 0.25 * (1 - fog(at.depth()))) : mix(base, Color.WHITE, 0.75 * share * share);
      graphics.setColor(lit);
      double cx = screenX(at) - off;
      double cy = screenY(at) - off;
      graphics.fill(new Ellipse2D.Double(cx - r, cy - r, 2 * r, 2 * r));
    }
  }

  private static Color mix(Color a, Color b, double share) {
    return new Color(
        (int) Math.round(a.getRed() + share * (b.getRed() - a.getRed())),
        (int) Math.round(a.getGreen() + share * (b.getGreen() - a.getGreen())),
        (int) Math.round(a.getBlue() + share * (b.getBlue() - a.getBlue())));
  }
}
