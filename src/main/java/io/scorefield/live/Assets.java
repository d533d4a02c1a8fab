package io.scorefield.live;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;

/// The files of the pages: our own, and those of uPlot, which is a part of the program.
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
          Map.entry("run.html", OURS + "run.html"), Map.entry("explore.html", OURS + "explore.html"),
          Map.entry("live.css", OURS + "live.css"), Map.entry("icon.svg", OURS + "icon.svg"),
          Map.entry("run.js", OURS + "run.js"), Map.entry("explore.js", OURS + "explore.js"),
          Map.entry("cloud.js", OURS + "cloud.js"), Map.entry("pictures.js", OURS + "pictures.js"),
          Map.entry("stage.js", OURS + "stage.js"), Map.entry("charts.js", OURS + "charts.js"),
          Map.entry("text.js", OURS + "text.js"), Map.entry("theme.js", OURS + "theme.js"),
          Map.entry("uplot.js", PLOTS + "dist/uPlot.esm.js"), Map.entry("uplot.css", PLOTS + "dist/uPlot.min.css"),
          Map.entry("uplot-LICENSE.txt", PLOTS + "LICENSE"));

  private Assets() {}

  /// A file by its name in addresses; empty where there is none.
  static Optional<Answer> of(String name) throws IOException {
    String path = FILES.get(name);
    if (path == null) {
      return Optional.empty();
    }
    try (InputStream in = Assets.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IOException("the program lacks its file " + path);
      }
      return Optional.of(new Answer(200, TYPES.get(name.substring(name.lastIndexOf('.') + 1)), in.readAllBytes()));
    }
  }
}
