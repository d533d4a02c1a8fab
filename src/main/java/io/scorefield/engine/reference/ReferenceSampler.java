package io.scorefield.engine.reference;

import io.scorefield.engine.EngineChecks;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.RowUse;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.util.Arrays;

/// Runs a step program on one tile of samples. {@link StepRow} defines every line of it.
final class ReferenceSampler {
  /// Samples of one tile.
  static final int TILE = 64;

  private final StepProgram program;
  private final PhysicsTerm physics;
  private final SampleRequest request;
  private final int dimension;
  private final ReferenceNetwork.Pass pass;
  private final ReferencePhysics constraint;
  private final NoiseSource noise;
  private final MetropolisTest test;

  private final double[][] x;
  private final double[][] saved;
  private final double[][] memory;
  private final double[][] earlier;
  private final double[][] kept;
  private final double[][] x0hat;
  private final double[][] gradient;
  private final float[] z;
  private final double[] l;
  private long counted;

  ReferenceSampler(
      ReferenceNetwork network, StepProgram program, PhysicsTerm physics, SampleRequest request) {
    this.program = program;
    this.physics = physics;
    this.request = request;
    dimension = network.dimension();
    pass = network.pass(TILE);
    constraint = physics.tape().map(ReferencePhysics::new).orElse(null);
    noise = new NoiseSource(request.seed());
    test = new MetropolisTest(constraint, noise);
    x = new double[TILE][dimension];
    saved = new double[TILE][dimension];
    memory = new double[TILE][dimension];
    earlier = new double[TILE][program.usesEarlier() ? dimension : 0];
    kept = new double[TILE][program.usesKept() ? dimension : 0];
    x0hat = new double[TILE][dimension];
    gradient = new double[TILE][dimension];
    z = new float[dimension];
    l = new double[TILE];
  }

  /// Runs all rows for samples first .. first + count - 1 (count at most {@link #TILE}).
  ///
  /// @param samples receives the samples from `offset` (in samples) on
  /// @param snapshots receives the state after each snapshot row, likewise
  /// @param divergence receives l, likewise
  void run(long first, int count, float[] samples, float[][] snapshots, float[] divergence, int offset) {
    start(first, count);
    int taken = 0;
    if (taken < snapshots.length && request.snapshots()[taken] < 0) {
      store(count, snapshots[taken++], offset);
    }
    for (int row = 0; row < program.rows().size(); row++) {
      step(program.rows().get(row), row, first, count);
      if (taken < snapshots.length && request.snapshots()[taken] == row) {
        store(count, snapshots[taken++], offset);
      }
    }
    store(count, samples, offset);
    for (int s = 0; s < count; s++) {
      divergence[offset + s] = (float) l[s];
    }
  }

  /// Steps of samples so far whose likelihood fell back on the unit matrix, or whose proposal was rejected.
  long counted() {
    return counted;
  }

  private void start(long first, int count) {
    double[] given = program.given();
    for (int s = 0; s < count; s++) {
      l[s] = 0;
      if (request.initial().isPresent()) {
        int at = Math.toIntExact(first + s - request.first()) * dimension;
        for (int d = 0; d < dimension; d++) {
          x[s][d] = request.initial().get()[at + d];
        }
      } else {
        noise.normals(NoiseStream.PRIOR, first + s, 0, z, 0, dimension);
        for (int d = 0; d < dimension; d++) {
          x[s][d] = program.priorScale() * z[d];
        }
        System.arraycopy(given, 0, x[s], dimension - given.length, given.length);
      }
      for (int d = 0; d < dimension; d++) {
        saved[s][d] = x[s][d];
        memory[s][d] = 0;
      }
      Arrays.fill(earlier[s], 0);
      Arrays.fill(kept[s], 0);
    }
  }

