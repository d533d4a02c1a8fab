package io.scorefield.cli;

import io.scorefield.experiment.settings.ExperimentSource;
import java.util.Iterator;

/// The built-in experiments, for help and completion.
final class Experiments implements Iterable<String> {
  /// For the description of a parameter that takes one.
  static final String HELP = "${COMPLETION-CANDIDATES}, or the path of a YAML file";

  @Override
  public Iterator<String> iterator() {
    return ExperimentSource.BUILT_IN.iterator();
  }
}
