package io.scorefield.report;

import io.scorefield.engine.EngineInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Where results come from: versions of the program, its libraries, Java and the machine.
public final class Provenance {
  private final Properties build = new Properties();

  public Provenance() {
    try (InputStream in = Provenance.class.getResourceAsStream("/scorefield.properties")) {
      if (in == null) {
        throw new IllegalStateException("the program lacks scorefield.properties");
      }
      build.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The version of the program.
  public String version() {
    return build.getProperty("version");
  }

  /// The commit that the program was built from, with "+changes" when files had been changed.
  public String commit() {
    String commit = build.getProperty("commit");
    if (commit.startsWith("$") || commit.isEmpty()) {
      return "unknown (not built in a git checkout)";
    }
    return commit + (build.getProperty("dirty").equals("true") ? "+changes" : "");
  }

  /// Names and versions of the libraries.
  public Map<String, String> libraries() {
    Map<String, String> libraries = new TreeMap<>();
    for (String name : build.stringPropertyNames()) {
      if (name.startsWith("library.")) {
        libraries.put(name.substring("library.".length()), build.getProperty(name));
      }
    }
    return libraries;
  }

  /// Java's name and version.
  public String java() {
    return System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version");
  }

  /// The operating system and processor architecture.
  public String system() {
    return System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
        + System.getProperty("os.arch");
  }

  /// Everything but the engine, as a tree for JSON.
  public Map<String, Object> machine() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("scorefield", version());
    tree.put("commit", commit());
    tree.put("java", java());
    tree.put("system", system());
    tree.put("processor", processor());
    tree.put("processors", Runtime.getRuntime().availableProcessors());
    tree.put("libraries", libraries());
    return tree;
  }

  /// The processor's name, where the system tells it.
  public String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException | UncheckedIOException e) {
      return "unknown";
    }
  }

  /// Everything as a tree for JSON.
  public Map<String, Object> tree(EngineInfo engine) {
    Map<String, Object> tree = new LinkedHashMap<>(machine());
    Map<String, Object> on = new LinkedHashMap<>();
    on.put("name", engine.name());
    on.put("device", engine.device());
    on.put("threads", engine.threads());
    on.put("arithmetic", engine.arithmetic());
    tree.put("engine", on);
    return tree;
  }
}