  private void step(StepRow row, int number, long first, int count) {
    if (row.tests()) {
      counted += test.run(row, first, count, x, saved);
      return;
    }
    if (row.usesNetwork()) {
      evaluate(row, count);
    }
    if (row.diverges()) {
      diverge(row, first, count);
    }
    if (row.usesPhysics() && !row.clip()) {
      estimate(row, count);
    }
    if (row.usesGradient()) {
      guide(row, count);
    }
    if (row.projected() != 0) {
      for (int s = 0; s < count; s++) {
        constraint.project(x0hat[s], physics.projectionSweeps(), physics.sweepIterations());
      }
    }
    double[][] o = pass.output();
    for (int s = 0; s < count; s++) {
      if (row.confines() && absorbed(x[s])) {
        continue;
      }
      if (row.noise() != 0) {
        long firstNormal = (long) row.noiseStep() * dimension;
        noise.normals(row.stream(), first + s, firstNormal, z, 0, dimension);
      }
      boolean finite = Float.isFinite((float) l[s]);
      if (row.save()) {
        keep(x[s], saved[s], row);
      }
      for (int d = row.from(); d < row.end(dimension); d++) {
        double before = x[s][d];
        double next = row.state() * before + row.saved() * saved[s][d] + row.memory() * memory[s][d];
        double remembered = row.memoryDecay() * memory[s][d];
        if (row.usesNetwork()) {
          next += row.output() * o[s][d];
          remembered += row.memoryOutput() * o[s][d];
        }
        if (row.uses(RowUse.EARLIER)) {
          next += row.earlier() * earlier[s][d];
        }
        if (row.uses(RowUse.REMEMBERS)) {
          remembered += row.memoryState() * before;
        }
        if (row.noise() != 0) {
          next += row.noise() * z[d];
        }
        if (row.projected() != 0) {
          next += row.projected() * x0hat[s][d];
        }
        if (row.usesGradient()) {
          next -= row.guidance() * gradient[s][d];
          remembered -= row.memoryGuidance() * gradient[s][d];
        }
        if (row.confines()) {
          next = program.boundaries().get(d).confine(next, program.lowest(d), program.highest(d));
        }
        if (row.save()) {
          saved[s][d] = before;
        }
        if (row.shifts()) {
          earlier[s][d] = memory[s][d];
        }
        memory[s][d] = remembered;
        x[s][d] = next;
        finite &= Float.isFinite((float) next);
      }
      if (!finite) {
        throw EngineChecks.notFinite(first + s, number, program);
      }
    }
  }

  /// Saves the components that the row does not change; the others it needs as they were.
  private void keep(double[] state, double[] saved, StepRow row) {
    for (int d = 0; d < dimension; d++) {
      saved[d] = d < row.from() || d >= row.end(dimension) ? state[d] : saved[d];
    }
  }

  private boolean absorbed(double[] state) {
    for (int d = 0; d < dimension; d++) {
      if (program.boundaries().get(d).absorbs(state[d], program.lowest(d), program.highest(d))) {
        return true;
      }
    }
    return false;
  }

  /// o = gain network(inputScale x, timeFeatures) + carry kept.
  private void evaluate(StepRow row, int count) {
    double[] features = row.timeFeatures();
    for (int s = 0; s < count; s++) {
      double[] input = pass.input()[s];
      for (int d = 0; d < dimension; d++) {
        input[d] = (row.changes(d, dimension) ? row.inputScale() : row.condition()) * x[s][d];
      }
      System.arraycopy(features, 0, input, dimension, features.length);
    }
    pass.forward(0, count);
    if (row.combines() || row.keeps()) {
      combine(row, count);
    }
    if (row.clip()) {
      clip(row, count);
    }
  }

  private void combine(StepRow row, int count) {
    for (int s = 0; s < count; s++) {
      double[] o = pass.output()[s];
      for (int d = 0; d < dimension; d++) {
        o[d] = row.gain() * o[d] + row.carry() * kept[s][d];
        kept[s][d] = row.keeps() ? o[d] : kept[s][d];
      }
    }
  }

