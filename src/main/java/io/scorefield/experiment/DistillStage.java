package io.scorefield.experiment;

import io.scorefield.config.ConfigException;
import io.scorefield.data.DataSet;
import io.scorefield.data.Distribution;
import io.scorefield.diffusion.Guidance;
import io.scorefield.distill.Student;
import io.scorefield.distill.Teacher;
import io.scorefield.engine.Engine;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.model.ModelFile;
import io.scorefield.experiment.settings.DistillationConfig;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.experiment.settings.SchoolingConfig;
import io.scorefield.network.Network;
import io.scorefield.train.Checkpoint;
import io.scorefield.watch.Reporter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// Teaches students of few steps what a trained model does in many, and keeps each as a checkpoint.
///
/// @param stored the teacher
/// @param model of the teacher
/// @param method of the teacher's samples: plain, or a guidance of its configuration, which students then have learned
public record DistillStage(Engine engine, Checkpoint.Stored stored, Model model, String method, Reporter reporter) {
  /// A student in a file.
  ///
  /// @param method that it was taught by
  /// @param steps evaluations of its network for a sample
  /// @param model as it is in its checkpoint
  public record Taught(String method, int steps, Path file, Model model, Network network) {
    /// The student's samples, [count, D] less the data's origin.
    public float[] samples(Engine engine, int count, long seed) {
      return model.diffuser().sample(engine, network, model.config().sampler().sampler(), count, seed);
    }
  }

  /// Teaches one student and writes it.
  ///
  /// @param name of the way it is taught
  /// @throws ConfigException where the teacher cannot be learned from so, with the reason
  public Taught teach(String name, SchoolingConfig config, int steps, long seed, Path file) throws IOException {
    SampleStage stage =
        method.equals("plain")
            ? new SampleStage(engine, model, stored.network(model.architecture()), reporter)
            : SampleStage.withMeasurements(engine, model, stored.network(model.architecture()), reporter);
    Guidance guidance = stage.methods().get(method);
    Teacher teacher =
        new Teacher(
            engine, model.diffuser(), stored.network(model.architecture()), guidance, stage.physics(method));
    Student student;
    try {
      student = config.method().distillation().of(teacher, steps, config.schooling(seed));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(name + " in " + steps + " steps: " + e.getMessage(), e);
    }
    Model learned = ModelFile.readPlain(stored, source(student, name, config.method(), steps).bind());
    Checkpoint.writeWeights(file, ModelFile.metadata(learned), student.network(), config.steps(), learned.parts());
    return new Taught(name, steps, file, learned, student.network());
  }

  /// The configuration of the student: the teacher's, but for how it is sampled and what its network predicts.
  private ExperimentSource source(Student student, String name, DistillationConfig kind, int steps) throws IOException {
    String levels = student.levels().stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
    String sampler =
        String.format(
            Locale.ROOT, "{kind: %s, steps: %d, grid: {kind: given, levels: %s}, clip: false}", kind.sampler(), steps, levels);
    String description = model.config().description() + "; distilled to " + steps + " steps (" + name + ")";
    return ModelFile.source(stored)
        .with("sampler", sampler, "distill")
        .with("guidance", "[]", "distill")
        .with("description", "'" + description.replace("'", "''") + "'", "distill")
        .with("objective.predict", student.diffuser().parameterization().name().toLowerCase(Locale.ROOT), "distill");
  }

  /// How far students are from the truth, and their teacher with a few good samplers.
  ///
  /// @param evaluations of the teacher
  /// @param parts of the samples, each against true points of its own
  /// @return empty where the truth is not known, or is not that of the samples, which is reported
  public Optional<SamplerComparison.Table> compare(
      DataSet data, List<Taught> students, List<String> samplers, List<Integer> evaluations, int parts, int size) {
    Optional<Distribution> known = data.source();
    if (known.isEmpty() || model.diffuser().scaling().frame().conditions() > 0 || !method.equals("plain")) {
      reporter.line(
          known.isEmpty()
              ? "the true distribution is not known for data from a file: no table of distances"
              : "the students' samples are not of all data: no table of distances");
      return Optional.empty();
    }
    int directions = model.config().evaluate().directions();
    try {
      return Optional.of(
          new SamplerComparison(
                  model, ModelFile.source(stored), data,
                  new SamplerComparison.Options(samplers, evaluations, parts, size, directions))
              .beside(
                  engine, stored.network(model.architecture()),
                  students.stream()
                      .map(
                          student ->
                              new SamplerComparison.Other(
                                  student.method(), student.steps(),
                                  (count, seed) -> student.samples(engine, count, seed)))
                      .toList()));
    } catch (IOException e) {
      throw new IllegalStateException(e); // the checkpoint was read before
    }
  }
}
