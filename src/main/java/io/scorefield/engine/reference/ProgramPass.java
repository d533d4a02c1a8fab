package io.scorefield.engine.reference;

import io.scorefield.network.program.Operation;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.Program;
import io.scorefield.network.program.Row;

/// Evaluations of a network program. The way back begins with the way there, so that no sample's values need be kept.
///
/// Gradients of the parameters are summed by groups of examples in ascending order, and the groups likewise: the number of
/// threads changes nothing.
final class ProgramPass implements ReferenceNetwork.TrainingPass {
  private final ProgramNetwork network;
  private final Program program;
  private final boolean[] forward;
  private final boolean[] toParameters;
  private final boolean[] toBoth;
  private final double[][] input;
  private final double[][] output;
  private final double[][] outputGradient;
  private final double[][] inputGradient;
  private final double[][] sums; // [group][parameters]

  ProgramPass(ProgramNetwork network, Program program, int capacity) {
    this.network = network;
    this.program = program;
    int dimension = network.dimension();
    forward = program.forward();
    boolean[] gradients = new boolean[forward.length];
    boolean[] both = new boolean[forward.length];
    for (int i = 0; i < gradients.length; i++) {
      Row row = program.rows().get(i);
      gradients[i] = row.operation() == Operation.WEIGHT_GRADIENT;
      both[i] = row.operation().sink() && !forward[i];
    }
    toParameters = program.behind(gradients);
    toBoth = program.behind(both);
    input = new double[capacity][dimension + network.network.timeFeatures()];
    output = new double[capacity][dimension];
    outputGradient = new double[capacity][dimension];
    inputGradient = new double[capacity][dimension + network.network.timeFeatures()];
    sums = new double[Math.ceilDiv(capacity, ReferenceNetwork.GROUP)][];
  }

  @Override
  public double[][] input() {
    return input;
  }

  @Override
  public double[][] output() {
    return output;
  }

  @Override
  public double[][] outputGradient() {
    return outputGradient;
  }

  @Override
  public double[][] inputGradient() {
    return inputGradient;
  }

  @Override
  public void forward(int from, int to) {
    ProgramRunner runner = new ProgramRunner(program, network.parameters);
    for (int s = from; s < to; s++) {
      run(runner, forward, s, new double[0]);
    }
  }

  @Override
  public void backward(int from, int to, boolean toInput) {
    ProgramRunner runner = new ProgramRunner(program, network.parameters);
    for (int s = from; s < to; s++) {
      int group = s / ReferenceNetwork.GROUP;
      if (s % ReferenceNetwork.GROUP == 0) {
        sums[group] = new double[network.parameters.length];
      }
      run(runner, toInput ? toBoth : toParameters, s, sums[group]);
    }
  }

  private void run(ProgramRunner runner, boolean[] rows, int sample, double[] gradient) {
    runner.run(
        rows,
        gradient,
        new ProgramRunner.Ports() {
          @Override
          public double read(Channel channel, int number) {
            return switch (channel) {
              case INPUT -> input[sample][number];
              case SEED -> outputGradient[sample][number];
              default -> throw new IllegalStateException(channel + " is not read");
            };
          }

          @Override
          public void write(Port.Channel channel, int number, double value) {
            (channel == Channel.RESULT ? output : inputGradient)[sample][number] = value;
          }
        });
  }

  @Override
  public void addGradient(double[] gradient, int part, int parts) {
    int from = Workers.begin(gradient.length, parts, part);
    int to = Workers.begin(gradient.length, parts, part + 1);
    for (double[] sum : sums) {
      for (int i = from; i < to; i++) {
        gradient[i] += sum[i];
      }
    }
  }
}
