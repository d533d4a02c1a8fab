package io.scorefield.network.program;

import io.scorefield.network.Architecture.Block;
import java.util.ArrayList;
import java.util.List;

/// Operations on matrices: each row makes one value of those before it.
///
/// @param rows in an order in which they can be executed
/// @param parameters named pieces of the flat parameters, without gaps
public record Program(List<Row> rows, List<Block> parameters) {
  public Program {
    rows = List.copyOf(rows);
    parameters = List.copyOf(parameters);
  }

  /// Which rows are wanted by the given ones, directly or not.
  public boolean[] behind(boolean[] wanted) {
    boolean[] needed = wanted.clone();
    for (int i = rows.size() - 1; i >= 0; i--) {
      Row row = rows.get(i);
      if (needed[i] && row.first() >= 0) {
        needed[row.first()] = true;
      }
      if (needed[i] && row.second() >= 0) {
        needed[row.second()] = true;
      }
    }
    return needed;
  }

  /// The same program without rows that nothing is made of.
  public Program withoutIdleRows() {
    boolean[] wanted = new boolean[rows.size()];
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = rows.get(i).operation().sink();
    }
    boolean[] needed = behind(wanted);
    int[] moved = new int[rows.size()];
    List<Row> kept = new ArrayList<>();
    for (int i = 0; i < moved.length; i++) {
      Row row = rows.get(i);
      if (needed[i]) {
        moved[i] = kept.size();
        kept.add(
            new Row(
                row.operation(), row.space(), row.width(), row.first() < 0 ? -1 : moved[row.first()],
                row.second() < 0 ? -1 : moved[row.second()], row.immediate(), row.attachment()));
      }
    }
    return new Program(kept, parameters);
  }

  /// The rows that must be executed for the network's result: those behind the outputs to {@link Port.Channel#RESULT}. The
  /// others are the way back.
  public boolean[] forward() {
    boolean[] results = new boolean[rows.size()];
    for (int i = 0; i < results.length; i++) {
      Row row = rows.get(i);
      results[i] = row.operation() == Operation.OUTPUT && row.port().channel() == Port.Channel.RESULT;
    }
    return behind(results);
  }

  /// Multiply-adds of linear maps for one sample.
  public long multiplyAdds() {
    long sum = 0;
    for (Row row : rows) {
      sum +=
          switch (row.operation()) {
            case LINEAR, LINEAR_TRANSPOSED, WEIGHT_GRADIENT ->
                (long) row.space().positions() * row.weights().in() * row.weights().out();
            default -> 0;
          };
    }
    return sum;
  }
}
