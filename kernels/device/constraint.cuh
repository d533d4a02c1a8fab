// The laws of one sample: losses of a tape's residuals, their gradient, and the projection. A tape is interpreted, one
// operation a row, forward and in reverse; io.scorefield.physics.TapeRunner has the same sweeps.
#pragma once
#include "group.cuh"
#include "tape.cuh"

SF_NAMESPACE_BEGIN

struct TapeMemory {
  Rows slots;
  Rows adjoints;
  Rows residuals;
  Rows room;  // for projections: step, slope and direction [D] each, and J direction [residuals]
};

SF_DEVICE float tape_component(const Constraint& constraint, int index, Rows x, int s) {
  return multiply_add(constraint.scale[index], x(index, s), constraint.shift[index]);
}

// The number of a row that is not about a loop or a purpose.
SF_DEVICE float tape_number(
    const Constraint& constraint, const TapeRow& row, int iteration, Rows x, const TapeMemory& memory, int s) {
  switch (row.operation) {
    case TapeOperation::INPUT: return tape_component(constraint, row.first, x, s);
    case TapeOperation::CONSTANT: return row.immediate;
    case TapeOperation::COLUMN: return constraint.numbers[row.first + iteration];
    case TapeOperation::GATHER: {
      int index = constraint.indices[row.first + iteration];
      return index < 0 ? row.immediate : tape_component(constraint, index, x, s);
    }
    case TapeOperation::DOT: {
      float sum = 0;
      for (int j = iteration * row.count; j < (iteration + 1) * row.count; j++) {
        int index = constraint.indices[row.second + j];
        if (index >= 0) {
          sum = multiply_add(constraint.numbers[row.first + j], tape_component(constraint, index, x, s), sum);
        }
      }
      return sum;
    }
    default: return tape_value(row.operation, memory.slots(row.first, s), memory.slots(row.second, s));
  }
}

SF_DEVICE void tape_start(const Constraint& constraint, int loop, const TapeMemory& memory, int s) {
  for (int j = loop + 1; j < constraint.tape[loop].second; j++) {
    if (collects(constraint.tape[j].operation)) {
      memory.slots(j, s) = collected_start<float>(constraint.tape[j].operation);
    }
  }
}

// Fills slots and residuals; returns the objective.
SF_DEVICE_CALL float tape_forward(Constraint constraint, Rows x, TapeMemory memory, int s) {
  float objective = 0;
  int begin = 0;
  int iteration = 0;
  for (int i = 0; i < constraint.slots; i++) {
    TapeRow row = constraint.tape[i];
    switch (row.operation) {
      case TapeOperation::LOOP:
        begin = i;
        iteration = 0;
        tape_start(constraint, i, memory, s);
        break;
      case TapeOperation::END:
        iteration++;
        if (iteration < constraint.tape[begin].count) {
          i = begin;
        } else {
          iteration = 0;
        }
        break;
      case TapeOperation::TOTAL:
      case TapeOperation::LEAST:
      case TapeOperation::LARGEST:
        memory.slots(i, s) = collected(row.operation, memory.slots(i, s), memory.slots(row.first, s));
        break;
      case TapeOperation::RESIDUAL:
        memory.residuals(row.second + iteration, s) = row.immediate * memory.slots(row.first, s);
        break;
      case TapeOperation::OBJECTIVE:
        objective = multiply_add(row.immediate, memory.slots(row.first, s), objective);
        break;
      default: memory.slots(i, s) = tape_number(constraint, row, iteration, x, memory, s);
    }
  }
  return objective;
}

SF_DEVICE void tape_reverse_row(
    const Constraint& constraint, int i, int iteration, float objective_seed, const TapeMemory& memory, Rows gradient,
    int s) {
  TapeRow row = constraint.tape[i];
  float d = memory.adjoints(i, s);
  switch (row.operation) {
    case TapeOperation::INPUT: gradient(row.first, s) += d * constraint.scale[row.first]; break;
    case TapeOperation::GATHER: {
      int index = constraint.indices[row.first + iteration];
      if (index >= 0) {
        gradient(index, s) += d * constraint.scale[index];
      }
      break;
    }
    case TapeOperation::DOT:
      for (int j = iteration * row.count; j < (iteration + 1) * row.count; j++) {
        int index = constraint.indices[row.second + j];
        if (index >= 0) {
          gradient(index, s) += d * (constraint.numbers[row.first + j] * constraint.scale[index]);
        }
      }
      break;
    case TapeOperation::TOTAL: memory.adjoints(row.first, s) += d; break;
    case TapeOperation::LEAST:
    case TapeOperation::LARGEST:
      if (memory.slots(row.first, s) == memory.slots(i, s)) {
        memory.adjoints(row.first, s) += d;
        memory.adjoints(i, s) = 0.0f;  // the first that attains it takes all
      }
      break;
    case TapeOperation::RESIDUAL:
      memory.adjoints(row.first, s) += row.immediate * memory.residuals(row.second + iteration, s);
      break;
    case TapeOperation::OBJECTIVE: memory.adjoints(row.first, s) += row.immediate * objective_seed; break;
    case TapeOperation::CONSTANT:
    case TapeOperation::COLUMN:
    case TapeOperation::LOOP:
    case TapeOperation::END: break;
    default: {
      float to_first;
      float to_second;
      tape_adjoint(
          row.operation, d, memory.slots(row.first, s), memory.slots(row.second, s), memory.slots(i, s), to_first,
          to_second);
      memory.adjoints(row.first, s) += to_first;
      memory.adjoints(row.second, s) += to_second;
    }
  }
}

