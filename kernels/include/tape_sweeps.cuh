// The sweeps over a tape, one operation a row: values forward, their gradient in reverse, tangents forward.
// io.scorefield.physics.TapeRunner is the twin in Java.
#pragma once
#include "rows.cuh"
#include "tape.cuh"

SF_NAMESPACE_BEGIN

// What the sweeps work in.
template <class R>
struct TapeMemory {
  R slots;
  R adjoints;   // of the slots, or their tangents
  R residuals;
};

template <class R>
SF_INLINE LaneOf<R> component(const PhysicsTerm& physics, R x, int index, int v) {
  using F = LaneOf<R>;
  return multiply_add(all<F>(physics.scale[index]), x.get(index, v), all<F>(physics.shift[index]));
}

template <class R>
SF_INLINE void fill(R rows, int row, float number) {
  for (int v = 0; v < rows.vectors(); v++) {
    rows.set(row, v, all<LaneOf<R>>(number));
  }
}

// The number of a row that is not about a loop or a purpose, to its slot.
template <class R>
SF_INLINE void tape_number(const PhysicsTerm& physics, int i, int iteration, R x, const TapeMemory<R>& memory) {
  using F = LaneOf<R>;
  const TapeRow row = physics.tape[i];
  const R slots = memory.slots;
  switch (row.operation) {
    case TapeOperation::INPUT:
      for (int v = 0; v < x.vectors(); v++) {
        slots.set(i, v, component(physics, x, row.first, v));
      }
      break;
    case TapeOperation::CONSTANT: fill(slots, i, row.immediate); break;
    case TapeOperation::COLUMN: fill(slots, i, physics.numbers[row.first + iteration]); break;
    case TapeOperation::GATHER: {
      int index = physics.indices[row.first + iteration];
      if (index < 0) {
        fill(slots, i, row.immediate);
        break;
      }
      for (int v = 0; v < x.vectors(); v++) {
        slots.set(i, v, component(physics, x, index, v));
      }
      break;
    }
    case TapeOperation::DOT:
      for (int v = 0; v < x.vectors(); v++) {
        F sum = all<F>(0.0f);
        for (int j = iteration * row.count; j < (iteration + 1) * row.count; j++) {
          int index = physics.indices[row.second + j];
          if (index >= 0) {
            sum = multiply_add(all<F>(physics.numbers[row.first + j]), component(physics, x, index, v), sum);
          }
        }
        slots.set(i, v, sum);
      }
      break;
    default:
      for (int v = 0; v < x.vectors(); v++) {
        slots.set(i, v, tape_value(row.operation, slots.get(row.first, v), slots.get(row.second, v)));
      }
  }
}

template <class R>
SF_INLINE void start_collecting(const PhysicsTerm& physics, int loop, R slots) {
  using F = LaneOf<R>;
  for (int j = loop + 1; j < physics.tape[loop].second; j++) {
    TapeOperation operation = physics.tape[j].operation;
    if (collects(operation)) {
      for (int v = 0; v < slots.vectors(); v++) {
        slots.set(j, v, collected_start<F>(operation));
      }
    }
  }
}

// Fills slots and residuals; returns the objective.
template <class R>
SF_CALL Numbers<R> tape_forward(PhysicsTerm physics, R x, TapeMemory<R> memory) {
  using F = LaneOf<R>;
  const R slots = memory.slots;
  Numbers<R> objective = everywhere(x, 0.0f);
  int begin = 0;
  int iteration = 0;
  for (int i = 0; i < physics.slots; i++) {
    const TapeRow row = physics.tape[i];
    switch (row.operation) {
      case TapeOperation::LOOP:
        begin = i;
        iteration = 0;
        start_collecting(physics, i, slots);
        break;
      case TapeOperation::END:
        iteration++;
        if (iteration < physics.tape[begin].count) {
          i = begin;
        } else {
          iteration = 0;
        }
        break;
      case TapeOperation::TOTAL:
      case TapeOperation::LEAST:
      case TapeOperation::LARGEST:
        for (int v = 0; v < x.vectors(); v++) {
          slots.set(i, v, collected(row.operation, slots.get(i, v), slots.get(row.first, v)));
        }
        break;
      case TapeOperation::RESIDUAL:
        for (int v = 0; v < x.vectors(); v++) {
          memory.residuals.set(row.second + iteration, v, row.immediate * slots.get(row.first, v));
        }
        break;
      case TapeOperation::OBJECTIVE:
        for (int v = 0; v < x.vectors(); v++) {
          objective[v] = multiply_add(all<F>(row.immediate), slots.get(row.first, v), objective[v]);
        }
        break;
      default: tape_number(physics, i, iteration, x, memory);
    }
  }
  return objective;
}

