package io.scorefield.experiment.settings;

import io.scorefield.data.DataSet;
import io.scorefield.data.GaussianImputation;
import io.scorefield.data.Gaps;
import io.scorefield.io.Columns;
import io.scorefield.io.FormatException;
import io.scorefield.io.Points;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Points of a file of whose cells some are missing.
///
/// @param columns to read; empty: all
/// @param components names of the components; empty: those of the file
public record IncompleteFile(DataFile file, List<String> columns, String components, Missing missing) {
  /// What is done about missing cells.
  public enum Missing {
    /// A file with missing cells is refused.
    REFUSE,
    /// Rows with missing cells are left out.
    COMPLETE_ROWS,
    /// Missing cells are drawn.
    DRAW
  }

  DataSet load(long seed) throws IOException {
    Points points = file.readWithGaps(new Columns(columns, "data.columns"));
    String name = file.name();
    ComponentNames names = ComponentNames.of(name, points.names(), components, points.dimension());
    List<String> notes = new ArrayList<>(points.notes());
    notes.addAll(names.notes());
    Gaps all = new Gaps(points.doubles(), points.dimension());
    Gaps gaps = all.part(missing == Missing.COMPLETE_ROWS ? all.complete() : all.known());
    if (gaps.size() == 0) {
      throw new FormatException(file + ": every row has missing cells; set data.missing: draw");
    }
    if (all.missing() > 0) {
      notes.add(what(all, gaps));
    }
    try {
      double[] values = gaps.missing() == 0 ? gaps.values() : new GaussianImputation(gaps).draw(seed);
      return DataSet.of(name, points.dimension(), values, names.components(), notes);
    } catch (IllegalArgumentException e) {
      throw new FormatException(file + ": " + e.getMessage(), e);
    }
  }

  private String what(Gaps all, Gaps used) {
    int left = all.size() - used.size();
    return missing == Missing.COMPLETE_ROWS
        ? left + " of " + all.size() + " rows have missing cells and are left out: the others are like all only where cells are "
            + "missing at random, whatever the values"
        : used.missing() + " missing cells are drawn from the normal distribution under what is known of their rows"
            + (left > 0 ? "; " + left + " rows without any cell are left out" : "");
  }
}
