package io.scorefield.engine.reference;

import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.TrainingState;

/// The optimiser on flat parameters, whatever network they are of; {@link AdamOptions} has the formulas. The state is
/// float32, the arithmetic double.
final class Adam {
  private final AdamOptions options;
  private final Workers workers;
  private final float[] parameters;
  private final float[] average;
  private final float[] firstMoment;
  private final float[] secondMoment;
  private long step;

  Adam(AdamOptions options, TrainingState state, Workers workers) {
    this.options = options;
    this.workers = workers;
    TrainingState own = state.copy();
    parameters = own.parameters();
    average = own.average();
    firstMoment = own.firstMoment();
    secondMoment = own.secondMoment();
    step = own.step();
  }

  /// Steps done.
  long step() {
    return step;
  }

  /// Not a copy.
  float[] parameters() {
    return parameters;
  }

  /// A copy of everything.
  TrainingState state() {
    return new TrainingState(step, parameters, average, firstMoment, secondMoment).copy();
  }

  /// One step along a gradient.
  void update(double[] gradient, double learningRate) {
    step++;
    double scale = clip(gradient);
    double correction1 = 1 - Math.pow(options.beta1(), step);
    double correction2 = 1 - Math.pow(options.beta2(), step);
    double keep = options.averageDecay(step);
    workers.run(
        workers.threads(),
        part -> {
          int to = Workers.begin(parameters.length, workers.threads(), part + 1);
          for (int i = Workers.begin(parameters.length, workers.threads(), part); i < to; i++) {
            double g = scale * gradient[i];
            double m = options.beta1() * firstMoment[i] + (1 - options.beta1()) * g;
            double v = options.beta2() * secondMoment[i] + (1 - options.beta2()) * g * g;
            firstMoment[i] = (float) m;
            secondMoment[i] = (float) v;
            double change =
                learningRate * (m / correction1) / (Math.sqrt(v / correction2) + options.epsilon());
            parameters[i] = (float) (parameters[i] - change);
            average[i] = (float) (keep * average[i] + (1 - keep) * parameters[i]);
          }
        });
  }

  /// The factor that brings a gradient to the largest norm allowed.
  private double clip(double[] gradient) {
    if (Double.isInfinite(options.maxGradientNorm())) {
      return 1;
    }
    double norm = Math.sqrt(ReferencePhysics.dot(gradient, gradient));
    return Math.min(1, options.maxGradientNorm() / Math.max(norm, Double.MIN_NORMAL));
  }
}