// What the adjoint of row i adds to those of its operands, or to the gradient.
template <class R>
SF_INLINE void tape_reverse_row(
    const PhysicsTerm& physics, int i, int iteration, const Numbers<R>& objective_seeds, const TapeMemory<R>& memory,
    R gradient) {
  using F = LaneOf<R>;
  const TapeRow row = physics.tape[i];
  const R slots = memory.slots;
  const R adjoints = memory.adjoints;
  const F zero = all<F>(0.0f);
  for (int v = 0; v < gradient.vectors(); v++) {
    F d = adjoints.get(i, v);
    switch (row.operation) {
      case TapeOperation::INPUT: add(gradient, row.first, v, d * physics.scale[row.first]); break;
      case TapeOperation::GATHER: {
        int index = physics.indices[row.first + iteration];
        if (index >= 0) {
          add(gradient, index, v, d * physics.scale[index]);
        }
        break;
      }
      case TapeOperation::DOT:
        for (int j = iteration * row.count; j < (iteration + 1) * row.count; j++) {
          int index = physics.indices[row.second + j];
          if (index >= 0) {
            add(gradient, index, v, d * (physics.numbers[row.first + j] * physics.scale[index]));
          }
        }
        break;
      case TapeOperation::TOTAL: add(adjoints, row.first, v, d); break;
      case TapeOperation::LEAST:
      case TapeOperation::LARGEST: {
        // The first that attains it takes all.
        auto attains = slots.get(row.first, v) == slots.get(i, v);
        add(adjoints, row.first, v, select(attains, d, zero));
        adjoints.set(i, v, select(attains, zero, d));
        break;
      }
      case TapeOperation::RESIDUAL:
        add(adjoints, row.first, v, row.immediate * memory.residuals.get(row.second + iteration, v));
        break;
      case TapeOperation::OBJECTIVE: add(adjoints, row.first, v, row.immediate * objective_seeds[v]); break;
      case TapeOperation::CONSTANT:
      case TapeOperation::COLUMN:
      case TapeOperation::LOOP:
      case TapeOperation::END: break;
      default: {
        F to_first;
        F to_second;
        tape_adjoint(
            row.operation, d, slots.get(row.first, v), slots.get(row.second, v), slots.get(i, v), to_first, to_second);
        add(adjoints, row.first, v, to_first);
        add(adjoints, row.second, v, to_second);
      }
    }
  }
}

// The gradient with respect to x of residuals . seeds, which lie where the residuals were, and of the objective.
template <class R>
SF_CALL void tape_reverse(
    PhysicsTerm physics, int dimension, R x, GivenNumbers<R> objective_seeds, TapeMemory<R> memory, R gradient) {
  clear(gradient, dimension);
  clear(memory.adjoints, physics.slots);
  int end = -1;
  int begin = -1;  // of the loop that is being run
  int iteration = 0;
  for (int i = physics.slots - 1; i >= 0; i--) {
    if (begin < 0 && physics.tape[i].operation == TapeOperation::END) {
      end = i;
      begin = physics.tape[i].first;
      iteration = -1;
    }
    if (i == begin || i == end) {
      if (i == begin || iteration < 0) {
        iteration++;
      }
      if (iteration >= physics.tape[begin].count) {
        i = begin;
        begin = -1;
        end = -1;
        iteration = 0;
        continue;
      }
      // The numbers of the iteration are computed again: slots hold those of the last one.
      for (int j = begin + 1; j < end; j++) {
        TapeOperation operation = physics.tape[j].operation;
        if (!collects(operation)) {
          clear(memory.adjoints.from(j), 1);
          if (operation < TapeOperation::RESIDUAL) {
            tape_number(physics, j, iteration, x, memory);
          }
        }
      }
      i = end;
      continue;
    }
    tape_reverse_row(physics, i, begin < 0 ? 0 : iteration, objective_seeds, memory, gradient);
  }
}

