package io.scorefield.network.program;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// A program without what it hands out, to be gone on with: what it was made of, and what it would have written.
///
/// @param builder holds the rows
/// @param inputs in the order of the rows
/// @param outputs likewise
public record Body(ProgramBuilder builder, List<End> inputs, List<End> outputs) {
  /// A value that is read from, or was to be written to, a port of the program as it was.
  public record End(Value value, Port port) {}

  /// @param moved where the numbers of an input are now
  public static Body of(Program program, UnaryOperator<Port> moved) {
    int[] places = new int[program.rows().size()];
    List<Row> kept = new ArrayList<>();
    for (int i = 0; i < places.length; i++) {
      Row row = program.rows().get(i);
      places[i] = kept.size();
      if (row.operation() != Operation.OUTPUT) {
        kept.add(
            new Row(
                row.operation(), row.space(), row.width(), row.first() < 0 ? -1 : places[row.first()],
                row.second() < 0 ? -1 : places[row.second()], row.immediate(),
                row.operation() == Operation.INPUT ? moved.apply(row.port()) : row.attachment()));
      }
    }
    ProgramBuilder builder = new ProgramBuilder(new Program(kept, program.parameters()));
    List<End> inputs = new ArrayList<>();
    List<End> outputs = new ArrayList<>();
    for (int i = 0; i < places.length; i++) {
      Row row = program.rows().get(i);
      if (row.operation() == Operation.INPUT) {
        inputs.add(new End(builder.value(places[i]), row.port()));
      } else if (row.operation() == Operation.OUTPUT) {
        outputs.add(new End(builder.value(places[row.first()]), row.port()));
      }
    }
    return new Body(builder, inputs, outputs);
  }
}
