package io.scorefield.experiment;

import io.scorefield.config.ConfigException;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.settings.ButaneConfig;
import io.scorefield.experiment.settings.ConformersConfig;
import io.scorefield.experiment.settings.CrystalsConfig;
import io.scorefield.experiment.settings.DarcyMediaConfig;
import io.scorefield.experiment.settings.DataConfig;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.MoleculesConfig;
import io.scorefield.experiment.settings.ParticlesConfig;
import io.scorefield.io.Points;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// Refuses requests that memory, disk or the program's own limits cannot meet, before hours are spent on them.
final class Requests {
  /// Copies of the data in Java's memory: as they are, and as states.
  private static final int COPIES = 2;

  /// Well inside the range of a float32.
  private static final double LARGEST = 1e30;

  private Requests() {}

  /// Checks that the samples of a run can be written and read again.
  ///
  /// @param engine its name
  static void check(ExperimentConfig config, String engine, RunFolder folder) throws IOException {
    checkData(config.data());
    long dimension = dimension(config.data());
    if (dimension == 0) {
      return;
    }
    long count = config.sample().countOn(engine);
    if (count > Points.MAX_NUMBERS / dimension) {
      throw new ConfigException(
          String.format(
              Locale.ROOT,
              "sample.count: a run measures its samples, at most %,d of %d numbers; it cannot have %,d. For more, train "
                  + "and then: scorefield sample CHECKPOINT -n %d --out FILE",
              Points.MAX_NUMBERS / dimension, dimension, count, count));
    }
    boolean inverse = config.inverse().present();
    long methods = 1L + (inverse ? 0 : config.guidance().size());
    double bytes = (double) count * dimension * Float.BYTES * methods;
    if (inverse) {
      bytes +=
          (double) config.inverse().truths() * config.inverse().samples() * dimension * Float.BYTES
              * config.guidance().size();
    }
    Path existing = folder.root().toAbsolutePath();
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    double free = existing.toFile().getUsableSpace();
    if (bytes > free) {
      throw new ConfigException(
          String.format(
              Locale.ROOT,
              "sample.count: the samples of %d methods need %.3g GB, the disk of %s has %.3g GB free",
              methods, bytes / 1e9, folder.root(), free / 1e9));
    }
  }

  /// Checks that the training points fit into memory, and their numbers into float32.
  static void checkData(DataConfig data) {
    for (RecordComponent component : data.getClass().getRecordComponents()) {
      if (component.getType() == double.class) {
        checkSize(component, data);
      }
    }
    long points = points(data);
    double numbers = (double) points * dimension(data);
    double bytes = COPIES * numbers * Float.BYTES;
    if (data instanceof DataConfig.Darcy darcy) {
      double grid = Math.pow(darcy.grid(), darcy.axes());
      bytes += 3 * grid * grid * Double.BYTES; // the covariance of log k and its root
    }
    long memory = Runtime.getRuntime().maxMemory();
    if (bytes > memory || numbers > Points.MAX_NUMBERS) {
      throw new ConfigException(
          String.format(
              Locale.ROOT,
              "data.points: %,d points of %d numbers need %.3g GB of memory, Java has %.3g GB; use fewer points%s",
              points, dimension(data), bytes / 1e9, memory / 1e9,
              numbers > Points.MAX_NUMBERS
                  ? " (at most " + Points.MAX_NUMBERS / dimension(data) + ")"
                  : ", or SCOREFIELD_JAVA_OPTS=-Xmx" + (long) Math.ceil(1.5 * bytes / 1e9) + "g"));
    }
  }

  private static void checkSize(RecordComponent component, DataConfig data) {
    try {
      double value = (double) component.getAccessor().invoke(data);
      if (Math.abs(value) > LARGEST) {
        throw new ConfigException(
            "data." + component.getName() + " is " + value + "; points are float32 numbers: it can be "
                + LARGEST + " at most");
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long points(DataConfig data) {
    return switch (data) {
      case DataConfig.Circle circle -> circle.points();
      case DataConfig.HalfMoons moons -> moons.points();
      case DataConfig.EightGaussians gaussians -> gaussians.points();
      case DataConfig.Gaussian gaussian -> gaussian.points();
      case DataConfig.SwissRoll roll -> roll.points();
      case DataConfig.Checkerboard board -> board.points();
      case DataConfig.Darcy darcy -> darcy.points();
      case DarcyMediaConfig media -> media.points();
      case DataConfig.Heat heat -> heat.points();
      case DataConfig.NetLoad days -> days.points();
      case ParticlesConfig particles -> particles.points();
      case MoleculesConfig molecules -> 0;
      case ConformersConfig conformers -> 0;
      case ButaneConfig butane -> butane.points();
      case CrystalsConfig crystals -> crystals.points();
      case DataConfig.File file -> 0;
    };
  }

  /// Numbers of a point; 0 where only the file knows.
  private static long dimension(DataConfig data) {
    return switch (data) {
      case DataConfig.Gaussian gaussian -> gaussian.dimension();
      case DataConfig.Darcy darcy -> 2 * (long) Math.pow(darcy.grid(), darcy.axes());
      case DarcyMediaConfig media -> 2 * (long) Math.pow(media.grid(), media.axes());
      case DataConfig.Heat heat -> heat.grid();
      case DataConfig.NetLoad days -> 3L * days.steps() + 4;
      case ParticlesConfig particles -> particles.dimension();
      default -> points(data) == 0 ? 0 : 2;
    };
  }
}