// The gradient with respect to x of residuals . seeds, which lie where the residuals were, and of the objective.
SF_DEVICE_CALL void tape_reverse(
    Constraint constraint, int dimension, Rows x, float objective_seed, TapeMemory memory, Rows gradient, int s) {
  for (int d = 0; d < dimension; d++) {
    gradient(d, s) = 0.0f;
  }
  for (int i = 0; i < constraint.slots; i++) {
    memory.adjoints(i, s) = 0.0f;
  }
  int end = -1;
  int begin = -1;  // of the loop that is being run
  int iteration = 0;
  for (int i = constraint.slots - 1; i >= 0; i--) {
    if (begin < 0 && constraint.tape[i].operation == TapeOperation::END) {
      end = i;
      begin = constraint.tape[i].first;
      iteration = -1;
    }
    if (i == begin || i == end) {
      if (i == begin || iteration < 0) {
        iteration++;
      }
      if (iteration >= constraint.tape[begin].count) {
        i = begin;
        begin = -1;
        end = -1;
        iteration = 0;
        continue;
      }
      // The numbers of the iteration are computed again: slots hold those of the last one.
      for (int j = begin + 1; j < end; j++) {
        TapeRow row = constraint.tape[j];
        if (!collects(row.operation)) {
          memory.adjoints(j, s) = 0.0f;
          if (row.operation < TapeOperation::RESIDUAL) {
            memory.slots(j, s) = tape_number(constraint, row, iteration, x, memory, s);
          }
        }
      }
      i = end;
      continue;
    }
    tape_reverse_row(constraint, i, begin < 0 ? 0 : iteration, objective_seed, memory, gradient, s);
  }
}

// J direction, to `change`.
SF_DEVICE_CALL void tape_along(Constraint constraint, Rows x, Rows direction, TapeMemory memory, Rows change, int s) {
  Rows tangents = memory.adjoints;
  int begin = 0;
  int iteration = 0;
  for (int i = 0; i < constraint.slots; i++) {
    TapeRow row = constraint.tape[i];
    switch (row.operation) {
      case TapeOperation::LOOP:
        begin = i;
        iteration = 0;
        tape_start(constraint, i, memory, s);
        for (int j = i; j < row.second; j++) {
          tangents(j, s) = 0.0f;
        }
        continue;
      case TapeOperation::END:
        iteration++;
        if (iteration < constraint.tape[begin].count) {
          i = begin;
        } else {
          iteration = 0;
        }
        continue;
      case TapeOperation::OBJECTIVE: continue;
      case TapeOperation::RESIDUAL:
        change(row.second + iteration, s) = row.immediate * tangents(row.first, s);
        continue;
      case TapeOperation::TOTAL:
        memory.slots(i, s) += memory.slots(row.first, s);
        tangents(i, s) += tangents(row.first, s);
        continue;
      case TapeOperation::LEAST:
      case TapeOperation::LARGEST: {
        float a = memory.slots(row.first, s);
        float so_far = memory.slots(i, s);
        if (row.operation == TapeOperation::LEAST ? a < so_far : a > so_far) {
          memory.slots(i, s) = a;
          tangents(i, s) = tangents(row.first, s);
        }
        continue;
      }
      default: break;
    }
    float value = tape_number(constraint, row, iteration, x, memory, s);
    float tangent = 0;
    if (row.operation == TapeOperation::INPUT) {
      tangent = direction(row.first, s) * constraint.scale[row.first];
    } else if (row.operation == TapeOperation::GATHER) {
      int index = constraint.indices[row.first + iteration];
      tangent = index < 0 ? 0.0f : direction(index, s) * constraint.scale[index];
    } else if (row.operation == TapeOperation::DOT) {
      for (int j = iteration * row.count; j < (iteration + 1) * row.count; j++) {
        int index = constraint.indices[row.second + j];
        if (index >= 0) {
          tangent =
              multiply_add(constraint.numbers[row.first + j], direction(index, s) * constraint.scale[index], tangent);
        }
      }
    } else if (computes(row.operation)) {
      float slope_a;
      float slope_b;
      tape_adjoint(
          row.operation, 1.0f, memory.slots(row.first, s), memory.slots(row.second, s), value, slope_a, slope_b);
      float a = tangents(row.first, s);
      float b = tangents(row.second, s);
      // A tangent of 0 adds nothing, whatever the derivative.
      tangent = (a == 0.0f ? 0.0f : a * slope_a) + (b == 0.0f ? 0.0f : b * slope_b);
    }
    memory.slots(i, s) = value;
    tangents(i, s) = tangent;
  }
}

