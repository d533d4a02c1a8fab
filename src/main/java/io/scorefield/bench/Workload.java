package io.scorefield.bench;

import io.scorefield.data.DataSet;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Objective;
import io.scorefield.engine.Engine;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.SampleSink;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.TrainingState;
import io.scorefield.experiment.SampleStage;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.network.Architecture;
import io.scorefield.network.Network;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.train.Trainer;
import io.scorefield.train.TrainingOptions;
import io.scorefield.watch.Reporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// The work of an experiment, made ready to be timed: its tables, and a network with initial weights (the
/// time does not depend on how well it is trained).
public final class Workload {
  private final Model model;
  private final DataSet data;
  private final Network network;
  private final SampleStage stage;

  private Workload(Engine engine, Model model, DataSet data) throws IOException {
    this.data = data;
    this.network = Network.initialize(model.architecture(), model.config().seed());
    this.model = model.settled(engine, network, line -> {}, () -> data);
    this.stage = new SampleStage(engine, this.model, network, Reporter.silent());
  }

  /// @param engine any engine: it compiles no tables
  public static Workload of(ExperimentConfig config, Engine engine) throws IOException {
    DataSet data = config.data().load(config.seed());
    Model model = Model.of(config, data);
    model.requireSpaceOfData("bench");
    return new Workload(engine, model, data);
  }

  /// Whether there are laws that a training could have in its loss.
  public boolean hasLaws() {
    return model.constraint().isPresent()
        && model.diffuser().schedule() instanceof DiscreteSchedule;
  }

  public Architecture architecture() {
    return model.architecture();
  }

  public Network network() {
    return network;
  }

  public Diffuser diffuser() {
    return model.diffuser();
  }

  /// Whether samplers clip x0hat.
  public boolean clip() {
    return model.config().sampler().clip();
  }

  /// The points trained on.
  public DataSet data() {
    return data;
  }

  /// The experiment's own batch size.
  public int batch() {
    return model.config().train().examplesPerStep();
  }

  /// The ways to sample, "plain" first.
  public List<String> methods() {
    return List.copyOf(stage.methods().keySet());
  }

  public StepProgram program(String method) {
    return stage.program(method);
  }

  public PhysicsTerm physics(String method) {
    return stage.physics(method);
  }

  /// Makes samples and hands them to the sink, in state units.
  public void sample(Engine engine, String method, long count, SampleSink sink) {
    try {
      engine.sample(
          network, program(method), physics(method), model.diffuser().started(SampleRequest.of(1, 0, count)), sink);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A training of the experiment with another batch size, at its first step.
  public Trainer trainer(Engine engine, int batch) {
    ExperimentConfig config = model.config();
    TrainingOptions own =
        config.train().options(config.objective().objective(), data.size(), config.seed());
    // Endless, so that a timing never runs out of steps; a constant rate costs the same.
    TrainingOptions options =
        new TrainingOptions(
            1_000_000_000_000L, batch, own.learningRate(), TrainingOptions.Decay.NONE, own.adam(),
            own.objective(), own.seed());
    return new Trainer(
        engine, model.diffuser(), model.architecture(), data, options, model.trainingLaws(),
        TrainingState.start(Network.initialize(model.architecture(), options.seed())));
  }

  /// Floating-point operations of one sample: two a weight and network evaluation, and as many again
  /// each time that a gradient goes back through the network.
  public double flopsPerSample(String method) {
    return program(method).cost(model.architecture().dimension(), physics(method)).inNetwork(model.architecture().flopsPerEvaluation());
  }

  /// Floating-point operations of one training example.
  public double flopsPerExample() {
    double once = 2.0 * model.architecture().gradientMultiplyAdds();
    Objective.Physics physics = model.config().objective().objective().physics();
    return physics.estimate() == Objective.Estimate.SAMPLE ? 2 * once : once;
  }
}
