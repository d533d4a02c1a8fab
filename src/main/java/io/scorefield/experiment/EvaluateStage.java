package io.scorefield.experiment;

import io.scorefield.data.Conditions;
import io.scorefield.data.DataSet;
import io.scorefield.data.KnownMoments;
import io.scorefield.eval.Evaluator;
import io.scorefield.eval.Judge;
import io.scorefield.eval.MetricValue;
import io.scorefield.eval.MomentErrors;
import io.scorefield.experiment.model.ConditionalLaws;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.settings.DataConfig;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.physics.Constraint;
import io.scorefield.watch.Reporter;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Measures the samples of a run.
public final class EvaluateStage {
  /// Added to the seed of the training for the draws that samples are compared with.
  public static final long FRESH_DRAWS = 1L << 40;

  /// The share of samples whose most likely class, by the true densities, is the one asked for.
  static final String CLASS_SHARE = "asked-class-share";

  private final Model model;
  /// Of data that have metrics of their own.
  private final Optional<Judge> judge;
  private final Optional<Evaluator> evaluator;
  private final Optional<AskedClass> asked;
  /// Where the moments under the conditions are known.
  private final Optional<MomentErrors> moments;
  /// Whether samples are compared with points that are drawn, as none of the training has the conditions.
  private final boolean drawn;
  /// Of laws, which may read conditions.
  private final Optional<Evaluator> laws;

  /// @param data of the training; samples under conditions are compared with those that have them
  EvaluateStage(Model model, DataSet data) throws IOException {
    this.model = model;
    judge = model.config().data().judge(data, model.config().seed());
    evaluator =
        judge.isPresent()
            ? Optional.empty()
            : model.told().isEmpty()
            ? Optional.of(evaluator(model, data, model.constraint()))
            : data.made(model.asked()).map(made -> evaluator(model, made, Optional.empty()));
    laws =
        model.told().isEmpty()
            ? evaluator
            : ConditionalLaws.judged(model).map(some -> evaluator(model, data, Optional.of(some)));
    asked = AskedClass.of(model, data);
    drawn = !model.told().isEmpty() && model.asked().filter(data::hasNone).isPresent();
    moments =
        model.told().isEmpty()
            ? Optional.empty()
            : data.made(model.asked())
                .flatMap(DataSet::source)
                .filter(KnownMoments.class::isInstance)
                .map(KnownMoments.class::cast)
                .map(of -> new MomentErrors(of, model.config().evaluate().floorRepeats(), model.config().seed() + FRESH_DRAWS));
  }

  private static Evaluator evaluator(Model model, DataSet data, Optional<Constraint> laws) {
    ExperimentConfig config = model.config();
    ExperimentConfig.EvaluateConfig evaluate = config.evaluate();
    boolean angular = config.data() instanceof DataConfig.Circle;
    return new Evaluator(
        data,
        laws,
        angular,
        data.conditions() > 0 && !data.told().isEmpty() ? Optional.empty() : config.data().particleEnergy(data),
        new Evaluator.Options(
            evaluate.samples(), evaluate.pairwiseSamples(), evaluate.directions(), evaluate.floorRepeats(), evaluate.wassersteinSamples()),
        config.seed() + FRESH_DRAWS);
  }

  /// What the samples are compared with, in words.
  String reference() {
    return judge
        .map(Judge::reference)
        .orElseGet(() -> evaluator.map(Evaluator::reference).orElse("not among the data") + given());
  }

  /// What the truth and the noise floor are, for a report.
  String explanation() {
    String truth = "The truth is " + reference() + ".";
    return judge.isPresent()
        ? truth
        : truth + " The noise floor is the same metric between two such samples of the same size; a value near its floor cannot be "
            + "told from the truth.";
  }

  /// Under which conditions, in words.
  private String given() {
    return model.told().isEmpty()
        ? ""
        : model.asked().isEmpty() ? ", whatever their conditions" : " under " + Conditions.line(model.config().sample().conditions());
  }

  /// The metrics of one array of samples.
  Map<String, MetricValue> evaluate(float[] samples) {
    if (judge.isPresent()) {
      return judge.get().of(samples, model.config().evaluate().samples());
    }
    Map<String, MetricValue> metrics = new LinkedHashMap<>();
    float[] made = model.made(samples);
    asked.ifPresent(of -> metrics.put(CLASS_SHARE, of.share(made, model.config().evaluate().samples())));
    metrics.putAll(ofLaws(samples));
    moments.ifPresent(of -> metrics.putAll(of.of(made, model.config().evaluate().samples())));
    metrics.putAll(evaluator.orElseThrow().evaluate(made));
    if (drawn) {
      metrics.keySet().removeAll(List.of(Evaluator.NEAREST_TRAINING, Evaluator.MEMORISED));
    }
    return metrics;
  }

  /// The metrics of what samples are read beside, by names of their own.
  Map<String, Map<String, MetricValue>> beside() {
    return judge.map(Judge::beside).orElse(Map.of());
  }

  /// Of a network that is told conditions the laws' metrics, at samples with these.
  private Map<String, MetricValue> ofLaws(float[] samples) {
    return model.told().isEmpty() ? Map.of() : laws.map(of -> of.laws(samples)).orElse(Map.of());
  }

  /// The metrics of a method, none where it has too few samples; what is odd about them is said.
  Map<String, MetricValue> evaluate(String method, float[] samples, Reporter reporter) {
    int count = samples.length / model.dimension();
    if (judge.isPresent()) {
      return evaluate(samples);
    }
    if (evaluator.isEmpty()) {
      Map<String, MetricValue> ofLaws = ofLaws(samples);
      reporter.line(
          (ofLaws.isEmpty() ? "no metrics of " + method : method + " is measured by its laws only")
              + ": no point of the data has exactly the conditions asked for" + given());
      return ofLaws;
    }
    Evaluator evaluator = this.evaluator.get();
    if (count < Evaluator.FEWEST || !evaluator.possible()) {
      reporter.line(
          "no metrics of " + method + ": they need " + Evaluator.FEWEST + " samples and "
              + 2 * Evaluator.FEWEST + " data points" + given());
      return Map.of();
    }
    Map<String, MetricValue> metrics = evaluate(samples);
    int measured = Math.min(count, model.config().evaluate().samples());
    laws.map(of -> of.undefined(samples))
        .orElse(Map.of())
        .forEach(
            (law, times) ->
                reporter.line(
                    method + ": the law '" + law + "' is NaN at " + times + " of " + measured
                        + " samples, so its metrics are NaN; they lie where it has no value"));
    int without = evaluator.withoutEnergy(model.made(samples));
    if (without > 0) {
      reporter.line(
          method + ": " + without + " of " + measured + " samples have no finite energy: particles overlap, or the energy has "
              + "no value there");
    }
    return metrics;
  }
}
