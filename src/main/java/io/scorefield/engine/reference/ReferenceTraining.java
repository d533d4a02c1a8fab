package io.scorefield.engine.reference;

import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.EngineChecks;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.engine.TrainingSession;
import io.scorefield.engine.TrainingState;
import io.scorefield.network.Mlp;
import java.util.Arrays;

/// Training: gradients of a batch, then Adam. The state is float32, the arithmetic double.
final class ReferenceTraining implements TrainingSession {
  private final TrainingPlan plan;
  private final Workers workers;
  private final BatchGradient batch;
  private final float[] parameters;
  private final float[] average;
  private final float[] firstMoment;
  private final float[] secondMoment;
  private long step;

  ReferenceTraining(TrainingPlan plan, TrainingState state, Workers workers) {
    this.plan = plan;
    this.workers = workers;
    TrainingState own = state.copy();
    parameters = own.parameters();
    average = own.average();
    firstMoment = own.firstMoment();
    secondMoment = own.secondMoment();
    step = own.step();
    batch = new BatchGradient(plan, workers);
    batch.network().load(parameters);
  }

  @Override
  public Losses advance(int[] examples, double[] learningRates) {
    int steps = learningRates.length;
    EngineChecks.requireExamples(plan, examples, learningRates);
    double[] data = new double[steps];
    double[] physics = new double[steps];
    for (int i = 0; i < steps; i++) {
      batch.compute(step * plan.batch(), examples, i * plan.batch());
      data[i] = batch.dataLoss();
      physics[i] = batch.physicsLoss();
      if (!Float.isFinite((float) (data[i] + physics[i]))) {
        return new Losses(Arrays.copyOf(data, i + 1), Arrays.copyOf(physics, i + 1));
      }
      step++;
      differentiate();
      update(learningRates[i]);
    }
    return new Losses(data, physics);
  }

  /// The gradient that the optimiser takes.
  private void differentiate() {
    if (plan.combination() == TrainingPlan.Combination.SUM || plan.physics().isEmpty()) {
      batch.differentiate(BatchGradient.Term.BOTH);
      return;
    }
    batch.differentiate(BatchGradient.Term.DATA);
    double[] data = batch.flat();
    batch.differentiate(BatchGradient.Term.PHYSICS);
    double[] physics = batch.flat();
    double[] factors =
        plan.combination().factors(dot(data, data), dot(data, physics), dot(physics, physics));
    for (int i = 0; i < data.length; i++) {
      data[i] = factors[0] * data[i] + factors[1] * physics[i];
    }
    batch.take(data);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private void update(double learningRate) {
    Mlp mlp = batch.network().mlp();
    AdamOptions adam = plan.adam();
    double clip = 1;
    if (Double.isFinite(adam.maxGradientNorm())) {
      clip = Math.min(1, adam.maxGradientNorm() / Math.max(gradientNorm(), Double.MIN_NORMAL));
    }
    double scale = clip;
    double correction1 = 1 - Math.pow(adam.beta1(), step);
    double correction2 = 1 - Math.pow(adam.beta2(), step);
    workers.run(
        workers.threads(),
        part -> {
          for (int layer = 0; layer < mlp.layers(); layer++) {
            int from = Workers.begin(mlp.out(layer), workers.threads(), part);
            int to = Workers.begin(mlp.out(layer), workers.threads(), part + 1);
            int in = mlp.in(layer);
            for (int o = from; o < to; o++) {
              double[] gradient = batch.weightGradient(layer)[o];
              int at = mlp.weightOffset(layer) + o * in;
              for (int i = 0; i < in; i++) {
                adam(at + i, scale * gradient[i], learningRate, correction1, correction2);
              }
              double bias = batch.biasGradient(layer)[o];
              adam(mlp.biasOffset(layer) + o, scale * bias, learningRate, correction1, correction2);
            }
            batch.network().load(parameters, layer, from, to);
          }
        });
  }

  /// {@link AdamOptions} has the formulas.
  private void adam(
      int i, double gradient, double learningRate, double correction1, double correction2) {
    AdamOptions adam = plan.adam();
    double m = adam.beta1() * firstMoment[i] + (1 - adam.beta1()) * gradient;
    double v = adam.beta2() * secondMoment[i] + (1 - adam.beta2()) * gradient * gradient;
    firstMoment[i] = (float) m;
    secondMoment[i] = (float) v;
    double change =
        learningRate * (m / correction1) / (Math.sqrt(v / correction2) + adam.epsilon());
    parameters[i] = (float) (parameters[i] - change);
    double keep = adam.averageDecay(step);
    average[i] = (float) (keep * average[i] + (1 - keep) * parameters[i]);
  }

  private double gradientNorm() {
    double squares = 0;
    for (int layer = 0; layer < batch.network().mlp().layers(); layer++) {
      for (double[] row : batch.weightGradient(layer)) {
        for (double g : row) {
          squares += g * g;
        }
      }
      for (double g : batch.biasGradient(layer)) {
        squares += g * g;
      }
    }
    return Math.sqrt(squares);
  }

  @Override
  public TrainingState state() {
    return new TrainingState(
            step, parameters, average, firstMoment, secondMoment)
        .copy();
  }

  @Override
  public void close() {
    // The arrays go with the session; the workers belong to the engine.
  }
}
