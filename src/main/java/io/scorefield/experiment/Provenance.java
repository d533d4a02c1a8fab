package io.scorefield.experiment;

import io.scorefield.engine.EngineInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

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

  /// Everything as a tree for JSON.
  public Map<String, Object> tree(EngineInfo engine) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("scorefield", version());
    tree.put("commit", commit());
    Map<String, Object> on = new LinkedHashMap<>();
    on.put("name", engine.name());
    on.put("device", engine.device());
    on.put("threads", engine.threads());
    on.put("arithmetic", engine.arithmetic());
    tree.put("engine", on);
    tree.put("java", java());
    tree.put("system", system());
    tree.put("processors", Runtime.getRuntime().availableProcessors());
    tree.put("libraries", libraries());
    return tree;
  }
}
