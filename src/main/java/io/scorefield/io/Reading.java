package io.scorefield.io;

import java.util.List;

/// How a table is read where its file leaves that open.
///
/// @param delimiter between the cells of a file of text
/// @param missing cells that count as missing beside those that are empty, NaN, NA, n/a and null: texts, or numbers such as -999
/// @param dataset which array of a .npz file, or dataset or group of an HDF5 file; empty: the usual one
/// @param prefix of the settings that say so, for messages: `data.`, or `--` of a command's options
public record Reading(Delimiter delimiter, List<String> missing, String dataset, String prefix) {
  /// As files say it themselves.
  public static final Reading USUAL = new Reading(Delimiter.AUTO, List.of(), "");

  public Reading {
    missing = missing.stream().map(String::strip).toList();
  }

  /// As the keys of a configuration say it.
  public Reading(Delimiter delimiter, List<String> missing, String dataset) {
    this(delimiter, missing, dataset, "data.");
  }

  /// A setting as messages call it: `data.dataset`, or `--dataset`.
  String key(String name) {
    return prefix + name;
  }

  /// Whether a cell says nothing.
  boolean isMissing(String cell) {
    return IncompleteTable.isMissing(cell) || isMark(cell);
  }

  /// Whether a cell is one of those that are to count as missing.
  boolean isMark(String cell) {
    String text = cell.strip();
    return !missing.isEmpty()
        && (missing.contains(text) || Decimal.isPlain(text) && isMissing(Double.parseDouble(text)));
  }

  /// Whether a number stands for a missing one.
  boolean isMissing(double value) {
    if (Double.isNaN(value)) {
      return true;
    }
    for (String mark : missing) {
      if (Decimal.isPlain(mark) && Double.parseDouble(mark) == value) {
        return true;
      }
    }
    return false;
  }
}