  /// l += divergence * sum_d do_d/dx_d, a direction at a time.
  private void diverge(StepRow row, long first, int count) {
    int directions = row.directions(dimension);
    double factor = row.divergence() * row.inputScale() / (row.probes() > 0 ? directions : 1);
    for (int p = 0; p < directions; p++) {
      for (int s = 0; s < count; s++) {
        double[] v = pass.outputGradient()[s];
        for (int d = 0; d < dimension; d++) {
          v[d] = row.changes(d, dimension) ? direction(row, p, first + s, d) : 0;
        }
      }
      pass.backward(0, count, true);
      for (int s = 0; s < count; s++) {
        for (int d = row.from(); d < row.end(dimension); d++) {
          l[s] += factor * direction(row, p, first + s, d) * pass.inputGradient()[s][d];
        }
      }
    }
  }

  /// A component of direction p, of those that the row changes: a unit vector, or signs.
  private double direction(StepRow row, int p, long sample, int d) {
    if (row.probes() == 0) {
      return d == row.from() + p ? 1 : 0;
    }
    long number = ((long) row.noiseStep() * row.probes() + p) * dimension + d;
    return noise.sign(NoiseStream.PROBE, sample, number);
  }

  /// x0hat within the program's bounds, and the output that belongs to it.
  private void clip(StepRow row, int count) {
    for (int s = 0; s < count; s++) {
      double[] o = pass.output()[s];
      for (int d = 0; d < dimension; d++) {
        if (!row.changes(d, dimension)) {
          x0hat[s][d] = x[s][d];
          continue;
        }
        double estimate = row.x0hat(x[s][d], o[d]);
        double within = Math.clamp(estimate, program.lowest(d), program.highest(d));
        x0hat[s][d] = within;
        if (within != estimate) {
          o[d] = row.outputOf(within, x[s][d]);
        }
      }
    }
  }

  private void estimate(StepRow row, int count) {
    double[][] o = pass.output();
    for (int s = 0; s < count; s++) {
      for (int d = 0; d < dimension; d++) {
        x0hat[s][d] = row.changes(d, dimension) ? row.x0hat(x[s][d], o[s][d]) : x[s][d];
      }
    }
  }

  /// G of the row.
  private void guide(StepRow row, int count) {
    if (row.iterations() > 0) {
      solve(row, count);
      return;
    }
    for (int s = 0; s < count; s++) {
      constraint.gradient(physics.loss(), row.loss(), 0, row.objective(), x0hat[s], gradient[s]);
    }
    throughEstimate(row, count);
  }

  /// gradient = K^T gradient, where K = dx0hat/dx = x0FromX + x0FromOutput inputScale times the network's Jacobian,
  /// within the row's bound.
  private void throughEstimate(StepRow row, int count) {
    double[] before = new double[count];
    for (int s = 0; s < count; s++) {
      for (int d = 0; d < dimension; d++) {
        if (row.clip() && (x0hat[s][d] == program.lowest(d) || x0hat[s][d] == program.highest(d))) {
          gradient[s][d] = 0;
        }
      }
      before[s] = ReferencePhysics.dot(gradient[s], gradient[s]);
    }
    if (row.x0FromOutput() != 0) {
      for (int s = 0; s < count; s++) {
        for (int d = 0; d < dimension; d++) {
          pass.outputGradient()[s][d] = row.x0FromOutput() * gradient[s][d];
        }
      }
      pass.backward(0, count, true);
    }
    for (int s = 0; s < count; s++) {
      for (int d = 0; d < dimension; d++) {
        double g = row.x0FromX() * gradient[s][d];
        if (row.x0FromOutput() != 0) {
          g += row.inputScale() * pass.inputGradient()[s][d];
        }
        gradient[s][d] = row.changes(d, dimension) ? g : 0;
      }
      double after = ReferencePhysics.dot(gradient[s], gradient[s]);
      if (row.bound() > 0 && after > row.bound() * row.bound() * before[s]) {
        double factor = row.bound() * Math.sqrt(before[s] / after);
        for (int d = 0; d < dimension; d++) {
          gradient[s][d] *= factor;
        }
      }
    }
  }

