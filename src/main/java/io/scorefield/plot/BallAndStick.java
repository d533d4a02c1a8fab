package io.scorefield.plot;

import io.scorefield.matter.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.geometry.euclidean.threed.Vector3D;

/// What is seen of a molecule or a crystal: atoms as balls, bonds as sticks, the edges of a cell. All lengths in angstrom.
///
/// @param sticks between balls by their numbers
/// @param edges empty but for crystals
public record BallAndStick(List<Ball> balls, List<Stick> sticks, List<Edge> edges) {
  /// An atom.
  public record Ball(Element element, Vector3D at, double radius) {}

  /// A bond of the order 1, 2 or 3.
  public record Stick(int first, int second, int order) {}

  /// An edge of a cell.
  ///
  /// @param axis 0 to 2 for the cell's vectors at the origin, -1 for the other edges
  public record Edge(Vector3D from, Vector3D to, int axis) {}

  public BallAndStick {
    balls = List.copyOf(balls);
    sticks = List.copyOf(sticks);
    edges = List.copyOf(edges);
  }

  /// All of it elsewhere.
  public BallAndStick moved(UnaryOperator<Vector3D> motion) {
    return new BallAndStick(
        balls.stream().map(ball -> new Ball(ball.element, motion.apply(ball.at), ball.radius)).toList(),
        sticks,
        edges.stream().map(edge -> new Edge(motion.apply(edge.from), motion.apply(edge.to), edge.axis)).toList());
  }

  /// Whether all atoms are somewhere; samples that went astray may be nowhere.
  public boolean isFinite() {
    return balls.stream().noneMatch(ball -> ball.at.isNaN() || ball.at.isInfinite());
  }

  /// Every ball as a point with an extent, every end of an edge as a point without.
  List<Ball> outline() {
    List<Ball> points = new ArrayList<>(balls);
    for (Edge edge : edges) {
      points.add(new Ball(balls.getFirst().element, edge.from, 0));
      points.add(new Ball(balls.getFirst().element, edge.to, 0));
    }
    return points;
  }
}
