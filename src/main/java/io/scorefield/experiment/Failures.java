package io.scorefield.experiment;

import io.scorefield.watch.Reporter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// What of a run failed while the rest went on: messages by the name of a method, or of a run of a sweep.
public final class Failures {
  private final Map<String, String> messages = new LinkedHashMap<>();
  private final Reporter reporter;

  /// @param reporter is told of every failure
  Failures(Reporter reporter) {
    this.reporter = reporter;
  }

  /// Notes a failure and says so.
  ///
  /// @param what with the laws it was to obey, for the line
  void add(String name, String what, Exception failure) {
    String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    String line = message.lines().findFirst().orElse("");
    messages.put(name, line);
    reporter.line(what + " failed: " + line);
  }

  /// Notes failures that have been reported before.
  void addAll(String prefix, Map<String, String> others) {
    others.forEach((name, message) -> messages.put(prefix + name, message));
  }

  public boolean isEmpty() {
    return messages.isEmpty();
  }

  public boolean contains(String name) {
    return messages.containsKey(name);
  }

  /// The messages by name.
  public Map<String, String> messages() {
    return new LinkedHashMap<>(messages);
  }

  /// One line on all of them.
  public String line() {
    return messages.keySet().stream()
        .map(name -> "'" + name + "'")
        .collect(Collectors.joining(", ", "", messages.size() == 1 ? " has failed" : " have failed"))
        + "; the rest is complete";
  }
}
