package io.scorefield.cli;

import io.scorefield.bench.Bench;
import io.scorefield.bench.BenchReport;
import io.scorefield.bench.Crossing;
import io.scorefield.bench.SamplerCosts;
import io.scorefield.bench.Timing;
import io.scorefield.bench.Workload;
import io.scorefield.config.ConfigException;
import io.scorefield.config.Suggestion;
import io.scorefield.config.WholeNumber;
import io.scorefield.engine.Engine;
import io.scorefield.engine.Engines;
import io.scorefield.engine.nativecpu.NativeOptions;
import io.scorefield.experiment.SamplerLineup;
import io.scorefield.experiment.settings.ExperimentSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// How fast the engines are.
@Command(
    name = "bench",
    description = {
      "Times engines side by side: optimiser steps and samples a second over batch sizes.",
      "An engine is compared with the reference engine first; one that fails gets no figure."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: scorefield bench half-moons --sizes 1e3,1e4,1e5",
      "Figures are medians; machines differ, so compare engines within one run only."
    })
final class BenchCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "EXPERIMENT",
      arity = "0..1",
      defaultValue = "half-moons",
      completionCandidates = Experiments.class,
      description = "The experiment whose work is timed: " + Experiments.HELP + " (default: ${DEFAULT-VALUE}).")
  private String experiment;

  @Option(
      names = "--engines",
      paramLabel = "ENGINE",
      split = ",",
      description = "Engines to time, separated by commas (default: all that are available).")
  private List<String> engines = new ArrayList<>();

  @Option(
      names = "--threads",
      converter = CountConverter.Small.class,
      paramLabel = "N",
      defaultValue = "0",
      description = "Worker threads, 1 to 4096; 0: all processors (default: ${DEFAULT-VALUE}).")
  private int threads;

  private static final String TRAIN_MEAN = "train-mean";
  private static final String TRAIN_SAMPLE = "train-sample";
  private static final List<String> TRAININGS = List.of(Bench.TRAIN, TRAIN_MEAN, TRAIN_SAMPLE);

  @Option(
      names = "--work",
      paramLabel = "WORK",
      split = ",",
      description =
          "train; train-mean and train-sample (with the laws in the loss, where there are some); and names "
              + "of sampling methods: plain, or a guidance of the experiment; samplers: what an evaluation costs in each of "
              + "them, relative to Euler-Maruyama (default: all).")
  private List<String> works = new ArrayList<>();

  @Option(
      names = "--sizes",
      paramLabel = "N",
      split = ",",
      defaultValue = "1e3,1e4,1e5,1e6,1e7",
      description =
          "Batch sizes of training and numbers of samples (default: ${DEFAULT-VALUE}). Training is "
              + "timed at the experiment's own batch size as well.")
  private List<String> sizes;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "20",
      description =
          "Time for one figure, with all its repetitions; sizes that need more are skipped and said "
              + "to be (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--all-sizes",
      description =
          "Skip no size: what takes more than half of --seconds is timed once, without a warm-up of its own.")
  private boolean allSizes;

  @Option(
      names = "--steps",
      paramLabel = "N",
      converter = CountConverter.class,
      defaultValue = "0",
      description =
          "Time trainings of so many optimiser steps as a whole, at the experiment's own batch size; 0: stretches of "
              + "steps at every batch size (default: ${DEFAULT-VALUE}).")
  private long steps;

  @Option(
      names = "--figures",
      paramLabel = "DIR",
      description = "Write every figure to a file of its own in this folder as soon as it is known.")
  private Optional<Path> figures = Optional.empty();

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      defaultValue = "bench",
      description = "Folder of EXPERIMENT.json and the plot (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Change one key of the configuration; repeatable.")
  private List<String> set = new ArrayList<>();

  @Mixin private CudaArguments cuda;

  @Mixin private NativeArguments cpu;
  @Mixin private LiveOptions live;

  @Option(names = "--debug", description = "Show a stack trace when something fails.")
  private boolean debug;

  BenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (!(seconds > 0) || seconds > 1e6) {
      throw new ConfigException("--seconds is " + seconds + "; it must be positive");
    }
    if (steps < 0) {
      throw new ConfigException("--steps must be 0 or more, not " + steps);
    }
    live.check();
    ExperimentOptions.writable(out);
    if (figures.isPresent()) {
      ExperimentOptions.writable(figures.get());
    }
    List<Long> counts = counts();
    ExperimentSource source = ExperimentSource.read(experiment);
    for (String assignment : set) {
      source = source.with(assignment);
    }
    List<Engine> opened = new ArrayList<>();
    try (Engine reference = Engines.open("reference", threads).engine();
        Watched watched = Watched.of(live, console, "bench", source.name(), reference.info())) {
      Workload work = Workload.of(source.bind(), reference);
      List<String> chosen = works(work);
      String experimentName = source.name();
      NativeOptions options = cpu.read(cuda.half(), engineNames().contains("native"));
      for (String name : engineNames()) {
        opened.add(Engines.open(name, threads, cuda.read(), options).engine());
      }
      Bench bench =
          new Bench(
              chosen.stream().filter(name -> !TRAININGS.contains(name) && !name.equals(SamplerCosts.WORK)).toList(),
              counts,
              new Timing.Budget(seconds, allSizes),
              engineNames().contains("cuda") ? Map.of("cuda", cuda.power(System.getenv())) : Map.of(),
              steps);
      Optional<SamplerCosts> samplers =
          chosen.contains(SamplerCosts.WORK)
              ? Optional.of(new SamplerCosts(work, new SamplerLineup(source, work.diffuser(), work.clip())))
              : Optional.empty();
      console.result(source.name() + ": " + work.architecture());
      console
          .out()
          .printf(
              "%-10s %-22s %12s %14s %9s %10s %8s%n", "engine", "work", "size", "a second",
              "spread", "GFLOP/s", "of peak");
      Bench.Outcome outcome =
          bench.run(
              work, trainings(source, chosen, reference), samplers, opened, reference, watched.reporter(),
              figure -> {
                print(figure);
                watched.figures().print(figure);
                keep(experimentName, chosen, figure);
              });
      if (!outcome.costs().isEmpty()) {
        console.result("");
        console.result(SamplerCosts.heading(samplers.orElseThrow().reference()));
        outcome.costs().forEach(cost -> console.result(cost.line()));
        console.result("");
      }
      outcome.left().forEach(line -> console.result("not measured: " + line));
      Crossing.of(outcome.figures()).forEach(crossing -> console.result(crossing.toString()));
      energy(outcome);
      Optional<String> unseen = BenchReport.write(out, source.name(), command(chosen), work, outcome);
      console.out().println();
      console.result("figures: " + out.resolve(source.name() + ".json"));
      if (unseen.isEmpty() && !outcome.figures().isEmpty()) {
        console.result("plot: " + out.resolve(source.name() + ".png"));
      } else if (unseen.isPresent()) {
        console.line("warning: no plot: " + unseen.get());
      }
      watched.ended("The benchmark has ended.", "figures: " + out.resolve(source.name() + ".json"));
      return outcome.left().stream().anyMatch(line -> line.contains("FAILED"))
          ? CommandLineRunner.FAILED
          : CommandLineRunner.OK;
    } finally {
      opened.forEach(Engine::close);
    }
  }

  /// The trainings chosen: that of the experiment, and with the laws in the loss.
  private static Map<String, Workload> trainings(
      ExperimentSource source, List<String> chosen, Engine reference) throws IOException {
    Map<String, Workload> trainings = new LinkedHashMap<>();
    Map<String, String> estimates = Map.of(TRAIN_MEAN, "mean", TRAIN_SAMPLE, "sample");
    for (String name : chosen) {
      if (TRAININGS.contains(name)) {
        ExperimentSource own =
            estimates.containsKey(name)
                ? source.with("objective.physics.estimate", estimates.get(name), "--work " + name)
                : source;
        trainings.put(name, Workload.of(own.bind(), reference));
      }
    }
    return trainings;
  }

  private void print(Bench.Figure figure) {
    double spread =
        (figure.timing().most() - figure.timing().least()) / figure.timing().median();
    console
        .out()
        .printf(
            Locale.ROOT,
            "%-10s %-22s %,12d %14s %8.0f%% %10.1f %8s%n",
            figure.engine().name(),
            figure.work().startsWith(Bench.TRAIN) ? figure.work() + " (steps)" : figure.work(),
            figure.size(),
            String.format(
                Locale.ROOT, figure.perSecond() < 100 ? "%.2f" : "%,.0f", figure.perSecond()),
            100 * spread,
            figure.flops() * 1e-9,
            figure.shareOfPeak().isPresent()
                ? String.format(Locale.ROOT, "%.0f%%", 100 * figure.shareOfPeak().getAsDouble())
                : "-");
    console.out().flush();
  }

  /// What samples cost in energy; of an engine whose devices tell nothing, that it is not known.
  private void energy(Bench.Outcome outcome) {
    List<Bench.Figure> sampled =
        outcome.figures().stream().filter(f -> !f.work().startsWith(Bench.TRAIN)).toList();
    for (String engine : sampled.stream().map(f -> f.engine().name()).distinct().toList()) {
      List<Bench.Figure> known =
          sampled.stream().filter(f -> f.engine().name().equals(engine) && f.watts().isPresent()).toList();
      if (known.isEmpty()) {
        console.result(
            "energy of " + engine + ": not known"
                + (engine.equals("cuda") ? "; it takes nvidia-smi, and two seconds of repetitions" : ""));
      }
      for (Bench.Figure figure : known) {
        console.result(
            String.format(
                Locale.ROOT, "energy of %s, %s, %,d: %.0f W, %.3g J a million samples", engine, figure.work(),
                figure.size(), figure.watts().getAsDouble(), figure.joulesPerMillion().getAsDouble()));
      }
    }
  }

  /// Writes a figure to its own file; a bench that is ended later has lost nothing.
  private void keep(String name, List<String> chosen, Bench.Figure figure) {
    if (figures.isEmpty()) {
      return;
    }
    String engine = figure.engine().name();
    String precision =
        engine.equals("cuda") ? "-" + cuda.precision() : engine.equals("native") && cuda.half() ? "-half" : "";
    String whole = steps > 0 && figure.work().startsWith(Bench.TRAIN) ? "-" + steps + "-steps" : "";
    String file =
        name + "-" + engine + precision + "-" + figure.work().replace(' ', '-') + whole + "-" + figure.size();
    try {
      BenchReport.write(figures.get(), file, command(chosen), figure);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> engineNames() {
    List<String> available =
        Engines.candidates().stream()
            .filter(Engines.Candidate::available)
            .map(Engines.Candidate::name)
            .toList();
    if (engines.isEmpty()) {
      return available;
    }
    for (String name : engines) {
      List<String> known = Engines.candidates().stream().map(Engines.Candidate::name).toList();
      if (!known.contains(name)) {
        throw new ConfigException("unknown engine '" + name + "'" + Suggestion.of(name, known));
      }
    }
    return engines;
  }

  private List<String> works(Workload work) {
    List<String> known = new ArrayList<>(work.methods());
    known.addFirst(Bench.TRAIN);
    if (work.hasLaws()) {
      known.addAll(1, List.of(TRAIN_MEAN, TRAIN_SAMPLE));
    }
    known.add(SamplerCosts.WORK);
    for (String name : works) {
      if (!known.contains(name)) {
        throw new ConfigException(
            "--work: the experiment has no '" + name + "'" + Suggestion.of(name, known));
      }
    }
    return works.isEmpty() ? known : works;
  }

  private List<Long> counts() {
    List<Long> counts = new ArrayList<>();
    for (String size : sizes) {
      OptionalLong value = WholeNumber.of(size.strip());
      if (value.isEmpty() || value.getAsLong() < 1 || value.getAsLong() > 1_000_000_000_000L) {
        throw new ConfigException("--sizes: '" + size + "' is not a whole number from 1 to 1e12");
      }
      counts.add(value.getAsLong());
    }
    return counts.stream().distinct().sorted().toList();
  }

  private String command(List<String> chosen) {
    return "scorefield bench " + experiment + " --engines " + String.join(",", engineNames())
        + " --threads " + threads + (engineNames().contains("cuda") || cuda.half() ? " " + cuda : "") + cpu + " --sizes " + String.join(",", sizes) + " --work "
        + String.join(",", chosen) + " --seconds " + seconds + (allSizes ? " --all-sizes" : "")
        + (steps > 0 ? " --steps " + steps : "")
        + set.stream().map(s -> " --set " + s).collect(Collectors.joining());
  }
}
