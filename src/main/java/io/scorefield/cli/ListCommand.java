package io.scorefield.cli;

import io.scorefield.config.Choice;
import io.scorefield.config.ConfigException;
import io.scorefield.config.Suggestion;
import io.scorefield.experiment.settings.Catalogue;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.experiment.settings.SimulationSource;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// What there is to choose from.
@Command(
    name = "list",
    description = "Lists what an experiment can choose from: name, order, what it is, where it comes from.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: scorefield list samplers"})
final class ListCommand implements Callable<Integer> {
  /// The subject that has no key of a configuration.
  private static final String EXPERIMENTS = "experiments";

  /// The subjects, for the completion of commands.
  static final class Subjects implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      List<String> names = new ArrayList<>(Catalogue.subjects().keySet());
      names.add(EXPERIMENTS);
      return names.iterator();
    }
  }

  private final Console console;

  @Parameters(
      paramLabel = "SUBJECT",
      arity = "0..1",
      completionCandidates = Subjects.class,
      description = "${COMPLETION-CANDIDATES} (default: all of them).")
  private String subject;

  ListCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    Map<String, Catalogue.Subject> subjects = Catalogue.subjects();
    List<String> names = new ArrayList<>();
    new Subjects().forEach(names::add);
    if (subject != null && !names.contains(subject)) {
      throw new ConfigException(
          "there is no list of '" + subject + "'" + Suggestion.of(subject, names));
    }
    PrintWriter out = console.out();
    boolean first = true;
    for (String name : subject == null ? names : List.of(subject)) {
      out.print(first ? "" : System.lineSeparator());
      first = false;
      if (name.equals(EXPERIMENTS)) {
        out.println(name + ", to be run by name:");
        print(experiments(), out);
      } else {
        out.println(name + ", values of " + subjects.get(name).key() + ":");
        print(subjects.get(name).choices(), out);
      }
    }
    return CommandLineRunner.OK;
  }

  private static List<Choice> experiments() throws Exception {
    List<Choice> all = new ArrayList<>();
    for (String name : ExperimentSource.BUILT_IN) {
      all.add(new Choice(name, ExperimentSource.read(name).bind().description(), ""));
    }
    for (String name : SimulationSource.BUILT_IN) {
      all.add(new Choice(name, SimulationSource.read(name).bind().description(), "scorefield simulate"));
    }
    return all;
  }

  private static void print(List<Choice> choices, PrintWriter out) {
    int width = choices.stream().mapToInt(choice -> choice.name().length()).max().orElse(0);
    int orders = choices.stream().mapToInt(choice -> choice.order().length()).max().orElse(0);
    for (Choice choice : choices) {
      out.print("  " + padded(choice.name(), width) + "  ");
      if (orders > 0) {
        out.print(padded(choice.order().isEmpty() ? "" : "order " + choice.order(), orders + 6) + "  ");
      }
      out.println(choice.doc() + (choice.source().isEmpty() ? "" : " [" + choice.source() + "]"));
    }
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(width - text.length());
  }
}
