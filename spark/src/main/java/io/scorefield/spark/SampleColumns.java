package io.scorefield.spark;

import io.scorefield.config.ConfigException;
import io.scorefield.experiment.model.Model;
import io.scorefield.io.FormatException;
import io.scorefield.io.Layout;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/// The columns of a table of samples: the number of the sample, then its components.
///
/// @param names of the components, [D]
/// @param origin [D]; a column holds origin + the number that the engine made, as double precision where any is not 0
public record SampleColumns(List<String> names, double[] origin) implements Serializable {
  private static final long serialVersionUID = 1L;

  /// The column of the number of a sample.
  public static final String NUMBER = "sample";

  public SampleColumns {
    names = List.copyOf(names);
    if (names.contains(NUMBER)) {
      throw new ConfigException(
          "a component of the data is named '" + NUMBER + "', as the column of the samples' numbers is; rename it with data.components");
    }
  }

  static SampleColumns of(Model model) {
    Layout layout = model.layout();
    return new SampleColumns(layout.names(), layout.origin());
  }

  /// D.
  public int dimension() {
    return origin.length;
  }

  /// Whether float32 cannot hold the numbers.
  private boolean isDouble() {
    return Arrays.stream(origin).anyMatch(o -> o != 0);
  }

  /// The columns for Spark; none has missing values.
  public StructType schema() {
    DataType number = isDouble() ? DataTypes.DoubleType : DataTypes.FloatType;
    StructField[] fields = new StructField[1 + names.size()];
    fields[0] = DataTypes.createStructField(NUMBER, DataTypes.LongType, false);
    for (int d = 0; d < names.size(); d++) {
      fields[1 + d] = DataTypes.createStructField(names.get(d), number, false);
    }
    return DataTypes.createStructType(fields);
  }

  /// The row of a sample.
  ///
  /// @param block numbers less the origin
  /// @param at where the sample begins in it
  /// @throws FormatException when a number is not finite or beyond the range of float32
  Row row(long number, float[] block, int at) throws FormatException {
    boolean doubles = isDouble();
    Object[] cells = new Object[1 + origin.length];
    cells[0] = number;
    for (int d = 0; d < origin.length; d++) {
      double value = origin[d] + block[at + d];
      if (!(Math.abs(value) <= Float.MAX_VALUE)) {
        throw new FormatException(
            "component '" + names.get(d) + "' of sample " + number + " is " + value + "; float32 ends at 3.4e38, so use data in other units");
      }
      cells[1 + d] = doubles ? (Object) value : (Object) block[at + d];
    }
    return RowFactory.create(cells);
  }

  /// Puts the components of a row that {@link #row} has made into a block, less the origin; NaN where a cell is empty.
  ///
  /// @param row of the components alone, in their order
  void read(Row row, float[] block, int at) {
    for (int d = 0; d < origin.length; d++) {
      block[at + d] = row.isNullAt(d) ? Float.NaN : (float) (((Number) row.get(d)).doubleValue() - origin[d]);
    }
  }
}
