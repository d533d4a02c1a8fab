package io.scorefield.experiment.settings;

import io.scorefield.config.Checked;
import io.scorefield.config.Setting;
import io.scorefield.data.DataRange;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Objective;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.diffusion.ProbabilityFlow;
import io.scorefield.diffusion.Weighting;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.schedule.DiscreteSchedule;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// An experiment: everything that a run depends on.
public record ExperimentConfig(
    @Setting(doc = "One line about the experiment.", value = "''") String description,
    @Setting(
            doc = "Seed of the data, the weights, the training and the samples.",
            value = "1",
            min = 0,
            max = 1e15)
        long seed,
    @Setting(doc = "The training points.") DataConfig data,
    @Setting(doc = "What samples begin with.", value = "{kind: noise}") SourceConfig source,
    @Setting(
            doc = "The space of the diffusion: that of the data, or of the codes of an autoencoder that is trained first.",
            value = "{kind: none}")
        LatentConfig latent,
    @Setting(doc = "The noise schedule.") ScheduleConfig schedule,
    @Setting(doc = "The network.", value = "{}") NetworkConfig network,
    @Setting(doc = "The training objective.", value = "{}") ObjectiveConfig objective,
    @Setting(doc = "The training.", value = "{}") TrainConfig train,
    @Setting(doc = "The reverse process.") SamplerConfig sampler,
    @Setting(doc = "How many samples.", value = "{}") SampleConfig sample,
    @Setting(doc = "The laws that samples are to obey.", value = "[]") List<LawConfig> physics,
    @Setting(doc = "Ways to guide samples to the laws, each sampled beside the plain model.", value = "[]")
        List<GuidanceConfig> guidance,
    @Setting(
            doc = "An inverse problem: the guidance then is towards its measurements.",
            value = "{}")
        InverseConfig inverse,
    @Setting(doc = "The metrics.", value = "{}") EvaluateConfig evaluate,
    @Setting(
            doc = "Repeat everything with seeds seed, seed + 1, ... and report means.",
            value = "1",
            min = 1,
            max = 1000)
        int repeats,
    @Setting(doc = "Variants of this experiment to run side by side.", value = "[]")
        List<Variant> variants)
    implements Checked {

  /// Noise levels times time features that a table may hold: 160 MB.
  private static final long MOST_FEATURES = 20_000_000;

  /// The objective.
  public record ObjectiveConfig(
      @Setting(doc = "What the network predicts; v is good at all noise levels.", value = "v") Parameterization predict,
      @Setting(doc = "Weight of a noise level in the loss.", value = "none") Weighting weighting,
      @Setting(
              doc = "Squared errors of the components are summed or averaged.",
              value = "mean")
          Objective.Reduction reduction,
      @Setting(
              doc =
                  "Share of the examples whose conditions the network is not told, in hundredths: so it learns to do without, "
                      + "which classifier-free guidance needs. Needs data.conditions.",
              value = "0",
              min = 0,
              max = 1)
          double dropCondition,
      @Setting(
              doc =
                  "Which noise is put to which data: any to any (independent), or in groups of 256 the pairing whose lines are "
                      + "the shortest (optimal-transport), which makes paths straighter.",
              value = "independent")
          Objective.Coupling coupling,
      @Setting(
              doc =
                  "What the network is compared with: the noise of the example (denoising), nothing, by its divergence, exact "
                      + "(implicit) or along a random direction (sliced), or the score of the data, where it is known "
                      + "(explicit). All reach the same score. Or noise of the distances of near atoms (distances), for network.kind: "
                      + "gine: docs/conformers.md.",
              value = "denoising")
          Objective.Matching matching,
      @Setting(doc = "The laws' part in the training.", value = "{}") TrainingPhysics physics) {
    public Objective objective() {
      return new Objective(
          weighting, reduction,
          new Objective.Physics(
              physics.estimate(), physics.c(), physics.spread(), physics.limit(), physics.combine()),
          dropCondition, coupling, matching);
    }
  }

  /// Training with the laws.
  public record TrainingPhysics(
      @Setting(
              doc =
                  "What the laws are applied to: none, the mean x0hat, or a sample (x0hat after one DDIM step to "
                      + "the first noise level).",
              value = "none")
          Objective.Estimate estimate,
      @Setting(
              doc = "How much the laws weigh: c / (2 Sigma_t) |R|^2, or as 'spread' says.",
              value = "0.01",
              min = 0,
              aboveMin = true)
          double c,
      @Setting(
              doc =
                  "How that is spread over the noise levels: by Sigma_t, the variance of x_{t-1} given x_t and x_0 "
                      + "(posterior), as the errors of the data are weighted, c times as much as theirs (data), or that "
                      + "times alpha_t^2, less where there is much noise (signal).",
              value = "posterior")
          Objective.Spread spread,
      @Setting(
              doc = "Residuals beyond so many sqrt(Sigma_t) have no pull. 0: all have.",
              value = "0",
              min = 0)
          double limit,
      @Setting(
              doc =
                  "How the gradients of data and physics are put together: their sum, or along the direction "
                      + "that both agree on.",
              value = "sum")
          TrainingPlan.Combination combine,
      @Setting(
              doc =
                  "The fields that the laws train, for example [u]: of the others their gradient counts as 0, as if these "
                      + "were given. Empty: all.",
              value = "[]")
          List<String> fields) {}

  /// Which weights of a training are sampled.
  public enum Weights {
    /// Those at its end.
    LAST,
    /// Those with the least loss on the points held out.
    BEST
  }

  /// The number of samples.
  public record SampleConfig(
      @Setting(
              doc = "Samples of each method. 0: 1,000 on the reference engine, 10,000 on others.",
              value = "0",
              min = 0,
              max = 1e15)
          long count,
      @Setting(
              doc =
                  "Which weights of the training: the last, or the best, those with the least loss on the points held out.",
              value = "last")
          Weights weights,
      @Setting(
              doc =
                  "What samples are asked for under: a value for each of data.conditions, a number or the name of a class. "
                      + "Empty: samples without conditions, where objective.drop-condition has taught them.",
              value = "{}")
          Map<String, String> conditions,
      @Setting(
              doc = "The temperature that the network is told from noise to data, where it is told one.",
              value = "{kind: none}")
          AnnealingConfig annealing) {
    /// Samples on the given engine.
    public long countOn(String engine) {
      return count > 0 ? count : engine.equals("reference") ? 1_000 : 10_000;
    }
  }

  /// The metrics.
  public record EvaluateConfig(
      @Setting(
              doc = "At most so many samples enter the metrics.",
              value = "10000",
              min = 20,
              max = 1e6)
          int samples,
      @Setting(
              doc = "At most so many samples enter the metrics that compare all pairs.",
              value = "2000",
              min = 20,
              max = 1e5)
          int pairwiseSamples,
      @Setting(
              doc = "Directions of the sliced Wasserstein distance.",
              value = "64",
              min = 1,
              max = 1e5)
          int directions,
      @Setting(
              doc =
                  "Measure the Wasserstein distance itself beside the sliced one, with so many samples; its time grows as the "
                      + "cube of them. 0: not.",
              value = "0",
              min = 0,
              max = 20000)
          int wassersteinSamples,
      @Setting(
              doc = "Pairs of independent true samples that the noise floor is averaged over.",
              value = "5",
              min = 1,
              max = 1000)
          int floorRepeats,
      @Setting(
              doc =
                  "Temperatures at which samples are made and compared, where the network is told the temperature: energies, "
                      + "heat capacities, free energies and entropies. Two or more, ascending.",
              value = "[]",
              min = 0,
              aboveMin = true)
          List<Double> temperatures,
      @Setting(
              doc =
                  "Measure the effective samples and the likelihood of particles with so many samples of the probability"
                      + " flow, and as many true ones; at least 100, 0: not at all.",
              value = "0",
              min = 0,
              max = 1e6)
          int effectiveSamples,
      @Setting(
              doc =
                  "Measure the likelihood of so many points that were not trained on: true ones drawn afresh, or those held "
                      + "out. In nats and bits per dimension, by the probability flow and by the variational bound; with "
                      + "effective samples where the true density is known. At least 100, 0: not at all.",
              value = "0",
              min = 0,
              max = 1e6)
          int likelihood,
      @Setting(
              doc =
                  "Steps of the probability flow for these, four evaluations of the network each; a discrete schedule has"
                      + " half as many at most as it has levels.",
              value = "100",
              min = 1,
              max = ProbabilityFlow.MOST_STEPS)
          int flowSteps,
      @Setting(
              doc =
                  "Probes of the divergence for these, random signs, whose estimate has no bias; 0: the exact divergence, for "
                      + "which a network of S components is differentiated S times.",
              value = "0",
              min = 0,
              max = 1000)
          int probes,
      @Setting(
              doc = "Levels of the variational bound; a discrete schedule has no more than its own.",
              value = "1000",
              min = 2,
              max = 100000)
          int boundLevels,
      @Setting(
              doc =
                  "Points along each axis of the picture of the model's density, for data in the plane. 0: no such picture.",
              value = "80",
              min = 0,
              max = 1000)
          int densityGrid)
      implements Checked {
    /// Fewer have no error that could be told.
    private static final int FEWEST_EFFECTIVE = 100;

    /// Fewer are no picture.
    private static final int FEWEST_CELLS = 10;

    @Override
    public void check() {
      for (int i = 1; i < temperatures.size(); i++) {
        if (!(temperatures.get(i) > temperatures.get(i - 1))) {
          throw new IllegalArgumentException("temperatures must be ascending, not " + temperatures);
        }
      }
      if (temperatures.size() == 1) {
        throw new IllegalArgumentException(
            "temperatures: free energies are differences between two or more; " + temperatures + " is one");
      }
      if (effectiveSamples > 0 && effectiveSamples < FEWEST_EFFECTIVE) {
        throw new IllegalArgumentException(
            "evaluate.effective-samples is " + effectiveSamples + "; it must be 0 or at least " + FEWEST_EFFECTIVE);
      }
      if (likelihood > 0 && likelihood < FEWEST_EFFECTIVE) {
        throw new IllegalArgumentException(
            "evaluate.likelihood is " + likelihood + "; it must be 0 or at least " + FEWEST_EFFECTIVE);
      }
      if (densityGrid > 0 && densityGrid < FEWEST_CELLS) {
        throw new IllegalArgumentException(
            "evaluate.density-grid is " + densityGrid + "; it must be 0 or at least " + FEWEST_CELLS);
      }
    }

    /// The flow that densities are made with.
    public ProbabilityFlow flow(int steps) {
      return new ProbabilityFlow(ProbabilityFlow.Scheme.RUNGE_KUTTA, steps, probes);
    }
  }

  /// A named set of changed keys.
  public record Variant(
      @Setting(doc = "Name in files and tables.") String name,
      @Setting(
              doc =
                  "Variants of one family are joined by a line in tradeoff.png. Empty: those that differ in one number "
                      + "only are.",
              value = "''")
          String family,
      @Setting(doc = "Dotted keys and their values.", value = "{}") Map<String, String> set)
      implements Checked {
    @Override
    public void check() {
      if (!name.matches("[a-z0-9][a-z0-9.-]{0,63}")) {
        throw new IllegalArgumentException(
            "a variant is named with lower-case letters, digits, dots and hyphens; got '" + name
                + "'");
      }
      for (String key : List.of("seed", "repeats", "variants")) {
        if (set.containsKey(key)) {
          throw new IllegalArgumentException(
              "variant '" + name + "' cannot set '" + key + "': it is the same for all variants");
        }
      }
    }
  }

  @Override
  public void check() {
    // Compiling the sampler finds what does not go together: sampler and schedule, for example.
    network.checkAlone();
    long levels =
        schedule.schedule() instanceof DiscreteSchedule discrete
            ? discrete.steps()
            : Objective.CONTINUOUS_ROWS;
    levels = objective.objective().rows(levels, schedule.schedule() instanceof DiscreteSchedule);
    long features = network.timeEmbedding().size();
    if (Math.max(levels, sampler.evaluations()) * features > MOST_FEATURES) {
      throw new IllegalArgumentException(
          "the time features of all noise levels are more than " + MOST_FEATURES
              + " numbers; use fewer steps or a smaller time embedding");
    }
    if (network.isEquivariant() && sampler.clip()) {
      throw new IllegalArgumentException(
          "sampler.clip keeps x0hat within a box, and turned particles would be clipped otherwise; with this network set "
              + "sampler.clip: false");
    }
    if (schedule instanceof LearnedScheduleConfig learned) {
      learned.require(objective);
    }
    Diffuser diffuser = diffuser(Scaling.identity(1), Optional.empty());
    if (sampler instanceof SamplerConfig.Adaptive adaptive) {
      adaptive.pilot().require(diffuser);
    }
    StepProgram plain = sampler.outline().compile(diffuser);
    Set<String> names = new HashSet<>();
    for (GuidanceConfig method : guidance) {
      if (!names.add(method.name())) {
        throw new IllegalArgumentException(
            "two guidance methods are named '" + method.name() + "'; give one another name");
      }
      source.require(method.guidance(inverse, guidance).apply(plain, diffuser));
    }
    source.require(this);
    source.require(plain);
    checkConditions();
    if (!evaluate.temperatures().isEmpty() && !(data instanceof ParticlesConfig told && told.conditions() > 0)) {
      throw new IllegalArgumentException(
          "evaluate.temperatures needs a network that is told the temperature: set data.temperatures to those to train on");
    }
    if (!(sample.annealing() instanceof AnnealingConfig.None) && !(data instanceof ParticlesConfig told && told.conditions() > 0)) {
      throw new IllegalArgumentException(
          "sample.annealing needs a network that is told the temperature: set data.temperatures to those to train on");
    }
    if (evaluate.effectiveSamples() > 0) {
      if (data instanceof ParticlesConfig particles && particles.conditions() > 0) {
        throw new IllegalArgumentException(
            "evaluate.effective-samples is for particles of one temperature; leave out data.temperatures");
      }
      if (!(data instanceof ParticlesConfig)) {
        throw new IllegalArgumentException(
            "evaluate.effective-samples compares the density of samples with exp(-U/T); it needs data.kind: particles, of "
                + "which energy and temperature are known");
      }
      evaluate.flow(evaluate.flowSteps()).require(diffuser);
    }
    if (objective.coupling() != Objective.Coupling.INDEPENDENT && (data.unnamedConditions() > 0 || data.asksEach() || !data.told().isEmpty())) {
      throw new IllegalArgumentException(
          "objective.coupling: optimal-transport pairs noise with data whatever their conditions, so the noise would no longer "
              + "be independent of these; set it to independent");
    }
    MatchingRules.check(this);
    LatentRules.check(this);
    if (evaluate.likelihood() > 0) {
      if (data.unnamedConditions() > 0) {
        throw new IllegalArgumentException(
            "evaluate.likelihood is for particles of one temperature; leave out data.temperatures");
      }
      if (data instanceof DataConfig.File && train.heldOut() == 0) {
        throw new IllegalArgumentException(
            "evaluate.likelihood needs points that are not trained on; set train.held-out, for example to 0.1");
      }
      evaluate.flow(evaluate.flowSteps()).require(diffuser);
    }
    if (sample.weights() == Weights.BEST && train.heldOut() == 0) {
      throw new IllegalArgumentException(
          "sample.weights: best needs points to judge by; set train.held-out, for example to 0.1");
    }
    if (guidance.stream().anyMatch(method -> method.guidance(inverse, guidance).usesLaws()) && physics.isEmpty() && !inverse.present()) {
      throw new IllegalArgumentException("guidance needs a law: set 'physics'");
    }
    if (inverse.present() && guidance.isEmpty()) {
      throw new IllegalArgumentException(
          "an inverse problem needs a way to take the measurements into account: set 'guidance'");
    }
    if (objective.physics().estimate() != Objective.Estimate.NONE) {
      if (physics.isEmpty()) {
        throw new IllegalArgumentException("objective.physics needs a law: set 'physics'");
      }
      if (train.isNone()) {
        throw new IllegalArgumentException(
            "objective.physics has no part in a training without steps; set train.steps or train.epochs, or "
                + "objective.physics.estimate: none");
      }
      if (!(schedule.schedule() instanceof DiscreteSchedule)) {
        throw new IllegalArgumentException(
            "objective.physics needs a discrete schedule, whose Sigma_t is the law's variance");
      }
    }
    Set<String> variantNames = new HashSet<>();
    for (Variant variant : variants) {
      if (!variantNames.add(variant.name())) {
        throw new IllegalArgumentException("two variants are named '" + variant.name() + "'");
      }
    }
  }

  /// The same with another sampler.
  public ExperimentConfig withSampler(SamplerConfig other) {
    return new ExperimentConfig(
        description, seed, data, source, latent, schedule, network, objective, train, other, sample, physics, guidance, inverse, evaluate,
        repeats, variants);
  }

  /// The same with another schedule.
  public ExperimentConfig withSchedule(ScheduleConfig other) {
    return new ExperimentConfig(
        description, seed, data, source, latent, other, network, objective, train, sampler, sample, physics, guidance, inverse, evaluate,
        repeats, variants);
  }

  /// Conditions that are 0 in units of the state.
  private static double[] nothing(Scaling scaling) {
    int made = scaling.frame().made();
    double[] values = new double[scaling.frame().conditions()];
    Arrays.setAll(values, c -> scaling.origin()[made + c] + scaling.mean()[made + c]);
    return values;
  }

  private void checkConditions() {
    List<String> told = data.told();
    boolean drops = objective.dropCondition() > 0;
    if (told.isEmpty() && drops) {
      throw new IllegalArgumentException("objective.drop-condition needs conditions to drop: set data.conditions");
    }
    if (told.isEmpty() && !sample.conditions().isEmpty()) {
      throw new IllegalArgumentException(
          "sample.conditions: the network is told no conditions; set data.conditions, for example [class] or columns of a file");
    }
    if (!told.isEmpty() && network instanceof EnergyConfig) {
      throw new IllegalArgumentException(
          "network.kind: energy divides its force by the condition that it is told, which is a temperature; with "
              + "data.conditions set network.kind: egnn");
    }
    if (!told.isEmpty() && sample.conditions().isEmpty() && !drops) {
      throw new IllegalArgumentException(
          "samples need a value of each of the conditions " + told + ": set sample.conditions. To sample without, the network "
              + "must have learned it: set objective.drop-condition, for example to 0.1");
    }
    for (String name : sample.conditions().keySet()) {
      if (!told.contains(name)) {
        throw new IllegalArgumentException("sample.conditions: there is no condition '" + name + "'; there is " + told);
      }
    }
    for (GuidanceConfig method : guidance) {
      boolean free = method instanceof GuidanceConfig.ClassifierFreeConfig;
      if (free && !drops) {
        throw new IllegalArgumentException(
            "guidance '" + method.name() + "' needs a network that has learned with and without conditions: set "
                + "data.conditions, and objective.drop-condition, for example to 0.1");
      }
      if (free && sample.conditions().isEmpty()) {
        throw new IllegalArgumentException("guidance '" + method.name() + "' needs conditions to guide to: set sample.conditions");
      }
    }
    if (inverse.present() && !told.isEmpty()) {
      throw new IllegalArgumentException(
          "inverse: the posterior that samples are compared with is that of all data, not of those under data.conditions");
    }
  }

  /// The model without its weights, for data without conditions that have names.
  public Diffuser diffuser(Scaling scaling, Optional<DataRange> range) {
    return diffuser(scaling, range, Optional.empty());
  }

  /// The model without its weights.
  ///
  /// @param asked what samples are asked for under, of conditions with names; empty: of none
  public Diffuser diffuser(Scaling scaling, Optional<DataRange> range, Optional<double[]> asked) {
    boolean told = scaling.frame().conditions() > 0;
    double[] values =
        asked.orElseGet(() -> data.told().isEmpty() ? data.asked() : nothing(scaling));
    Diffuser diffuser =
        new Diffuser(
        schedule.schedule(), objective.predict(), network.timeEmbedding().embedding(schedule.schedule()), scaling, range,
        told ? Arrays.stream(values).boxed().toList() : List.of(),
        told ? sample.annealing().annealing(data, seed) : Optional.empty());
    return source.start(seed).map(diffuser::withStart).orElse(diffuser);
  }
}
