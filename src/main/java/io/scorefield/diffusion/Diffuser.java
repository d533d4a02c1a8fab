package io.scorefield.diffusion;

import io.scorefield.data.AskedConditions;
import io.scorefield.data.DataRange;
import io.scorefield.data.Frame;
import io.scorefield.data.Scaling;
import io.scorefield.engine.Engine;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.SampleSink;
import io.scorefield.engine.StepProgram;
import io.scorefield.network.Network;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Tape;
import io.scorefield.physics.Units;
import io.scorefield.schedule.ContinuousSchedule;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.NoiseLevel;
import io.scorefield.schedule.NoiseSchedule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The library's front door: the forward and the reverse process of a diffusion model.
///
/// A diffuser is the mathematics without the weights: it compiles schedules, samplers and objectives
/// to the tables that an engine executes. Points go in and samples come out in data units, less the scaling's origin,
/// which is 0 unless float32 could not hold the data; laws are given in data units as they are.
///
/// @param schedule the noise levels
/// @param parameterization what the network's output stands for
/// @param embedding the time features the network sees
/// @param scaling between data units and the state of the diffusion
/// @param range of the training points in units of the state, where it is known: it bounds what guidance lets through the
///     network, and x0hat where a sampler clips
/// @param conditions what samples are asked for under: values of the last components
/// @param annealing how the one condition comes to its value in the course of sampling; empty: it has it all along
/// @param start where samples begin, if not with noise
/// @param asked what samples are asked for under, where that differs from sample to sample
public record Diffuser(
    NoiseSchedule schedule,
    Parameterization parameterization,
    TimeEmbedding embedding,
    Scaling scaling,
    Optional<DataRange> range,
    List<Double> conditions,
    Optional<Annealing> annealing,
    Optional<Start> start,
    Optional<AskedConditions> asked) {
  /// Samples begin so many at a time where they do not begin with noise.
  private static final int STARTED = 1 << 18;

  public Diffuser {
    conditions = List.copyOf(conditions);
    if (!conditions.isEmpty() && conditions.size() != scaling.frame().conditions()) {
      throw new IllegalArgumentException(
          "the data have " + scaling.frame().conditions() + " conditions; samples cannot be asked for under " + conditions);
    }
    if (annealing.isPresent() && scaling.frame().conditions() != 1) {
      throw new IllegalArgumentException("annealing is of one condition; the data have " + scaling.frame().conditions());
    }
  }

  /// A diffuser whose samples begin with noise.
  public Diffuser(
      NoiseSchedule schedule,
      Parameterization parameterization,
      TimeEmbedding embedding,
      Scaling scaling,
      Optional<DataRange> range,
      List<Double> conditions,
      Optional<Annealing> annealing) {
    this(schedule, parameterization, embedding, scaling, range, conditions, annealing, Optional.empty(), Optional.empty());
  }

  /// A diffuser without conditions to sample under.
  public Diffuser(
      NoiseSchedule schedule,
      Parameterization parameterization,
      TimeEmbedding embedding,
      Scaling scaling,
      Optional<DataRange> range) {
    this(schedule, parameterization, embedding, scaling, range, List.of(), Optional.empty());
  }

  /// A diffuser that knows no range of the training points.
  public Diffuser(
      NoiseSchedule schedule, Parameterization parameterization, TimeEmbedding embedding, Scaling scaling) {
    this(schedule, parameterization, embedding, scaling, Optional.empty());
  }

  /// The same for training points [N, D] of known range, in data units.
  public Diffuser withRangeOf(float[] points) {
    return new Diffuser(
        schedule, parameterization, embedding, scaling,
        Optional.of(DataRange.of(scaling.toState(points), scaling.coordinates(), scaling.frame().conditions())),
        conditions, annealing, start, asked);
  }

  /// The same that samples under other conditions.
  ///
  /// @param values of the last components, in data units
  public Diffuser withConditions(double... values) {
    return new Diffuser(
        schedule, parameterization, embedding, scaling, range, Arrays.stream(values).boxed().toList(), annealing,
        start, Optional.empty());
  }

  /// The same for a network that predicts something else.
  public Diffuser withParameterization(Parameterization other) {
    return new Diffuser(schedule, other, embedding, scaling, range, conditions, annealing, start, asked);
  }

  /// The same whose condition comes to its value in the course of sampling.
  public Diffuser withAnnealing(Annealing other) {
    return new Diffuser(schedule, parameterization, embedding, scaling, range, conditions, Optional.of(other), start, asked);
  }

  /// The same whose samples begin elsewhere.
  public Diffuser withStart(Start other) {
    return new Diffuser(
        schedule, parameterization, embedding, scaling, range, conditions, annealing, Optional.of(other), asked);
  }

  /// The same whose samples are asked for under conditions of their own.
  public Diffuser asking(AskedConditions each) {
    if (each.width() != scaling.frame().conditions()) {
      throw new IllegalArgumentException(
          "the data have " + scaling.frame().conditions() + " conditions; samples cannot be asked for under " + each.width());
    }
    return new Diffuser(
        schedule, parameterization, embedding, scaling, range, List.of(), annealing, start, Optional.of(each));
  }

  /// A request whose samples begin where those of this model do.
  public SampleRequest started(SampleRequest request) {
    if (request.initial().isPresent() || !startsOtherwise()) {
      return request;
    }
    int count = Math.toIntExact(request.count());
    if (asked.isPresent()) {
      return request.withInitial(ToldStates.prior(this, request.seed(), request.first(), count));
    }
    return request.withInitial(start.get().states(scaling, request.seed(), request.first(), count));
  }

  /// Whether samples begin with states that an engine does not make by itself.
  private boolean startsOtherwise() {
    return start.isPresent() || asked.isPresent();
  }

  /// What a network's output stands for at a noise level above 0.
  ///
  /// @throws IllegalArgumentException when it stands for nothing there, with the reason
  public Parameterization.Coefficients coefficients(double t) {
    return coefficients(t, schedule.level(t));
  }

  private Parameterization.Coefficients coefficients(double t, NoiseLevel level) {
    Parameterization.Coefficients c = parameterization.at(level);
    if (!Double.isFinite(c.x0FromX()) || !Double.isFinite(c.x0FromOutput()) || !Double.isFinite(c.epsFromX())
        || !Double.isFinite(c.epsFromOutput())) {
      throw new IllegalArgumentException(
          "at t = " + t + " alpha is " + schedule.alpha(t) + " and sigma " + schedule.sigma(t) + ", and a network that predicts "
              + parameterization.name().toLowerCase(Locale.ROOT)
              + " does not say what x_0 is there; predict v, velocity, edm or x0, or end the schedule below");
    }
    return c;
  }

  /// What the state is multiplied with on its way into the network.
  public double inputScale(double t) {
    return parameterization.inputScale(schedule.level(t), schedule.inputScale(t));
  }

  /// The features that the network is told of noise level t.
  public double[] features(double t) {
    double[] features = embedding.features(schedule.clock(t));
    if (scaling.frame().presence().isEmpty()) {
      return features;
    }
    double[] all = Arrays.copyOf(features, features.length + 1);
    all[features.length] = absent(t);
    return all;
  }

  /// E.
  public int featureCount() {
    return embedding.size() + (scaling.frame().presence().isPresent() ? 1 : 0);
  }

  /// What the network's output is of its input for a particle that is not there: of x_0 = 0 the noise is known, it is
  /// x_t / sigma.
  private double absent(double t) {
    double sigma = schedule.sigma(t);
    return sigma == 0 ? 0 : coefficients(t).targetEps() / (sigma * inputScale(t));
  }

  /// The forward process: x_t = alpha(t) x_0 + sigma(t) eps for every point, in state units, with any of the points that
  /// samples begin with for eps where that is not noise.
  ///
  /// @param points [N, D] in data units
  /// @return states, [N, D of the state]
  public float[] forward(Engine engine, float[] points, double t, long seed) {
    int n = points.length / scaling.dimension();
    float[] noised = new float[n * scaling.coordinates()];
    NoiseLevel level = schedule.level(t);
    if (start.isPresent()) {
      float[] states = scaling.toState(points);
      float[] ends = start.get().states(scaling, seed, 0, n);
      for (int i = 0; i < noised.length; i++) {
        noised[i] = (float) (level.alpha() * states[i] + level.sigma() * ends[i]);
      }
      return noised;
    }
    NoiseTable table =
        NoiseTable.of(
                List.of(new NoiseTable.Row(new double[0], level.alpha(), level.sigma(), 1, 0, 0, 0, 0, 0)))
            .withConditions(scaling.frame().conditions());
    engine.forwardNoise(table, new int[n], scaling.toState(points), seed, 0, noised);
    return noised;
  }

  /// The noise levels of training: all levels of a discrete schedule; for continuous time the
  /// quantiles of the uniform distribution on [start, end] at (i + 1/2)/65536. Where the objective drops conditions, see
  /// {@link Objective#dropping}.
  public NoiseTable noiseTable(Objective objective) {
    return noiseTable(objective, Optional.empty());
  }

  /// The same with the physics term of the objective, for a law of the given tape.
  ///
  /// @throws IllegalArgumentException when the objective needs a law and there is none, or another schedule
  public NoiseTable noiseTable(Objective objective, Optional<Tape> law) {
    Optional<PhysicsColumns> physics =
        objective.usesPhysics()
            ? Optional.of(
                PhysicsColumns.of(
                    this, objective,
                    law.orElseThrow(
                        () ->
                            new IllegalArgumentException(
                                "training with physics needs a law: set 'physics'"))))
            : Optional.empty();
    double share = share(objective);
    int rows = trainingRows();
    List<NoiseTable.Row> table = new ArrayList<>(rows);
    for (int i = 0; i < rows; i++) {
      NoiseTable.Row row = noiseRow(trainingTime(i, rows), objective, share);
      table.add(physics.isPresent() ? physics.get().add(row, i + 1) : row);
    }
    List<NoiseTable.Row> all = objective.dropping(table, schedule instanceof DiscreteSchedule);
    if (physics.isPresent()) {
      all = PhysicsColumns.withoutUntold(all, law.get(), scaling.frame().varied());
    }
    return NoiseTable.of(all)
        .withConditions(scaling.frame().conditions());
  }

  /// Rows of {@link #noiseTable(Objective)} that are spread evenly over it, for an objective of the data alone.
  ///
  /// @param most of them
  public NoiseTable noiseTable(Objective objective, int most) {
    int rows = trainingRows();
    int some = Math.min(most, rows);
    List<NoiseTable.Row> table = new ArrayList<>(some);
    for (int i = 0; i < some; i++) {
      table.add(noiseRow(trainingTime((int) ((i + 0.5) * rows / some), rows), objective, share(objective)));
    }
    return NoiseTable.of(table).withConditions(scaling.frame().conditions());
  }

  private int trainingRows() {
    return switch (schedule) {
      case DiscreteSchedule discrete -> discrete.steps();
      case ContinuousSchedule continuous -> Objective.CONTINUOUS_ROWS;
    };
  }

  private double trainingTime(int row, int rows) {
    return switch (schedule) {
      case DiscreteSchedule discrete -> row + 1;
      case ContinuousSchedule continuous -> continuous.trainingTime((row + 0.5) / rows);
    };
  }

  private double share(Objective objective) {
    return objective.reduction() == Objective.Reduction.MEAN ? 1.0 / scaling.frame().varied() : 1;
  }

  private NoiseTable.Row noiseRow(double t, Objective objective, double share) {
    NoiseLevel level = schedule.level(t);
    Parameterization.Coefficients c = coefficients(t, level);
    return noiseRow(t, level, c, share * objective.weighting().at(level, c));
  }

  /// The row of a noise table for one level.
  ///
  /// @param weight of the squared error of the network's output, summed over the components
  public NoiseTable.Row noiseRow(double t, double weight) {
    NoiseLevel level = schedule.level(t);
    return noiseRow(t, level, coefficients(t, level), weight);
  }

  private NoiseTable.Row noiseRow(double t, NoiseLevel level, Parameterization.Coefficients c, double weight) {
    return new NoiseTable.Row(
        features(t),
        schedule.alpha(t),
        schedule.sigma(t),
        parameterization.inputScale(level, schedule.inputScale(t)),
        c.targetX0(),
        c.targetEps(),
        weight,
        c.x0FromX(),
        c.x0FromOutput());
  }

  /// The reverse process: samples 0 .. count - 1 of the seed, [count, D] in data units.
  public float[] sample(Engine engine, Network network, Sampler sampler, int count, long seed) {
    return sample(engine, network, sampler, new Guidance.None(), Optional.empty(), count, seed);
  }

  /// Samples that are guided towards a constraint given in data units.
  public float[] sample(
      Engine engine,
      Network network,
      Sampler sampler,
      Guidance guidance,
      Constraint constraint,
      int count,
      long seed) {
    return sample(engine, network, sampler, guidance, Optional.of(constraint), count, seed);
  }

  private float[] sample(
      Engine engine,
      Network network,
      Sampler sampler,
      Guidance guidance,
      Optional<Constraint> constraint,
      int count,
      long seed) {
    int dimension = scaling.dimension();
    float[] all = new float[Math.multiplyExact(count, dimension)];
    try {
      sample(
          engine, network, program(sampler, guidance), term(guidance, constraint),
          SampleRequest.of(seed, 0, count),
          (first, size, block) ->
              System.arraycopy(block, 0, all, (int) first * dimension, size * dimension));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // the sink above writes to memory and throws none
    }
    return all;
  }

  /// The program of a sampler under a guidance.
  public StepProgram program(Sampler sampler, Guidance guidance) {
    return conditioned(sampler.finish(guidance.apply(sampler.compile(this), this), this));
  }

  /// The program for states whose last components are conditions, which no row of a step changes.
  private StepProgram conditioned(StepProgram program) {
    if (scaling.frame().conditions() == 0) {
      return program;
    }
    if (conditions.isEmpty() && asked.isEmpty()) {
      throw new IllegalArgumentException(
          "samples need values of their " + scaling.frame().conditions() + " conditions");
    }
    int varied = scaling.frame().varied();
    StepProgram alone =
        program.withRows(program.rows().stream().map(row -> row.toBuilder().components(0, varied).build()).toList());
    return annealing
        .map(over -> over.apply(alone, varied, conditions.getFirst()))
        .orElseGet(() -> asked.isPresent() ? alone : alone.withGiven(given()));
  }

  /// The conditions in units of the state.
  double[] given() {
    int first = scaling.dimension() - conditions.size();
    double[] given = new double[conditions.size()];
    for (int c = 0; c < given.length; c++) {
      int d = first + c;
      given[c] = (conditions.get(c) - scaling.origin()[d] - scaling.mean()[d]) / scaling.deviation()[d];
    }
    return given;
  }

  /// The physics of a guidance, moved from data units to the units of the state.
  ///
  /// @throws IllegalArgumentException when the guidance needs a constraint and there is none
  public PhysicsTerm term(Guidance guidance, Optional<Constraint> constraint) {
    if (!guidance.usesLaws()) {
      return PhysicsTerm.none();
    }
    Constraint law =
        constraint.orElseThrow(
            () -> new IllegalArgumentException("guidance needs a constraint to guide to"));
    return guidance.term(moved(guidance.tape(law, this)));
  }

  /// Where the data lie and how large they are: their range where it is known, else what they are scaled with.
  Units units() {
    double[] middle = scaling.mean().clone();
    double[] size = scaling.deviation().clone();
    boolean centred = scaling.frame().centred().isPresent();
    int shift = scaling.dimension() - scaling.coordinates();
    for (int d = 0; d < middle.length; d++) {
      if (range.isPresent()) {
        boolean same = !centred || d >= scaling.frame().made();
        double low = same ? range.get().lowest(d - shift) : -range.get().radius();
        double high = same ? range.get().highest(d - shift) : range.get().radius();
        middle[d] += size[d] * (low + high) / 2;
        size[d] *= (high - low) / 2;
      }
      middle[d] += scaling.origin()[d];
    }
    return new Units(middle, size);
  }

  /// The tape of laws, moved from data units to the units of the state.
  public Tape tape(Constraint laws) {
    return moved(laws.tape());
  }

  private Tape moved(Tape laws) {
    int made = scaling.frame().made();
    Tape held = scaling.frame().conditions() == 0 ? laws : laws.holding(d -> d >= made);
    Tape states = held.withOrigin(scaling.origin()).withInputs(scaling.deviation(), scaling.mean());
    Frame frame = scaling.frame();
    return frame.centred().isEmpty() && frame.conditions() == 0
        ? states
        : states.withBasis(frame.coordinates(), frame::row, frame.varied());
  }

  /// Runs a program and hands blocks of samples, in data units, to the sink.
  public void sample(
      Engine engine,
      Network network,
      StepProgram program,
      PhysicsTerm physics,
      SampleRequest request,
      SampleSink sink)
      throws IOException {
    SampleSink scaled =
        new SampleSink() {
          @Override
          public void accept(long first, int count, float[] samples) throws IOException {
            sink.accept(first, count, scaling.toData(samples, count));
          }

          @Override
          public void snapshot(int index, long first, int count, float[] states)
              throws IOException {
            sink.snapshot(index, first, count, scaling.toData(states, count));
          }

          @Override
          public void fellBack(long times) {
            sink.fellBack(times);
          }

          @Override
          public void divergence(long first, int count, float[] sums) throws IOException {
            sink.divergence(first, count, sums);
          }
        };
    if (!startsOtherwise() || request.initial().isPresent()) {
      engine.sample(network, program, physics, request, scaled);
      return;
    }
    for (long done = 0; done < request.count(); done += STARTED) {
      long some = Math.min(STARTED, request.count() - done);
      SampleRequest part =
          new SampleRequest(request.seed(), request.first() + done, some, request.snapshots(), Optional.empty());
      engine.sample(network, program, physics, started(part), scaled);
    }
  }

  /// The score of the noisy density at noise level t as the network estimates it; 0 for conditions.
  ///
  /// @param states [n, D] in state units
  /// @return [n, D]
  public float[] score(Engine engine, Network network, float[] states, double t) {
    Parameterization.Coefficients c = coefficients(t);
    float[] inputs = states.clone();
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] *= isCondition(i) ? 1 : (float) inputScale(t);
    }
    float[] score = new float[states.length];
    engine.evaluate(network, inputs, features(t), score);
    for (int i = 0; i < score.length; i++) {
      score[i] = isCondition(i) ? 0 : (float) (-c.eps(states[i], score[i]) / schedule.sigma(t));
    }
    return score;
  }

  /// Whether a number of an array of states is a condition.
  private boolean isCondition(int index) {
    return index % scaling.coordinates() >= scaling.frame().varied();
  }
}
