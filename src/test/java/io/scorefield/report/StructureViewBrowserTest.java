package io.scorefield.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.Structures;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.report.StructureView.Method;
import io.scorefield.report.StructureView.Shown;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The 3-D view of a report in Chromium, from a file and without a network. Skipped where no Chromium is installed.
class StructureViewBrowserTest {
  /// Notes errors from the first line of the page on.
  private static final String FIRST =
      """
      <script>
      const errors = [];
      addEventListener('error', event => errors.push(event.message));
      for (const name of ['error', 'warn']) {
        console[name] = (...what) => errors.push(what.join(' '));
      }
      </script>
      """;

  /// Uses the view and notes what is seen of both canvases after every step.
  private static final String LAST =
      """
      <pre id="probe"></pre>
      <script>
      const seen = [];
      function look() {
        const canvases = [...document.querySelectorAll('.structure canvas')].map(canvas => {
          const flat = document.createElement('canvas');
          [flat.width, flat.height] = [80, 75];
          const context = flat.getContext('2d');
          context.drawImage(canvas, 0, 0, 80, 75);
          const pixels = context.getImageData(0, 0, 80, 75).data;
          let painted = 0, red = 0, sum = 0;
          for (let i = 0; i < pixels.length; i += 4) {
            painted += pixels[i + 1] < 200 ? 1 : 0;
            red += pixels[i] > pixels[i + 1] + 90 ? 1 : 0;
            sum = (31 * sum + pixels[i] + 7 * pixels[i + 1]) % 1000003;
          }
          return {painted: painted, red: red, sum: sum};
        });
        const captions = [...document.querySelectorAll('#structures-views figcaption strong')].map(one => one.textContent);
        seen.push({number: document.getElementById('structures-number').textContent, captions: captions, canvases: canvases});
      }
      function mouse(name, target, x, y) {
        target.dispatchEvent(new MouseEvent(name, {bubbles: true, cancelable: true, clientX: x, clientY: y, buttons: 1}));
      }
      look();
      const box = document.querySelector('.structure canvas');
      mouse('mousedown', box, 100, 300);
      mouse('mousemove', box, 160, 340);
      mouse('mouseup', box, 160, 340);
      look();
      document.getElementById('structures-next').click();
      look();
      document.getElementById('structures-next').click();
      look();
      document.getElementById('structures-previous').click();
      look();
      document.getElementById('probe').textContent = JSON.stringify({errors: errors, seen: seen});
      </script>
      """;

  @TempDir Path temporary;

  private static Optional<Path> browser() {
    List<String> names = List.of("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome");
    return names.stream()
        .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private JsonNode probe(Path browser, Path page) throws IOException, InterruptedException {
    Path dump = temporary.resolve("dump.html");
    Process process =
        new ProcessBuilder(
                browser.toString(), "--headless", "--no-sandbox", "--disable-dev-shm-usage", "--use-angle=swiftshader",
                "--enable-unsafe-swiftshader", "--user-data-dir=" + temporary.resolve("profile"), "--dump-dom",
                page.toUri().toString())
            .redirectOutput(dump.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(process.waitFor(100, TimeUnit.SECONDS)).as("the browser ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String dom = Files.readString(dump, StandardCharsets.UTF_8);
    int from = dom.lastIndexOf("<pre id=\"probe\">") + 16;
    return JsonMapper.shared().readTree(dom.substring(from, dom.indexOf("</pre>", from)).replace("&lt;", "<").replace("&amp;", "&"));
  }

  @Test
  void structuresAreSeenTurnedAndChanged() throws Exception {
    Optional<Path> browser = browser();
    assumeTrue(browser.isPresent(), "no Chromium here: apt-get install chromium-headless-shell");
    RunFolder folder = new RunFolder(temporary.resolve("run"));
    new StructureView(
            List.of(
                new Method("truth", List.of(Shown.of(Structures.ethanol(), "stable"), Shown.of(Structures.alanine(), ""))),
                new Method("plain", List.of(Shown.of(Structures.rutile(), ""), Shown.of(Structures.rocksalt(), "")))))
        .write(Files.createDirectories(folder.plots()));
    Report.write(folder, "t", "", Map.of(), Map.of(), List.of(), "", "seed: 1", Map.of());
    Path page = temporary.resolve("probe.html");
    Files.writeString(
        page, Files.readString(folder.report()).replaceFirst("<head>", "<head>" + FIRST).replace("</body>", LAST + "</body>"));
    JsonNode probe = probe(browser.get(), page);
    assertThat(probe.get("errors").toString()).isEqualTo("[]");
    JsonNode seen = probe.get("seen");
    assertThat(seen.size()).isEqualTo(5);
    for (JsonNode look : seen) {
      assertThat(look.get("canvases").size()).isEqualTo(2);
      for (JsonNode canvas : look.get("canvases")) {
        assertThat(canvas.get("painted").asInt()).isBetween(150, 4000);
      }
    }
    // Oxygen is red. A drag turns one of them; the buttons change both, and lead around.
    assertThat(seen.get(0).get("canvases").get(0).get("red").asInt()).isGreaterThan(20);
    assertThat(seen.get(0).get("captions").toString()).isEqualTo("[\"C₂H₆O\",\"rutile\"]");
    assertThat(sum(seen, 1, 0)).isNotEqualTo(sum(seen, 0, 0));
    assertThat(sum(seen, 1, 1)).isEqualTo(sum(seen, 0, 1));
    assertThat(seen.get(2).get("captions").toString()).isEqualTo("[\"alanine\",\"NaCl\"]");
    assertThat(seen.get(2).get("number").asString()).isEqualTo("2 of 2");
    for (int view = 0; view < 2; view++) {
      assertThat(new HashSet<>(List.of(sum(seen, 1, view), sum(seen, 2, view)))).hasSize(2);
      assertThat(sum(seen, 3, view)).isEqualTo(sum(seen, 0, view));
      assertThat(sum(seen, 4, view)).isEqualTo(sum(seen, 2, view));
    }
  }

  private static int sum(JsonNode seen, int look, int view) {
    return seen.get(look).get("canvases").get(view).get("sum").asInt();
  }
}
