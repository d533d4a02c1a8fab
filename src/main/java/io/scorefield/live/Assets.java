package io.scorefield.live;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The files of the pages: our own, and those of uPlot and 3Dmol.js, which are parts of the program.
final class Assets {
  private static final String OURS = "/web/live/";

  /// dist/ of the npm package `uplot` 1.6.30 (MIT), which Maven brings as a WebJar.
  private static final String PLOTS = "/META-INF/resources/webjars/uplot/1.6.30/";

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8", "js", "text/javascript; charset=utf-8", "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml", "txt", "text/plain; charset=utf-8");

  private static final Map<String, String> FILES =
      Map.ofEntries(
          Map.entry("live.css", OURS + "live.css"), Map.entry("icon.svg", OURS + "icon.svg"),
          Map.entry("run.js", OURS + "run.js"), Map.entry("explore.js", OURS + "explore.js"),
          Map.entry("cloud.js", OURS + "cloud.js"), Map.entry("pictures.js", OURS + "pictures.js"),
          Map.entry("stage.js", OURS + "stage.js"), Map.entry("charts.js", OURS + "charts.js"),
          Map.entry("gallery.js", OURS + "gallery.js"), Map.entry("spatial.js", OURS + "spatial.js"), Map.entry("flat.js", OURS + "flat.js"), Map.entry("3Dmol.js", "/web/3Dmol-min.js"),
          Map.entry("structure.js", "/web/structure.js"), Map.entry("3Dmol-LICENSE.txt", "/web/3Dmol-LICENSE.txt"),
          Map.entry("text.js", OURS + "text.js"), Map.entry("theme.js", OURS + "theme.js"),
          Map.entry("uplot.js", PLOTS + "dist/uPlot.esm.js"), Map.entry("uplot.css", PLOTS + "dist/uPlot.min.css"),
          Map.entry("uplot-LICENSE.txt", PLOTS + "LICENSE"));

  /// The pages by their names, each with the title that it has at first. What they have in common is in page.html.
  private static final Map<String, String> PAGES = Map.of("run", "Scorefield", "explore", "Explore a checkpoint - Scorefield");

  private static final Pattern PART = Pattern.compile("\\{\\{(\\w+)}}");

  private Assets() {}

  /// A file by its name in addresses; empty where there is none.
  static Optional<Answer> of(String name) throws IOException {
    String page = name.replaceFirst("\\.html$", "");
    byte[] body =
        PAGES.containsKey(page) && !page.equals(name) ? page(page) : FILES.containsKey(name) ? bytes(FILES.get(name)) : null;
    return Optional.ofNullable(body).map(some -> new Answer(200, TYPES.get(name.substring(name.lastIndexOf('.') + 1)), some));
  }

  private static byte[] page(String name) throws IOException {
    Map<String, String> parts =
        Map.of("name", name, "title", PAGES.get(name), "body", new String(bytes(OURS + name + ".html"), StandardCharsets.UTF_8));
    String frame = new String(bytes(OURS + "page.html"), StandardCharsets.UTF_8);
    return PART.matcher(frame).replaceAll(part -> Matcher.quoteReplacement(parts.get(part.group(1)))).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String path) throws IOException {
    try (InputStream in = Assets.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IOException("the program lacks its file " + path);
      }
      return in.readAllBytes();
    }
  }
}
