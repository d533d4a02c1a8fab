package io.scorefield.train;

import io.scorefield.data.DataSet;
import io.scorefield.diffusion.Diffuser;
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
        engine, architecture, plan(diffuser, architecture, data, options, constraint), options, constraint.map(Constraint::name).orElse(""),
        state);
  }

  /// Trains on a plan whose pairs of data and noise were made elsewhere; what it says of batch, optimiser and seed is that of
  /// the options.
  public Trainer(Engine engine, TrainingPlan plan, TrainingOptions options, TrainingState state) {
    this(engine, plan.architecture(), plan, options, "", state);
  }

  /// @param architecture of the network; that of the plan may have the same parameters and be another
  private Trainer(
      Engine engine, Architecture architecture, TrainingPlan plan, TrainingOptions options, String laws, TrainingState state) {
    this.engine = engine;
    this.options = options;
    this.laws = laws;
    this.architecture = architecture;
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
    return Plans.of(diffuser, architecture, data, options, law);
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
    int next = (int) Math.min(count, options.steps() - step - steps);
    if (next > 0) {
      order.expect((step + steps) * options.batch(), next * options.batch());
    }
    TrainingSession.Losses losses = session.advance(examples, learningRates);
    if (options.objective().matching().takesDivergence()) {
      // To the engine the loss is an objective of its network's output.
      losses = new TrainingSession.Losses(losses.physics(), losses.data());
    }
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

  /// For tests: the order of the examples.
  ExampleOrder order() {
    return order;
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
