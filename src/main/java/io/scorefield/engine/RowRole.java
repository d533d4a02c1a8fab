package io.scorefield.engine;

/// What a row of a {@link StepProgram} is for. Engines do not ask; what changes a program, as guidance does, or follows it
/// does.
public enum RowRole {
  /// A part of a step that a later row completes: the state is between two noise levels.
  STAGE,
  /// Brings the state to the noise level after the row, alone or as the last of its stages.
  STEP,
  /// Moves the state towards the distribution of the noise level where it is, as Langevin's dynamics does.
  CORRECTION,
  /// Puts the finished sample onto the laws.
  PROJECTION
}