  /// The likelihood of the residuals, by conjugate gradients.
  private void solve(StepRow row, int count) {
    int residuals = physics.tape().orElseThrow().residuals();
    double[][] solution = new double[count][residuals];
    boolean[] lost = new boolean[count];
    solve(row, count, row.spread(), row.isotropic(), solution, lost);
    boolean any = false;
    for (int s = 0; s < count; s++) {
      counted += lost[s] ? 1 : 0;
      any |= lost[s];
    }
    if (any) {
      double[][] other = new double[count][residuals];
      solve(row, count, row.fallback(), true, other, new boolean[count]);
      for (int s = 0; s < count; s++) {
        solution[s] = lost[s] ? other[s] : solution[s];
      }
    }
    for (int s = 0; s < count; s++) {
      constraint.transposed(x0hat[s], solution[s], row.objective(), gradient[s]);
    }
    throughEstimate(row, count);
  }

  /// (noiseVariance I + spread A C A^T) v = r - spread A C g; {@link StepRow} has the meaning of all of it.
  ///
  /// @param lost receives which samples have no such covariance, where the row asks
  private void solve(
      StepRow row, int count, double spread, boolean isotropic, double[][] solution, boolean[] lost) {
    int residuals = physics.tape().orElseThrow().residuals();
    double[][] rest = new double[count][residuals];
    double[][] direction = new double[count][residuals];
    double[] gamma = new double[count];
    double[] start = new double[count];
    double[] image = new double[residuals];
    boolean couples = row.objective() != 0 && physics.tape().get().hasObjective();
    if (couples) {
      for (int s = 0; s < count; s++) {
        constraint.transposed(x0hat[s], new double[residuals], row.objective(), gradient[s]);
      }
      if (!isotropic) {
        throughEstimate(row, count);
      }
    }
    for (int s = 0; s < count; s++) {
      constraint.residuals(x0hat[s], rest[s]);
      if (couples) {
        constraint.along(x0hat[s], gradient[s], image);
        for (int j = 0; j < residuals; j++) {
          rest[s][j] -= spread * image[j];
        }
      }
      System.arraycopy(rest[s], 0, direction[s], 0, residuals);
      gamma[s] = ReferencePhysics.dot(rest[s], rest[s]);
      start[s] = gamma[s];
    }
    boolean checks = row.fallback() > 0 && !isotropic;
    for (int k = 0; k < Math.min(row.iterations(), residuals); k++) {
      for (int s = 0; s < count; s++) {
        constraint.transposed(x0hat[s], direction[s], 0, gradient[s]);
      }
      if (!isotropic) {
        throughEstimate(row, count);
      }
      for (int s = 0; s < count; s++) {
        constraint.along(x0hat[s], gradient[s], image);
        if (checks) {
          double product = ReferencePhysics.dot(direction[s], image);
          double square = ReferencePhysics.dot(gradient[s], gradient[s]);
          lost[s] |= !(product >= 0);
          lost[s] |= row.bound() > 0 && !(square <= StepRow.SLACK * row.bound() * product);
        }
        for (int j = 0; j < residuals; j++) {
          image[j] = row.noiseVariance() * direction[s][j] + spread * image[j];
        }
        double curvature = ReferencePhysics.dot(direction[s], image);
        // Beyond the range of numbers there is no step: that is said, not passed over.
        double alpha = curvature > 0 ? gamma[s] / curvature + 0 * curvature : 0;
        for (int j = 0; j < residuals; j++) {
          solution[s][j] += alpha * direction[s][j];
          rest[s][j] -= alpha * image[j];
        }
        double next = ReferencePhysics.dot(rest[s], rest[s]);
        double beta = gamma[s] > 0 ? next / gamma[s] : 0;
        for (int j = 0; j < residuals; j++) {
          direction[s][j] = rest[s][j] + beta * direction[s][j];
        }
        gamma[s] = next;
      }
    }
    for (int s = 0; s < count; s++) {
      lost[s] |= checks && !(gamma[s] <= start[s]);
    }
  }

  private void store(int count, float[] target, int offset) {
    for (int s = 0; s < count; s++) {
      for (int d = 0; d < dimension; d++) {
        target[(offset + s) * dimension + d] = (float) x[s][d];
      }
    }
  }
}
