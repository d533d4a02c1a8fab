package io.scorefield.engine.reference;

import io.scorefield.engine.TrainingPlan;

/// Loss and gradient of one batch, in double precision.
///
/// Examples are independent and shared between threads; the sums over the batch are shared out by parameters, each in
/// ascending order of the examples. So the number of threads changes nothing.
final class BatchGradient {
  private final int batch;
  private final int parameters;
  private final Workers workers;
  private final Examples examples;

  BatchGradient(TrainingPlan plan, ReferenceNetwork network, Workers workers) {
    batch = plan.batch();
    parameters = plan.architecture().parameterCount();
    this.workers = workers;
    examples = new Examples(plan, network);
  }

  /// Mean data loss of the last batch.
  double dataLoss() {
    return examples.dataLoss();
  }

  /// Mean physics loss of the last batch.
  double physicsLoss() {
    return examples.physicsLoss();
  }

  /// Computes the losses of one batch; {@link #of} then gives gradients.
  ///
  /// @param firstExample number e of the example in slot 0
  /// @param points data point numbers
  /// @param offset where the batch begins in `points`
  void compute(long firstExample, int[] points, int offset) {
    inParts((from, to) -> examples.forward(firstExample, points, offset, from, to));
  }

  /// The gradient of one or both terms of the loss, in the order of the flat parameters.
  double[] of(Term term) {
    double[] gradient = new double[parameters];
    inParts((from, to) -> examples.backward(term, from, to));
    workers.run(
        workers.threads(),
        part -> {
          for (ReferenceNetwork.TrainingPass pass : examples.passes(term)) {
            pass.addGradient(gradient, part, workers.threads());
          }
        });
    return gradient;
  }

  /// Does something with slots [from, to).
  private interface Range {
    void accept(int from, int to);
  }

  /// Parts are whole groups of examples, whatever the number of threads.
  private void inParts(Range range) {
    int groups = Math.ceilDiv(batch, ReferenceNetwork.GROUP);
    int parts = Math.min(workers.threads(), groups);
    workers.run(
        parts, part -> range.accept(begin(groups, parts, part), Math.min(batch, begin(groups, parts, part + 1))));
  }

  private static int begin(int groups, int parts, int part) {
    return ReferenceNetwork.GROUP * Workers.begin(groups, parts, part);
  }
}
