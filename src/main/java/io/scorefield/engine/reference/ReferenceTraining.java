package io.scorefield.engine.reference;

import io.scorefield.engine.EngineChecks;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.engine.TrainingSession;
import io.scorefield.engine.TrainingState;
import java.util.Arrays;

/// Training: gradients of a batch, then Adam.
final class ReferenceTraining implements TrainingSession {
  private final TrainingPlan plan;
  private final Workers workers;
  private final ReferenceNetwork network;
  private final BatchGradient gradient;
  private final Adam adam;

  ReferenceTraining(TrainingPlan plan, TrainingState state, Workers workers) {
    this.plan = plan;
    this.workers = workers;
    network = ReferenceNetwork.of(plan.architecture());
    gradient = new BatchGradient(plan, network, workers);
    adam = new Adam(plan.adam(), state, workers);
    load();
  }

  private void load() {
    workers.run(workers.threads(), part -> network.load(adam.parameters(), part, workers.threads()));
  }

  @Override
  public Losses advance(int[] examples, double[] learningRates) {
    int steps = learningRates.length;
    EngineChecks.requireExamples(plan, examples, learningRates);
    double[] data = new double[steps];
    double[] physics = new double[steps];
    for (int i = 0; i < steps; i++) {
      gradient.compute(adam.step() * plan.batch(), examples, i * plan.batch());
      data[i] = gradient.dataLoss();
      physics[i] = gradient.physicsLoss();
      if (!Float.isFinite((float) (data[i] + physics[i]))) {
        return new Losses(Arrays.copyOf(data, i + 1), Arrays.copyOf(physics, i + 1));
      }
      adam.update(direction(), learningRates[i]);
      load();
    }
    return new Losses(data, physics);
  }

  /// The gradient that the optimiser takes.
  private double[] direction() {
    if (plan.combination() == TrainingPlan.Combination.SUM || plan.physics().isEmpty()) {
      return gradient.of(Term.BOTH);
    }
    double[] data = gradient.of(Term.DATA);
    double[] physics = gradient.of(Term.PHYSICS);
    double[] factors =
        plan.combination()
            .factors(ReferencePhysics.dot(data, data), ReferencePhysics.dot(data, physics), ReferencePhysics.dot(physics, physics));
    for (int i = 0; i < data.length; i++) {
      data[i] = factors[0] * data[i] + factors[1] * physics[i];
    }
    return data;
  }

  @Override
  public TrainingState state() {
    return adam.state();
  }

  @Override
  public void close() {
    // The arrays go with the session; the workers belong to the engine.
  }
}
