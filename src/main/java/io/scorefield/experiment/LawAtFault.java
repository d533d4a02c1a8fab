package io.scorefield.experiment;

import io.scorefield.data.Scaling;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineException;
import io.scorefield.engine.NotFiniteException;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.network.Network;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Law;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/// Finds out why a sample became infinite or not a number: repeats it up to the row that failed and tries the laws.
///
/// @param laws in data units
record LawAtFault(Engine engine, Diffuser diffuser, Network network, Optional<Constraint> laws) {
  /// An exception that names the law which is not finite at x0hat of the step that failed; the failure itself, if
  /// there is none.
  EngineException of(
      NotFiniteException failure, StepProgram program, PhysicsTerm physics, long seed)
      throws IOException {
    StepRow row = program.rows().get(failure.row());
    if (!row.usesPhysics() || laws.isEmpty()) {
      return failure;
    }
    double[] estimate = estimate(failure, program, physics, seed);
    for (Law law : laws.get().laws()) {
      double sum =
          law.tape().objective(estimate, 0) + Arrays.stream(law.tape().residuals(estimate, 0)).sum();
      if (!Double.isFinite(sum)) {
        return new EngineException(
            "the law '" + law.name() + "' is " + sum + " at x0hat of sample " + failure.sample()
                + ", row " + failure.row() + " of the sampler (noise level " + row.time()
                + "); write it so that it is finite everywhere, for example max(x, 0.01) for x in log or sqrt");
      }
    }
    return failure;
  }

  /// x0hat of the sample in the row that failed, in data units.
  private double[] estimate(
      NotFiniteException failure, StepProgram program, PhysicsTerm physics, long seed)
      throws IOException {
    StepRow row = program.rows().get(failure.row());
    int dimension = network.architecture().dimension();
    float[] state = new float[dimension];
    engine.sample(
        network,
        program.withRows(program.rows().subList(0, failure.row())),
        physics,
        diffuser.started(SampleRequest.of(seed, failure.sample(), 1)),
        (first, count, samples) -> System.arraycopy(samples, 0, state, 0, dimension));
    float[] input = new float[dimension];
    float[] output = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      input[d] = (float) (row.inputScale() * state[d]);
    }
    if (row.x0FromOutput() != 0) {
      engine.evaluate(network, input, row.timeFeatures(), output);
    }
    Scaling scaling = diffuser.scaling();
    double[] estimate = new double[scaling.dimension()];
    for (int d = 0; d < estimate.length; d++) {
      double[] shares = scaling.frame().row(d);
      double component = 0;
      for (int s = 0; s < dimension; s++) {
        component += shares[s] * row.x0hat(state[s], output[s]);
      }
      estimate[d] = scaling.deviation()[d] * component + scaling.mean()[d] + scaling.origin()[d];
    }
    return estimate;
  }
}
