package io.scorefield.io.hdf5;

import io.scorefield.io.ColumnFile.Type;
import io.scorefield.io.FormatException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// Numbers or texts of a dataset, one after the other, as jHDF has read them.
///
/// @param flat an array of one axis
record Hdf5Array(Object flat) implements Hdf5File.Flat {
  int length() {
    return java.lang.reflect.Array.getLength(flat);
  }

  /// What arrays of a type hold.
  static Type type(Class<?> of) {
    if (of == float.class || of == short.class || of == byte.class) {
      return Type.SINGLE;
    }
    if (of == double.class || of == int.class || of == long.class || of == BigInteger.class) {
      return Type.DOUBLE;
    }
    return of == String.class ? Type.TEXT : Type.OTHER;
  }

  @Override
  public double at(int i) {
    return switch (flat) {
      case float[] values -> values[i];
      case double[] values -> values[i];
      case int[] values -> values[i];
      case long[] values -> values[i];
      case short[] values -> values[i];
      case byte[] values -> values[i];
      case BigInteger[] values -> values[i].doubleValue();
      default -> throw new IllegalStateException("no numbers: " + flat.getClass());
    };
  }

  @Override
  public boolean isWhole() {
    return !(flat instanceof float[] || flat instanceof double[]);
  }

  @Override
  public long wholeAt(int i) throws FormatException {
    if (flat instanceof BigInteger[] values) {
      if (values[i].bitLength() > 63) {
        throw new FormatException("the whole number " + values[i] + " in row " + (i + 1) + " is beyond 64 bits with a sign");
      }
      return values[i].longValue();
    }
    return flat instanceof long[] values ? values[i] : (long) at(i);
  }

  List<String> texts() {
    return Arrays.stream((Object[]) flat).map(text -> Objects.toString(text, null)).toList();
  }
}
