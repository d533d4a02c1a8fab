package io.scorefield.plot;

import io.scorefield.plot.BallAndStick.Ball;
import java.util.List;
import org.apache.commons.math3.geometry.euclidean.threed.Vector3D;

/// A perspective in which a shape fills a square.
final class Camera {
  /// The eye's distance from the middle, in extents of the shape.
  private static final double DISTANCE = 5;

  private final double middleX;
  private final double middleY;
  private final double eye;
  private final double points;
  private final double far;
  private final double near;

  private Camera(double middleX, double middleY, double eye, double points, double far, double near) {
    this.middleX = middleX;
    this.middleY = middleY;
    this.eye = eye;
    this.points = points;
    this.far = far;
    this.near = near;
  }

  /// @param size of the square, in points
  /// @param least extent in angstrom that a square shows; what is smaller does not fill it
  static Camera on(BallAndStick shape, double size, double least) {
    List<Ball> outline = shape.outline();
    double extent = least / 2;
    for (Ball ball : outline) {
      extent = Math.max(extent, ball.at().getNorm() + ball.radius());
    }
    double eye = DISTANCE * extent;
    double[] most = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};
    double[] smallest = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
    double near = Double.NEGATIVE_INFINITY;
    double far = Double.POSITIVE_INFINITY;
    for (Ball ball : outline) {
      double scale = eye / (eye - ball.at().getZ());
      double[] at = {ball.at().getX(), ball.at().getY()};
      for (int axis = 0; axis < 2; axis++) {
        most[axis] = Math.max(most[axis], scale * (at[axis] + ball.radius()));
        smallest[axis] = Math.min(smallest[axis], scale * (at[axis] - ball.radius()));
      }
      near = Math.max(near, ball.at().getZ());
      far = Math.min(far, ball.at().getZ());
    }
    double side = Math.max(least, Math.max(most[0] - smallest[0], most[1] - smallest[1]));
    return new Camera((most[0] + smallest[0]) / 2, (most[1] + smallest[1]) / 2, eye, size / side, far, near);
  }

  /// To the right of the middle of the square, in points.
  double x(Vector3D at) {
    return points * (scale(at) * at.getX() - middleX);
  }

  /// Downwards from the middle of the square, in points.
  double y(Vector3D at) {
    return points * (middleY - scale(at) * at.getY());
  }

  /// A length in points.
  double length(Vector3D at, double angstrom) {
    return points * scale(at) * angstrom;
  }

  /// 0 for what is nearest, 1 for what is farthest; 0 where nothing is deep.
  double distance(Vector3D at, double deep) {
    return near - far < deep ? Math.max(0, (near - at.getZ()) / deep) : Math.clamp((near - at.getZ()) / (near - far), 0, 1);
  }

  private double scale(Vector3D at) {
    return eye / (eye - at.getZ());
  }
}
