package io.scorefield.data;

/// A column of a table that a network makes and that is no plain number: what its components in the state mean.
public sealed interface MadeColumn {
  /// As laws name it.
  String name();

  /// As a {@link DataSet} names its components: `rooms`, or `tariff[3]`.
  String declaration();

  /// One of several classes, made as a component each: 1 in that of its own, 0 in the others.
  record Classes(Condition of) implements MadeColumn {
    public Classes {
      if (of.isNumber()) {
        throw new IllegalArgumentException("the column '" + of.name() + "' has no classes");
      }
    }

    @Override
    public String name() {
      return of.name();
    }

    @Override
    public String declaration() {
      return of.declaration();
    }
  }

  /// A whole number, made as a number that is rounded when it is written.
  ///
  /// @param lowest the least of the data: none is written below it
  /// @param highest the greatest
  record Integers(String name, long lowest, long highest) implements MadeColumn {
    public Integers {
      if (lowest > highest) {
        throw new IllegalArgumentException(
            "the whole numbers of '" + name + "' cannot reach from " + lowest + " to " + highest);
      }
    }

    @Override
    public String declaration() {
      return name;
    }
  }
}