// Returns residual_factor * loss + objective_factor * objective at x and writes its gradient. Where the limit is positive,
// a residual beyond it counts as the limit.
SF_DEVICE float constraint_gradient(
    Constraint constraint, PhysicsLoss loss, float residual_factor, float limit, float objective_factor, int dimension,
    Rows x, TapeMemory memory, Rows gradient, int s) {
  float objective = tape_forward(constraint, x, memory, s);
  float squares = 0;
  float absolutes = 0;
  for (int j = 0; j < constraint.residual_count; j++) {
    float r = limited(memory.residuals(j, s), limit);
    squares = multiply_add(r, r, squares);
    absolutes += absolute(r);
  }
  float norm = square_root(squares);
  for (int j = 0; j < constraint.residual_count; j++) {
    float r = memory.residuals(j, s);
    float seed = beyond(r, limit) ? 0.0f : r;
    if (loss == PhysicsLoss::ABSOLUTE) {
      seed = sign(r);
    } else if (loss == PhysicsLoss::NORM) {
      seed = norm == 0.0f ? 0.0f : r / norm;
    }
    memory.residuals(j, s) = residual_factor * seed;
  }
  tape_reverse(constraint, dimension, x, objective_factor, memory, gradient, s);
  float value = loss == PhysicsLoss::ABSOLUTE ? absolutes : loss == PhysicsLoss::NORM ? norm : 0.5f * squares;
  return multiply_add(objective_factor, objective, residual_factor * value);
}

SF_DEVICE float dot_rows(Rows a, int count, int s) {
  float sum = 0;
  for (int i = 0; i < count; i++) {
    sum = multiply_add(a(i, s), a(i, s), sum);
  }
  return sum;
}

// Moves x onto the constraint by conjugate gradients on least squares; io.scorefield.engine.PhysicsTerm says how.
SF_DEVICE void constraint_project(const Constraint& constraint, int dimension, Rows x, TapeMemory memory, int s) {
  Rows step = memory.room;
  Rows slope = memory.room.from(dimension);
  Rows direction = memory.room.from(2 * dimension);
  Rows change = memory.room.from(3 * dimension);
  for (int sweep = 0; sweep < constraint.sweeps; sweep++) {
    tape_forward(constraint, x, memory, s);
    tape_reverse(constraint, dimension, x, 0.0f, memory, slope, s);
    for (int d = 0; d < dimension; d++) {
      step(d, s) = 0.0f;
      direction(d, s) = slope(d, s);
    }
    float gamma = dot_rows(slope, dimension, s);
    // Where there is no direction to go, or none that is a number, nothing moves.
    for (int k = 0; k < constraint.iterations && gamma > 0.0f; k++) {
      tape_along(constraint, x, direction, memory, change, s);
      float length = dot_rows(change, constraint.residual_count, s);
      if (!(length > 0.0f)) {
        break;
      }
      float alpha = gamma / length;
      for (int d = 0; d < dimension; d++) {
        step(d, s) = multiply_add(alpha, direction(d, s), step(d, s));
      }
      for (int j = 0; j < constraint.residual_count; j++) {
        memory.residuals(j, s) = multiply_add(-alpha, change(j, s), memory.residuals(j, s));
      }
      if (k == constraint.iterations - 1) {
        break;
      }
      tape_reverse(constraint, dimension, x, 0.0f, memory, slope, s);
      float next = dot_rows(slope, dimension, s);
      float beta = next / gamma;
      for (int d = 0; d < dimension; d++) {
        direction(d, s) = multiply_add(beta, direction(d, s), slope(d, s));
      }
      gamma = next;
    }
    for (int d = 0; d < dimension; d++) {
      x(d, s) -= step(d, s);
    }
  }
}

SF_NAMESPACE_END
