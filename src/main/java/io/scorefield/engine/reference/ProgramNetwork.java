package io.scorefield.engine.reference;

import io.scorefield.network.NetworkProgram;
import io.scorefield.network.NetworkProgram.Way;
import io.scorefield.network.program.Program;

/// A network program in double precision: its rows are executed one after the other, sample by sample.
final class ProgramNetwork implements ReferenceNetwork {
  final NetworkProgram network;
  final float[] parameters;

  ProgramNetwork(NetworkProgram network) {
    this.network = network;
    parameters = new float[network.parameterCount()];
  }

  @Override
  public int dimension() {
    return network.dimension();
  }

  @Override
  public void load(float[] given, int part, int parts) {
    int from = Workers.begin(given.length, parts, part);
    System.arraycopy(given, from, parameters, from, Workers.begin(given.length, parts, part + 1) - from);
  }

  @Override
  public Pass pass(int capacity) {
    return pass(capacity, network.program(Way.TO_STATE));
  }

  @Override
  public TrainingPass trainingPass(int capacity) {
    return pass(capacity, network.program(Way.TO_BOTH));
  }

  private ProgramPass pass(int capacity, Program program) {
    return new ProgramPass(this, program, capacity);
  }
}
