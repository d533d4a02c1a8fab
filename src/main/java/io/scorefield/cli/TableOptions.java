package io.scorefield.cli;

import io.scorefield.io.Columns;
import io.scorefield.io.Delimiter;
import io.scorefield.io.Reading;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/// The options of how a file of points or a table is read where the file leaves that open; they have the names of keys of `data`.
final class TableOptions {
  @Option(
      names = "--delimiter",
      paramLabel = "WHICH",
      defaultValue = "auto",
      description = "What stands between the cells of a file of text: comma, semicolon, tab or space (default: what its first line shows).")
  private Delimiter delimiter;

  @Option(
      names = "--missing-marks",
      split = ",",
      paramLabel = "MARK",
      description = "Cells that count as missing beside empty ones, NaN, NA, n/a and null, such as -999; several with commas.")
  private List<String> marks = new ArrayList<>();

  @Option(
      names = "--dataset",
      paramLabel = "NAME",
      defaultValue = "",
      description = "Which array of a .npz file, or dataset or group of an HDF5 file, where it has several.")
  private String dataset;

  /// As these options say.
  Reading reading() {
    return new Reading(delimiter, marks, dataset, "--");
  }

  /// Some columns, chosen by `--columns`.
  static Columns columns(List<String> wanted) {
    return wanted.isEmpty() ? Columns.ALL : new Columns(wanted, "--columns");
  }
}
