package io.scorefield.experiment;

import io.scorefield.engine.Engine;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.folder.RunLock;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.report.Gallery;
import io.scorefield.report.Summary;
import io.scorefield.watch.Reporter;
import java.io.IOException;
import java.nio.file.Files;

/// The runs behind the gallery: a finished one is drawn again, not run again.
public record GalleryRuns(Engine engine, Reporter reporter) implements Gallery.Runs {
  @Override
  public void make(String experiment, RunFolder folder) throws IOException {
    ExperimentSource source = ExperimentSource.read(experiment);
    ExperimentConfig config = source.bind();
    reporter.line("experiment: " + experiment);
    try (RunLock _ = RunLock.of(folder, false)) {
      if (SweepRunner.isSweep(config)) {
        new SweepRunner(source, engine, folder, reporter).run(true);
        return;
      }
      ExperimentRunner runner = new ExperimentRunner(experiment, config, engine, folder, reporter);
      if (Summary.isFinished(folder, config)) {
        runner.plot();
      } else {
        runner.run(Files.exists(folder.checkpoint()));
      }
    }
  }
}
