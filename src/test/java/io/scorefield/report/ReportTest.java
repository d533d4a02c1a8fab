package io.scorefield.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.eval.MetricValue;
import io.scorefield.experiment.folder.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  @TempDir Path temporary;

  private String page(Map<String, Map<String, MetricValue>> metrics) throws IOException {
    RunFolder folder = new RunFolder(temporary);
    Files.createDirectories(folder.plots());
    Report.write(folder, "title", "lead", metrics, Map.of(), List.of("a note <of the data>"), "note", "seed: 1", Map.of());
    return Files.readString(folder.report());
  }

  private static MetricValue value(double value, double floor) {
    return new MetricValue(value, 0.25, floor, 100);
  }

  @Test
  void methodsWithoutMetricsInCommonHaveTablesOfTheirOwn() throws IOException {
    Map<String, Map<String, MetricValue>> metrics = new LinkedHashMap<>();
    metrics.put("plain", Map.of("energy-distance", value(0.5, 0.125)));
    metrics.put("broken", Map.of());
    metrics.put("posterior dps", Map.of("data-misfit", value(2, Double.NaN)));
    String page = page(metrics);
    assertThat(page).contains("<p>a note &lt;of the data&gt;</p>");
    List<String> tables = List.of(page.split("<table>", -1));
    assertThat(tables).hasSize(3);
    assertThat(tables.get(1)).contains("plain", "broken", "energy distance to the truth", "0.5", "0.125").doesNotContain("dps");
    assertThat(tables.get(2)).contains("posterior dps", "in units of their noise", "2").doesNotContain("plain");
  }

  @Test
  void theFloorIsThatOfAnyMethodThatHasOne() throws IOException {
    Map<String, Map<String, MetricValue>> metrics = new LinkedHashMap<>();
    for (int i = 0; i < 6; i++) {
      metrics.put("m" + i, Map.of("energy-distance", value(i, 0.125)));
    }
    metrics.put("m6", Map.of("energy-distance", value(6, 0.125), "kuiper", value(Double.NaN, 0.0625)));
    assertThat(page(metrics)).contains("<th>kuiper</th>", ">0.0625<", "NaN");
  }
}
