package io.scorefield.cli;

import io.scorefield.config.Choice;
import io.scorefield.config.ConfigException;
import io.scorefield.config.Suggestion;
import io.scorefield.data.DataSet;
import io.scorefield.engine.Engine;
import io.scorefield.experiment.DistillStage;
import io.scorefield.experiment.SamplerComparison;
import io.scorefield.experiment.SamplerTable;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.model.ModelFile;
import io.scorefield.experiment.settings.DistillationConfig;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.SchoolingConfig;
import io.scorefield.experiment.settings.SchoolingSource;
import io.scorefield.plot.Figures;
import io.scorefield.train.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Teaches networks to sample in few steps.
@Command(
    name = "distill",
    description = {
      "Teaches a network to do in few steps what a trained one does in many. The student is a checkpoint like any other: "
          + "sample it with 'scorefield sample'.",
      "Where the true distribution is known, a table says how far students and teacher are from it."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: scorefield distill runs/half-moons/checkpoint.safetensors --steps 4",
      "Example: scorefield distill CHECKPOINT --steps 1,2,4,8 --method direct,reflow --out students"
    })
final class DistillCommand implements Callable<Integer> {
  /// Samplers that the teacher is shown with, and its own number of evaluations beside those of the students.
  private static final List<String> TEACHER = List.of("ddim", "heun", "adams-bashforth");

  private static final int TEACHER_EVALUATIONS = 50;

  private static final int MOST_STEPS = 1000;
  private static final int PARTS = 10;
  private static final int SHOWN = 4000;
  private static final int MOST_PANELS = 16;

  private final Console console;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "CHECKPOINT", description = "The teacher: a checkpoint.safetensors.")
  private Path checkpoint;

  @Option(
      names = "--steps",
      paramLabel = "N",
      split = ",",
      required = true,
      converter = CountConverter.Small.class,
      description = "Steps of the student, one evaluation of its network each; a student for each of several.")
  private List<Integer> steps;

  /// The methods, for the completion of commands.
  static final class Methods extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Methods() {
      super(Choice.of(DistillationConfig.class).stream().map(Choice::name).toList());
    }
  }

  @Option(
      names = "--method",
      paramLabel = "NAME",
      split = ",",
      completionCandidates = Methods.class,
      description = "How it is taught: ${COMPLETION-CANDIDATES}; a student for each of several (default: direct).")
  private List<String> methods = new ArrayList<>();

  @Option(
      names = "--guidance",
      paramLabel = "NAME",
      defaultValue = RunFolder.PLAIN,
      description =
          "Samples of the teacher that are learned from: plain, or a guidance of its configuration, which the student then needs "
              + "no more (default: ${DEFAULT-VALUE}).")
  private String guidance;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Change how the student is taught: steps=50000, batch, learning-rate, method.terms=20, ...; repeatable.")
  private List<String> set = new ArrayList<>();

  @Option(
      names = "--seed",
      paramLabel = "N",
      converter = CountConverter.class,
      description = "Seed of the teacher's paths and of the student's training (default: that of the teacher's).")
  private Long seed;

  @Option(
      names = {"-n", "--count"},
      paramLabel = "N",
      converter = CountConverter.Small.class,
      defaultValue = "20000",
      description = "Samples of each figure of the table, in ten parts (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      defaultValue = "distilled",
      description = "Folder of the students, the table and the pictures (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Mixin private EngineOptions engines;

  DistillCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (count < 100 || (seed != null && seed < 0) || steps.stream().anyMatch(n -> n < 1 || n > MOST_STEPS)) {
      throw new ParameterException(
          spec.commandLine(), "--steps must be from 1 to " + MOST_STEPS + ", -n at least 100, and --seed not negative");
    }
    List<Map.Entry<String, SchoolingConfig>> ways = ways();
    Checkpoint.Stored stored = Checkpoint.read(checkpoint);
    ExperimentConfig config = ModelFile.config(stored, List.of());
    Model model =
        guidance.equals(RunFolder.PLAIN) ? ModelFile.readPlain(stored, config) : ModelFile.read(stored, config);
    model.requireSpaceOfData("distill");
    model.requireSharedConditions("distill");
    List<Integer> all = List.copyOf(new TreeSet<>(steps));
    List<DistillStage.Taught> students = new ArrayList<>();
    ExperimentOptions.writable(out);
    try (Engine engine = engines.open(console)) {
      DistillStage stage = new DistillStage(engine, stored, model, guidance, console);
      for (Map.Entry<String, SchoolingConfig> way : ways) {
        for (int number : all) {
          Path file = out.resolve(way.getKey() + "-" + number + ".safetensors");
          students.add(stage.teach(way.getKey(), way.getValue(), number, seed == null ? config.seed() : seed, file));
          console.line("student: " + file);
        }
      }
      table(stage, config, all, students);
      if (model.dimension() == 2 && model.told().isEmpty()) {
        pictures(engine, model, config, students);
      }
    }
    return CommandLineRunner.OK;
  }

  /// The ways to teach by name.
  private List<Map.Entry<String, SchoolingConfig>> ways() {
    List<String> known = new Methods();
    for (String name : methods) {
      if (!known.contains(name)) {
        throw new ConfigException(
            "there is no way to distil named '" + name + "'" + Suggestion.of(name, known) + "; there are "
                + String.join(", ", known));
      }
    }
    List<String> names = methods.isEmpty() ? List.of("direct") : methods.stream().distinct().toList();
    if (names.size() > 1 && set.stream().anyMatch(change -> change.startsWith("method."))) {
      throw new ParameterException(spec.commandLine(), "--set method... is of one method; name one with --method");
    }
    List<Map.Entry<String, SchoolingConfig>> ways = new ArrayList<>();
    for (String name : names) {
      List<String> changes = Stream.concat(Stream.of("method={kind: " + name + "}"), set.stream()).toList();
      ways.add(Map.entry(name, SchoolingSource.bind(changes)));
    }
    return ways;
  }

  private void table(DistillStage stage, ExperimentConfig config, List<Integer> all, List<DistillStage.Taught> students)
      throws Exception {
    DataSet data = config.data().load(config.seed());
    TreeSet<Integer> evaluations = new TreeSet<>(all);
    evaluations.add(TEACHER_EVALUATIONS);
    Optional<SamplerComparison.Table> distances =
        stage.compare(data, students, TEACHER, List.copyOf(evaluations), PARTS, count / PARTS);
    if (distances.isPresent()) {
      SamplerTable table = new SamplerTable(data.name() + ", distilled", distances.get());
      table.print(console.out());
      table.write(out, "distances");
      console.result("");
      console.result("table and picture: " + out.resolve("distances.csv") + ", " + out.resolve("distances.png"));
    }
  }

  private void pictures(Engine engine, Model model, ExperimentConfig config, List<DistillStage.Taught> students)
      throws Exception {
    DataSet data = config.data().load(config.seed());
    List<Map.Entry<String, float[]>> panels = new ArrayList<>();
    for (DistillStage.Taught student : students.subList(0, Math.min(MOST_PANELS, students.size()))) {
      panels.add(
          Map.entry(
              student.method() + ", " + student.steps() + (student.steps() == 1 ? " step" : " steps"),
              student.samples(engine, SHOWN, config.seed())));
    }
    Figures.samples(data.points(), panels, model.axes()).write(out, "samples");
    console.result("samples: " + out.resolve("samples.png"));
  }
}
