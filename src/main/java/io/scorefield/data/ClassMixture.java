package io.scorefield.data;

import java.util.List;

/// A distribution whose points belong to classes, each of which is a distribution by itself.
public interface ClassMixture extends Distribution {
  /// Names of the classes.
  List<String> classes();

  /// The points of class k.
  Distribution part(int k);

  /// To which classes points first .. first + count - 1 of {@link #draw} belong.
  int[] labels(long seed, long first, int count);

  /// The logarithm of the probability of class k times its density at a point, up to a number that is the same for all k.
  double logJoint(int k, double[] point);

  /// The class that a point most likely belongs to.
  default int classOf(double[] point) {
    int best = 0;
    for (int k = 1; k < classes().size(); k++) {
      best = logJoint(k, point) > logJoint(best, point) ? k : best;
    }
    return best;
  }
}
