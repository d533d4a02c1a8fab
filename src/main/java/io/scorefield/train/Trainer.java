package io.scorefield.train;

import io.scorefield.data.DataSet;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Objective;
import io.scorefield.engine.Engine;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.engine.TrainingSession;
import io.scorefield.engine.TrainingState;
import io.scorefield.network.Architecture;
import io.scorefield.network.Network;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Tape;
import java.util.Optional;

/// Trains a network on a data set with an engine. The caller owns progress, logging and saving.
public final class Trainer implements AutoCloseable {
  private final TrainingOptions options;
  private final Architecture architecture;
  private final ExampleOrder order;
  private final Engine engine;
  private final String laws;
  private TrainingSession session;
  private long step;

  /// Starts a training from freshly initialised weights.
  public Trainer(
      Engine engine, Diffuser diffuser, Architecture architecture, DataSet data, TrainingOptions options) {
    this(
        engine, diffuser, architecture, data, options, Optional.empty(),
        TrainingState.start(Network.initialize(architecture, options.seed())));
  }

  /// Goes on from a stored state: to the bit as if it had never stopped.
  ///
  /// @param constraint the law of an objective with physics, in data units
  public Trainer(
      Engine engine,
      Diffuser diffuser,
      Architecture architecture,
      DataSet data,
      TrainingOptions options,
      Optional<Constraint> constraint,
      TrainingState state) {
    this(
        engine, plan(diffuser, architecture, data, options, constraint), options, constraint.map(Constraint::name).orElse(""),
        state);
  }

  /// Trains on a plan whose pairs of data and noise were made elsewhere; what it says of batch, optimiser and seed is that of
  /// the options.
  public Trainer(Engine engine, TrainingPlan plan, TrainingOptions options, TrainingState state) {
    this(engine, plan, options, "", state);
  }

  private Trainer(Engine engine, TrainingPlan plan, TrainingOptions options, String laws, TrainingState state) {
    this.engine = engine;
    this.options = options;
    this.laws = laws;
    this.architecture = plan.architecture();
    this.step = state.step();
    this.order = new ExampleOrder(options.seed(), plan.points());
    this.session = engine.train(plan, state);
  }

  /// Goes on with another schedule, on the same data: as a training resumed with it from here would.
  public void reschedule(Diffuser diffuser, DataSet data, Optional<Constraint> constraint) {
    TrainingState state = session.state();
    session.close();
    session = engine.train(plan(diffuser, architecture, data, options, constraint), state);
  }

  private static TrainingPlan plan(
      Diffuser diffuser, Architecture architecture, DataSet data, TrainingOptions options, Optional<Constraint> constraint) {
    Optional<Tape> law =
        options.objective().usesPhysics() ? constraint.map(diffuser::tape) : Optional.empty();
    float[] states = diffuser.scaling().toState(data.points());
    boolean shortest = options.objective().coupling() == Objective.Coupling.OPTIMAL_TRANSPORT;
    Optional<Pairs> pairs =
        shortest || diffuser.start().isPresent()
            ? Optional.of(
                Pairs.of(
                    states, architecture.dimension(), options.seed(), Pairs.ENOUGH,
                    Pairs.Partners.of(diffuser, options.seed()), shortest))
            : Optional.empty();
    TrainingPlan plan =
        new TrainingPlan(
            architecture,
            diffuser.noiseTable(options.objective(), law),
            pairs.map(Pairs::points).orElse(states),
            options.batch(),
            options.adam(),
            options.seed(),
            law,
            options.objective().physics().combination());
    if (diffuser.start().isPresent() && diffuser.start().get().latent() > 0) {
      return Interpolants.plan(plan, diffuser, options.objective(), states);
    }
    return pairs.map(p -> plan.withPairing(new TrainingPlan.Pairing(p.noise()))).orElse(plan);
  }

  /// Optimiser steps done.
  public long step() {
    return step;
  }

  /// Whether all steps are done.
  public boolean finished() {
    return step >= options.steps();
  }

  /// Runs up to `count` further steps, not beyond the last.
  ///
  /// @return the losses of the steps run
  /// @throws DivergenceException when a loss is not finite; the state is that before that step
  public TrainingSession.Losses advance(int count) {
    int steps = (int) Math.min(count, options.steps() - step);
    double[] learningRates = new double[steps];
    for (int i = 0; i < steps; i++) {
      learningRates[i] = options.learningRate(step + i);
    }
    int[] examples =
        order.examples(step * options.batch(), Math.multiplyExact(steps, options.batch()));
    TrainingSession.Losses losses = session.advance(examples, learningRates);
    int run = losses.data().length;
    boolean diverged =
        run > 0 && !Float.isFinite((float) (losses.data()[run - 1] + losses.physics()[run - 1]));
    step += diverged ? run - 1 : run;
    if (diverged && !Float.isFinite((float) losses.physics()[run - 1])) {
      throw DivergenceException.ofLaws(step, losses.physics()[run - 1], laws);
    }
    if (diverged) {
      throw new DivergenceException(step, losses.data()[run - 1]);
    }
    return losses;
  }

  /// Runs all remaining steps and returns the trained network.
  public Network run() {
    while (!finished()) {
      advance(100);
    }
    return network();
  }

  /// A copy of the state, for a checkpoint.
  public TrainingState state() {
    return session.state();
  }

  /// The network to sample with: the moving average of the parameters where one is kept.
  public Network network() {
    return new Network(architecture, session.state().average());
  }

  @Override
  public void close() {
    session.close();
  }
}
