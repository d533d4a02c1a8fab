package io.scorefield.report;

import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.watch.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The pictures that README shows: copies from the runs of the built-in experiments.
public final class Gallery {
  /// A picture of a run; several seeds: the first.
  private record Picture(String experiment, String file) {}

  private static final List<Picture> PICTURES =
      List.of(
          new Picture("circle", "samples.png"),
          new Picture("circle", "schedule.png"),
          new Picture("circle", "forward-process.png"),
          new Picture("circle", "loss.png"),
          new Picture("circle", "score-field.png"),
          new Picture("circle", "trajectories.png"),
          new Picture("circle", "reverse-process.gif"),
          new Picture("half-moons", "samples.png"),
          new Picture("half-moons", "schedule.png"),
          new Picture("half-moons", "forward-process.png"),
          new Picture("half-moons", "loss.png"),
          new Picture("half-moons", "score-field.png"),
          new Picture("half-moons", "trajectories.png"),
          new Picture("half-moons", "reverse-process.gif"),
          new Picture("circle-guidance", "tradeoff.png"),
          new Picture("eight-gaussians", "samples.png"),
          new Picture("swiss-roll", "samples.png"),
          new Picture("checkerboard", "samples.png"),
          new Picture("pidm-circle", "tradeoff.png"),
          new Picture("darcy-1d", "tradeoff.png"),
          new Picture("darcy-1d/me/seed-1", "solver.png"),
          new Picture("darcy-2d", "tradeoff.png"),
          new Picture("darcy-2d/me/seed-1", "solver.png"),
          new Picture("darcy-2d/me/seed-1", "levels.png"),
          new Picture("darcy-2d-32/me/seed-1", "solver.png"),
          new Picture("darcy-frontier", "tradeoff.png"),
          new Picture("heat-invariant", "tradeoff.png"),
          new Picture("dw4", "configurations.png"),
          new Picture("dw4", "histograms.png"),
          new Picture("dw4", "reverse-process.gif"),
          new Picture("dw4-energy/pairs/seed-1", "pair-energy.png"),
          new Picture("dw4-temperature", "thermodynamics.png"),
          new Picture("lj13", "configurations.png"),
          new Picture("lj13", "histograms.png"),
          new Picture("lj13", "reverse-process.gif"),
          new Picture("molecules", "molecules.png"),
          new Picture("molecules", "reverse-process.gif"),
          new Picture("crystals", "crystals.png"),
          new Picture("gaussian-inverse", "posterior.png"),
          new Picture("half-moons-classes", "samples.png"),
          new Picture("net-load", "conditions.png"),
          new Picture("half-moons-inverse", "posterior.png"),
          new Picture("darcy-inverse", "posterior.png"));

  /// Makes the run of a built-in experiment where it is not there yet, or draws its pictures again.
  @FunctionalInterface
  public interface Runs {
    void make(String experiment, RunFolder folder) throws IOException;
  }

  private Gallery() {}

  /// Copies the pictures as EXPERIMENT-FILE.
  ///
  /// @param runs where the runs are, or are made
  /// @param out where the pictures go
  public static void write(Path runs, Path out, Runs maker) throws IOException {
    Files.createDirectories(out);
    Set<String> done = new HashSet<>();
    for (Picture picture : PICTURES) {
      Watch.current().check();
      String experiment = picture.experiment().replaceFirst("/.*", "");
      if (done.add(experiment)) {
        maker.make(experiment, new RunFolder(runs.resolve(experiment)));
      }
      Files.copy(
          new RunFolder(runs.resolve(picture.experiment())).plots().resolve(picture.file()),
          out.resolve(experiment + "-" + picture.file()),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
