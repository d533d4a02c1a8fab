package io.scorefield.experiment;

import io.scorefield.config.ConfigException;
import io.scorefield.data.Condition;
import io.scorefield.data.Conditions;
import io.scorefield.data.DataSet;
import io.scorefield.data.LabelledPoints;
import io.scorefield.diffusion.Objective;
import io.scorefield.diffusion.Weighting;
import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.Engine;
import io.scorefield.engine.TrainingState;
import io.scorefield.experiment.model.ClassifierFile;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.model.ModelFile;
import io.scorefield.network.Network;
import io.scorefield.network.architecture.Classifier;
import io.scorefield.train.Checkpoint;
import io.scorefield.train.ClassifierTraining;
import io.scorefield.train.Trainer;
import io.scorefield.train.TrainingOptions;
import io.scorefield.watch.Reporter;
import io.scorefield.watch.StoppedException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Trains a classifier of noisy points for a model that knows no classes: on the model's data with the class of each point, at
/// the model's noise levels.
///
/// @param stored the model
/// @param settings of the training and the shape
public record ClassifierStage(Engine engine, Checkpoint.Stored stored, Settings settings, Reporter reporter) {
  private static final double LEARNING_RATE = 1e-3;
  private static final double AVERAGE = 0.999;

  /// @param layers hidden layers
  /// @param hidden their width
  public record Settings(long steps, int batch, int layers, int hidden, long seed) {}

  /// Trains.
  ///
  /// @throws ConfigException when the model or its data do not allow it
  public ClassifierFile train() throws IOException {
    Model model = ModelFile.readPlain(stored, ModelFile.config(stored, List.of()));
    model.requireSpaceOfData("classifier");
    model.requireSharedConditions("classifier");
    if (model.diffuser().scaling().frame().conditions() > 0) {
      throw new ConfigException(
          "the network of this checkpoint is told conditions: ask for a class with sample --condition; a classifier is for "
              + "networks that are told none");
    }
    if (model.diffuser().start().isPresent()) {
      throw new ConfigException("this model does not begin with noise: its states have no score that a classifier could add to");
    }
    DataSet data = labelled();
    Condition classes = data.told().all().getFirst();
    Classifier shape =
        new Classifier(
            model.diffuser().scaling().coordinates(), model.diffuser().embedding().size(), classes.components(), settings.layers,
            settings.hidden);
    try {
      shape.guided(model.architecture(), 0);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage(), e);
    }
    float[] points = Conditions.without(data.points(), data.dimension(), data.conditions());
    float[] told = Conditions.alone(data.points(), data.dimension(), data.conditions());
    float[] states = behind(model.diffuser().scaling().toState(points), told, shape);
    AdamOptions adam = new AdamOptions(0.9, 0.999, 1e-8, Double.POSITIVE_INFINITY, AVERAGE);
    TrainingOptions options =
        new TrainingOptions(
            settings.steps, settings.batch, LEARNING_RATE, TrainingOptions.Decay.COSINE, adam,
            new Objective(Weighting.NONE, Objective.Reduction.SUM), settings.seed);
    Network start = Network.initialize(shape.crossEntropy(), settings.seed);
    try (Trainer trainer =
        new Trainer(
            engine, ClassifierTraining.plan(shape, model.diffuser(), states, options), options, TrainingState.start(start))) {
      run(trainer);
      return new ClassifierFile(model, shape, classes.classes(), trainer.network());
    }
  }

  /// How samples of a class are over the weight of a classifier of this model.
  public ClassifierTable table(ClassifierFile trained) throws IOException {
    Model model = trained.model().settled(engine, stored.network(trained.model().architecture()), reporter::line);
    ClassifierFile settled = new ClassifierFile(model, trained.shape(), trained.classes(), trained.network());
    return ClassifierTable.of(engine, settled, stored.network(model.architecture()), labelled());
  }

  /// The model's data with the class of each point.
  private DataSet labelled() throws IOException {
    DataSet data;
    try {
      data =
          ModelFile.source(stored)
              .with("data.conditions", "[" + LabelledPoints.CLASS + "]", "classifier")
              .with("objective.drop-condition", "0.5", "classifier") // without it samples would have to be asked for
              .bind()
              .data()
              .load(ModelFile.config(stored, List.of()).seed());
    } catch (ConfigException e) {
      throw new ConfigException(
          "the data of this checkpoint have no classes that a classifier could learn; those of half-moons and eight-gaussians have", e);
    }
    return data;
  }

  private void run(Trainer trainer) {
    Chunk chunk = new Chunk();
    while (!trainer.finished()) {
      if (reporter.stopRequested()) {
        throw new StoppedException("stopped; the classifier was not written");
      }
      long before = System.nanoTime();
      double[] losses = trainer.advance(chunk.steps()).physics();
      chunk.took(losses.length, (System.nanoTime() - before) * 1e-9);
      double mean = Arrays.stream(losses).average().orElse(Double.NaN);
      reporter.progress(
          "classifier", trainer.step(), settings.steps, "steps", String.format(Locale.ROOT, "cross-entropy %.4f", mean));
    }
  }

  private static float[] behind(float[] states, float[] told, Classifier shape) {
    int wide = shape.dimension() + shape.classes();
    float[] all = new float[states.length + told.length];
    for (int i = 0; i < all.length / wide; i++) {
      System.arraycopy(states, i * shape.dimension(), all, i * wide, shape.dimension());
      System.arraycopy(told, i * shape.classes(), all, i * wide + shape.dimension(), shape.classes());
    }
    return all;
  }
}
