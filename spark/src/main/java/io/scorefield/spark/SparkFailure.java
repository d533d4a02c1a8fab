package io.scorefield.spark;

import io.scorefield.config.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkException;

/// What made a job fail: Spark reports the failure of a task with its whole stack.
public final class SparkFailure {
  private SparkFailure() {}

  /// An exception with the first cause in one line; configuration errors stay what they are.
  ///
  /// @param failure that Spark has thrown
  public static Exception of(Exception failure) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable cause = failure; cause != null && !chain.contains(cause); cause = cause.getCause()) {
      chain.add(cause);
    }
    for (Throwable cause : chain) {
      if (cause instanceof ConfigException config) {
        return config;
      }
    }
    Throwable deepest = chain.getLast() instanceof UncheckedIOException io ? io.getCause() : chain.getLast();
    if (deepest == failure && !(failure instanceof SparkException)) {
      return failure;
    }
    return new IOException(line(deepest), failure);
  }

  private static String line(Throwable cause) {
    if (cause instanceof NoSuchFileException missing) {
      return "there is no file " + missing.getFile() + " on the machine of an executor; files of laws and data must be on all of them";
    }
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return message.lines().map(String::strip).filter(line -> !line.isEmpty()).findFirst().orElse(cause.toString());
  }
}