// The tangent of a row whose number is in its slot already.
template <class R>
SF_INLINE LaneOf<R> tape_tangent(
    const PhysicsTerm& physics, int i, int iteration, R direction, const TapeMemory<R>& memory, int v) {
  using F = LaneOf<R>;
  const TapeRow row = physics.tape[i];
  const R slots = memory.slots;
  const R tangents = memory.adjoints;
  const F zero = all<F>(0.0f);
  if (row.operation == TapeOperation::INPUT) {
    return direction.get(row.first, v) * physics.scale[row.first];
  }
  if (row.operation == TapeOperation::GATHER) {
    int index = physics.indices[row.first + iteration];
    return index < 0 ? zero : direction.get(index, v) * physics.scale[index];
  }
  F tangent = zero;
  if (row.operation == TapeOperation::DOT) {
    for (int j = iteration * row.count; j < (iteration + 1) * row.count; j++) {
      int index = physics.indices[row.second + j];
      if (index >= 0) {
        tangent = multiply_add(
            all<F>(physics.numbers[row.first + j]), direction.get(index, v) * physics.scale[index], tangent);
      }
    }
  } else if (computes(row.operation)) {
    F slope_a;
    F slope_b;
    tape_adjoint(
        row.operation, all<F>(1.0f), slots.get(row.first, v), slots.get(row.second, v), slots.get(i, v), slope_a,
        slope_b);
    F a = tangents.get(row.first, v);
    F b = tangents.get(row.second, v);
    // A tangent of 0 adds nothing, whatever the derivative.
    tangent = select(a == 0.0f, zero, a * slope_a) + select(b == 0.0f, zero, b * slope_b);
  }
  return tangent;
}

// What the iterations of a loop have collected, and its tangent, after one more.
template <class R>
SF_INLINE void collect_tangent(const TapeRow& row, int i, const TapeMemory<R>& memory) {
  using F = LaneOf<R>;
  const R slots = memory.slots;
  const R tangents = memory.adjoints;
  for (int v = 0; v < slots.vectors(); v++) {
    F a = slots.get(row.first, v);
    F so_far = slots.get(i, v);
    if (row.operation == TapeOperation::TOTAL) {
      slots.set(i, v, so_far + a);
      add(tangents, i, v, tangents.get(row.first, v));
    } else {
      auto better = row.operation == TapeOperation::LEAST ? a < so_far : a > so_far;
      slots.set(i, v, select(better, a, so_far));
      tangents.set(i, v, select(better, tangents.get(row.first, v), tangents.get(i, v)));
    }
  }
}

// J direction, to `change`.
template <class R>
SF_CALL void tape_along(PhysicsTerm physics, R x, R direction, TapeMemory<R> memory, R change) {
  const R tangents = memory.adjoints;
  int begin = 0;
  int iteration = 0;
  for (int i = 0; i < physics.slots; i++) {
    const TapeRow row = physics.tape[i];
    switch (row.operation) {
      case TapeOperation::LOOP:
        begin = i;
        iteration = 0;
        start_collecting(physics, i, memory.slots);
        clear(tangents.from(i), row.second - i);
        break;
      case TapeOperation::END:
        iteration++;
        if (iteration < physics.tape[begin].count) {
          i = begin;
        } else {
          iteration = 0;
        }
        break;
      case TapeOperation::TOTAL:
      case TapeOperation::LEAST:
      case TapeOperation::LARGEST: collect_tangent(row, i, memory); break;
      case TapeOperation::RESIDUAL:
        for (int v = 0; v < x.vectors(); v++) {
          change.set(row.second + iteration, v, row.immediate * tangents.get(row.first, v));
        }
        break;
      case TapeOperation::OBJECTIVE: break;
      default:
        tape_number(physics, i, iteration, x, memory);
        for (int v = 0; v < x.vectors(); v++) {
          tangents.set(i, v, tape_tangent(physics, i, iteration, direction, memory, v));
        }
    }
  }
}

SF_NAMESPACE_END
