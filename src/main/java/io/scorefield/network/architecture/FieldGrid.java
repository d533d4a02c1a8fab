package io.scorefield.network.architecture;

import io.scorefield.network.program.Links;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;
import java.util.ArrayList;
import java.util.List;

/// A regular grid that fields lie on, the last index varying fastest: its cells, the links between neighbours, and those
/// between it and the grid of half its extents.
///
/// @param extents cells along each axis, one or two of them
/// @param periodic whether the last cell of an axis and the first are neighbours
public record FieldGrid(List<Integer> extents, boolean periodic) {
  public FieldGrid {
    extents = List.copyOf(extents);
    if (extents.isEmpty() || extents.size() > 2 || extents.stream().anyMatch(extent -> extent < 1)) {
      throw new IllegalArgumentException("a grid of " + extents + " cells; it must have one or two axes");
    }
  }

  /// The number of cells, P.
  public int cells() {
    return extents.stream().reduce(1, Math::multiplyExact);
  }

  /// What values on the grid are over.
  public Space space() {
    return new Space("cell of " + this, cells());
  }

  /// Whether each extent is even.
  public boolean halves() {
    return extents.stream().allMatch(extent -> extent % 2 == 0);
  }

  /// The grid of half the extents.
  public FieldGrid halved() {
    if (!halves()) {
      throw new IllegalArgumentException("a grid of " + this + " cells cannot be halved");
    }
    return new FieldGrid(extents.stream().map(extent -> extent / 2).toList(), periodic);
  }

  /// To every cell the cell of the halved grid that it is part of.
  public Links parts() {
    FieldGrid coarse = halved();
    return Links.of(
        coarse.space(), space(),
        cell -> {
          int[] at = place(cell);
          for (int axis = 0; axis < at.length; axis++) {
            at[axis] /= 2;
          }
          return coarse.cell(at);
        });
  }

  /// The steps from a cell to itself and its neighbours, corners included: 3 or 9.
  public List<int[]> steps() {
    List<int[]> steps = new ArrayList<>();
    int count = extents.size() == 1 ? 3 : 9;
    for (int i = 0; i < count; i++) {
      steps.add(extents.size() == 1 ? new int[] {i - 1} : new int[] {i / 3 - 1, i % 3 - 1});
    }
    return steps;
  }

  /// To every cell the cell that lies a step from it; beyond the edge none, or, of a periodic grid, the cell at the other
  /// end.
  public Links neighbours(int[] step) {
    return Links.of(
        space(), space(),
        cell -> {
          int[] at = place(cell);
          for (int axis = 0; axis < at.length; axis++) {
            at[axis] += step[axis];
            if (periodic) {
              at[axis] = Math.floorMod(at[axis], extents.get(axis));
            } else if (at[axis] < 0 || at[axis] >= extents.get(axis)) {
              return Links.NONE;
            }
          }
          return cell(at);
        });
  }

  /// Where each cell is, [P, axes], its centre along an axis that goes from -1 to 1.
  public Value places(ProgramBuilder builder) {
    double[] places = new double[cells() * extents.size()];
    for (int cell = 0; cell < cells(); cell++) {
      int[] at = place(cell);
      for (int axis = 0; axis < at.length; axis++) {
        places[cell * at.length + axis] = (2.0 * at[axis] + 1) / extents.get(axis) - 1;
      }
    }
    return builder.constant(space(), extents.size(), places);
  }

  /// The fields of the network's input, [P, fields].
  Value input(ProgramBuilder builder, int fields) {
    return builder.input(space(), fields, port(Channel.INPUT));
  }

  /// Hands on the fields of the network's output, [P, fields].
  void output(ProgramBuilder builder, Value fields) {
    builder.output(fields, port(Channel.RESULT));
  }

  /// One field after the other.
  private Port port(Channel channel) {
    return new Port(channel, 0, 1, cells());
  }

  private int[] place(int cell) {
    return extents.size() == 1 ? new int[] {cell} : new int[] {cell / extents.get(1), cell % extents.get(1)};
  }

  private int cell(int[] place) {
    return extents.size() == 1 ? place[0] : place[0] * extents.get(1) + place[1];
  }

  /// Such as 16 x 16.
  @Override
  public String toString() {
    return String.join(" x ", extents.stream().map(String::valueOf).toList());
  }
}
