package io.scorefield.experiment.settings;

import io.scorefield.config.ConfigException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/// All combinations of some values of some keys.
///
/// @param axes the keys in the order given, the last changes fastest
public record SweepGrid(List<Axis> axes) {
  /// More combinations than this are a mistake.
  private static final long MOST = 10_000;

  private static final int LONGEST_NAME = 64;

  /// @param values as text, as for --set
  public record Axis(String key, List<String> values) {}

  /// One combination.
  ///
  /// @param name that of its folder; a function of the keys and values alone
  public record Point(String name, Map<String, String> set) {}

  /// Reads texts of the form `KEY=VALUE,VALUE,...`. Commas within brackets, braces and quotes are part of a value.
  ///
  /// @throws ConfigException when one is not of this form, or a key or a value comes twice
  public static SweepGrid of(List<String> texts) {
    Map<String, Axis> axes = new LinkedHashMap<>();
    long points = 1;
    for (String text : texts) {
      int equals = text.indexOf('=');
      if (equals < 1) {
        throw new ConfigException("--over " + text + ": expected KEY=VALUE,VALUE,..., for example network.hidden=32,64");
      }
      String key = text.substring(0, equals).strip();
      List<String> values = values(text.substring(equals + 1));
      if (List.of("seed", "repeats").contains(key)) {
        throw new ConfigException("--over " + key + ": every combination is run with the seeds of --seed and --seeds");
      }
      if (key.equals("variants")) {
        throw new ConfigException("--over variants: the combinations are the variants");
      }
      if (values.contains("")) {
        throw new ConfigException("--over " + text + ": a value is empty");
      }
      if (values.stream().distinct().count() < values.size()) {
        throw new ConfigException("--over " + text + ": a value is given twice");
      }
      if (axes.put(key, new Axis(key, values)) != null) {
        throw new ConfigException("--over " + key + " is given twice; separate its values by commas");
      }
      points *= values.size();
      if (points > MOST) {
        throw new ConfigException("--over: more than " + MOST + " combinations");
      }
    }
    return new SweepGrid(List.copyOf(axes.values()));
  }

  private static List<String> values(String text) {
    List<String> values = new ArrayList<>();
    int depth = 0;
    char quote = 0;
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == '[' || c == '{') {
        depth++;
      } else if (c == ']' || c == '}') {
        depth--;
      } else if (c == ',' && depth == 0) {
        values.add(text.substring(from, i).strip());
        from = i + 1;
      }
    }
    values.add(text.substring(from).strip());
    return values;
  }

  /// All combinations.
  public List<Point> points() {
    List<Map<String, String>> sets = List.of(Map.of());
    for (Axis axis : axes) {
      List<Map<String, String>> longer = new ArrayList<>();
      for (Map<String, String> set : sets) {
        for (String value : axis.values()) {
          Map<String, String> more = new LinkedHashMap<>(set);
          more.put(axis.key(), value);
          longer.add(more);
        }
      }
      sets = longer;
    }
    return sets.stream().map(set -> new Point(name(set), set)).toList();
  }

  /// The experiment with the combinations as its variants.
  ///
  /// @throws ConfigException when it has variants of its own
  public ExperimentSource of(ExperimentSource source) {
    if (!source.bind().variants().isEmpty()) {
      throw new ConfigException(
          "'" + source.name() + "' has variants of its own; leave them out with --set variants=[], or run it without a sweep");
    }
    List<Map<String, Object>> variants = new ArrayList<>();
    for (Point point : points()) {
      variants.add(Map.of("name", point.name(), "set", point.set()));
    }
    return source.with("variants", JsonMapper.builder().build().writeValueAsString(variants), "--over");
  }

  /// The last parts of the keys with their values, in lower case and without other signs than dots and hyphens; what that
  /// does not tell apart gets a hash behind it.
  private static String name(Map<String, String> set) {
    List<String> parts = new ArrayList<>();
    boolean whole = true;
    for (Map.Entry<String, String> entry : set.entrySet()) {
      String last = entry.getKey().substring(entry.getKey().lastIndexOf('.') + 1);
      String part = last + "-" + entry.getValue();
      String plain = part.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]+", "-");
      whole &= plain.equals(part) && keysOf(set, last) == 1;
      parts.add(plain);
    }
    String name = String.join("-", parts).replaceFirst("^[^a-z0-9]+", "");
    if (whole && name.length() <= LONGEST_NAME) {
      return name;
    }
    String hash = "-" + hash(new TreeMap<>(set).toString());
    return name.substring(0, Math.min(name.length(), LONGEST_NAME - hash.length())) + hash;
  }

  private static long keysOf(Map<String, String> set, String last) {
    return set.keySet().stream().filter(key -> key.equals(last) || key.endsWith("." + last)).count();
  }

  private static String hash(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
