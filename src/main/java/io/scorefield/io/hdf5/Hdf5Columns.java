package io.scorefield.io.hdf5;

import io.scorefield.io.ColumnFile;
import java.io.IOException;
import java.util.List;

/// Columns of an HDF5 file: datasets of one axis and one length, or the members of a compound dataset.
///
/// @param arrays of the columns; one of another kind is not read
record Hdf5Columns(List<Column> columns, List<Hdf5Array> arrays, long rows) implements ColumnFile {
  @Override
  public List<String> notes() {
    return List.of();
  }

  @Override
  public void numbers(int[] places, Sink sink) {
    for (int as = 0; as < places.length; as++) {
      Hdf5Array array = arrays.get(places[as]);
      for (int i = 0; i < rows; i++) {
        sink.put(i, as, array.at(i));
      }
    }
  }

  @Override
  public boolean isWhole(int place) {
    return arrays.get(place).isWhole();
  }

  @Override
  public void wholes(int place, WholeSink sink) throws IOException {
    for (int i = 0; i < rows; i++) {
      sink.put(i, arrays.get(place).wholeAt(i), false);
    }
  }

  @Override
  public List<String> texts(int place) {
    return arrays.get(place).texts();
  }
}
