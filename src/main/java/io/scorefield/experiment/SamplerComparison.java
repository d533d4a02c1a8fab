package io.scorefield.experiment;

import io.scorefield.config.ConfigException;
import io.scorefield.data.DataSet;
import io.scorefield.data.Distribution;
import io.scorefield.data.GaussianMixture;
import io.scorefield.diffusion.ExactSampler;
import io.scorefield.diffusion.Sampler;
import io.scorefield.engine.Engine;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.network.Network;
import io.scorefield.watch.Meter;
import io.scorefield.watch.Watch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How far samples of one model are from the truth, by sampler and by how often the network is evaluated for one of them.
///
/// Every figure is the mean of the sliced Wasserstein-2 distance over parts of the samples, each against true points of its
/// own; the floor is that of true points against others.
public final class SamplerComparison {
  /// What is compared.
  ///
  /// @param samplers of {@link SamplerLineup#NAMES}; empty: those compared where nothing else is said
  /// @param evaluations of the network for one sample, at most
  /// @param parts independent parts of the samples
  /// @param size samples of one part
  /// @param directions of the sliced distance
  public record Options(List<String> samplers, List<Integer> evaluations, int parts, int size, int directions) {}

  /// A figure of the table.
  ///
  /// @param evaluations as asked for; the sampler may need fewer
  /// @param used evaluations of the network for one sample
  /// @param distance mean over the parts, infinite where samples are not finite
  /// @param error its standard error
  public record Entry(String sampler, int evaluations, int used, double distance, double error) {
    private Entry named(String name) {
      return new Entry(name, evaluations, used, distance, error);
    }
  }

  /// @param floor of true points against others
  /// @param refused samplers that do not fit the model, with the reason
  public record Table(List<Entry> entries, double floor, double floorError, Map<String, String> refused) {}

  private final Model model;
  private final ExperimentSource source;
  private final TruthDistance truth;
  private final Options options;

  /// @param source the configuration of the model, of which the sampler is changed
  /// @throws ConfigException where the truth is not known
  public SamplerComparison(Model model, ExperimentSource source, DataSet data, Options options) {
    this.model = model;
    this.source = source;
    this.options = options;
    if (model.diffuser().scaling().frame().conditions() > 0) {
      throw new ConfigException(
          "samplers are compared by the distance to all data; those of this model are told "
              + (model.told().isEmpty() ? "the temperature" : "conditions, " + model.told().names()));
    }
    Distribution known =
        data.source()
            .orElseThrow(
                () ->
                    new ConfigException(
                        "samplers are compared with fresh points of the true distribution, which is not known for data from a "
                            + "file"));
    truth = new TruthDistance(known, model.config().seed(), options.parts(), options.size(), options.directions());
  }

  /// By the network.
  public Table of(Engine engine, Network network) {
    return table((sampler, count, seed) -> model.diffuser().sample(engine, network, sampler, count, seed));
  }

  /// Another model of the same data.
  ///
  /// @param evaluations of its network for one sample
  public record Other(String name, int evaluations, Drawn samples) {}

  /// Makes samples 0 .. count - 1 of a seed, [count, D].
  @FunctionalInterface
  public interface Drawn {
    float[] of(int count, long seed);
  }

  /// Other models, and behind them the samplers by the network, as "teacher" with the sampler's name.
  public Table beside(Engine engine, Network network, List<Other> others) {
    List<Entry> entries = new ArrayList<>();
    for (Other other : others) {
      TruthDistance.Figure figure = truth.of(other.samples().of(truth.count(), model.config().seed()));
      entries.add(
          new Entry(other.name(), other.evaluations(), other.evaluations(), figure.distance(), figure.error()));
    }
    Table own = of(engine, network);
    own.entries().stream().map(entry -> entry.named("teacher, " + entry.sampler())).forEach(entries::add);
    return new Table(entries, own.floor(), own.floorError(), own.refused());
  }

  /// By the exact score.
  ///
  /// @throws ConfigException where it is not known
  public Table exact() {
    if (model.diffuser().start().isPresent()) {
      throw new ConfigException("the exact score is that of noised data; set source.kind to noise");
    }
    if (!(truth.truth() instanceof GaussianMixture mixture)) {
      throw new ConfigException(
          "the exact score is known for mixtures of Gaussians only, such as data.kind: eight-gaussians; these data are '"
              + truth.truth().name() + "'");
    }
    return table((sampler, count, seed) -> new ExactSampler(model.diffuser(), sampler, mixture).sample(count, seed));
  }

  @FunctionalInterface
  private interface Samples {
    float[] of(Sampler sampler, int count, long seed);
  }

  private Table table(Samples samples) {
    List<String> names = options.samplers().isEmpty() ? SamplerLineup.COMPARED : options.samplers();
    List<Entry> entries = new ArrayList<>();
    Map<String, String> refused = new LinkedHashMap<>();
    SamplerLineup lineup = new SamplerLineup(source, model.diffuser(), model.config().sampler().clip());
    Meter meter = Watch.current().meter("samplers", (long) names.size() * options.evaluations().size(), "figures");
    for (String name : names) {
      for (int evaluations : options.evaluations()) {
        try {
          Optional<SamplerLineup.Chosen> chosen = lineup.chosen(name, evaluations);
          if (chosen.isPresent()) {
            entries.add(entry(name, evaluations, chosen.get(), samples));
          }
          meter.step(1);
        } catch (IllegalArgumentException e) {
          refused.put(name, String.valueOf(e.getMessage()));
          break;
        }
      }
    }
    TruthDistance.Figure floor = truth.floor();
    return new Table(entries, floor.distance(), floor.error(), refused);
  }

  private Entry entry(String name, int evaluations, SamplerLineup.Chosen chosen, Samples samples) {
    TruthDistance.Figure figure = truth.of(samples.of(chosen.sampler(), truth.count(), model.config().seed()));
    return new Entry(name, evaluations, chosen.evaluations(), figure.distance(), figure.error());
  }
}
