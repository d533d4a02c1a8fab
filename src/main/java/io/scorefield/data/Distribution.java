package io.scorefield.data;

import java.util.List;

/// A probability distribution that points can be drawn from, without end.
public interface Distribution {
  /// A short name for tables and messages.
  String name();

  /// D.
  int dimension();

  /// Names of the components, see {@link DataSet}.
  default List<String> components() {
    return DataSet.usualComponents(dimension());
  }

  /// Points first .. first + count - 1 of the seed, [count, D]; point i is a function of (seed, i).
  float[] draw(long seed, long first, int count);

  /// Points 0 .. count - 1.
  default float[] draw(long seed, int count) {
    return draw(seed, 0, count);
  }
}
