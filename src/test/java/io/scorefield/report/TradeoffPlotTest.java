package io.scorefield.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.eval.Evaluator;
import io.scorefield.eval.MetricValue;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.plot.Figures;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Which rows of a sweep are joined by a line, and what tells them apart.
class TradeoffPlotTest {
  /// The labels by family of a sweep whose variants have one method each.
  private static Map<String, List<String>> families(ExperimentConfig config) {
    Map<SweepTable.Key, Map<String, MetricValue>> rows = new LinkedHashMap<>();
    MetricValue one = new MetricValue(1, 0, 0, 20);
    config.variants().forEach(
        variant ->
            rows.put(
                new SweepTable.Key(variant.name(), ""),
                Map.of(Evaluator.PHYSICAL_LOSS, one, Evaluator.SLICED_WASSERSTEIN_2, one)));
    Map<String, List<String>> families = new TreeMap<>();
    for (Figures.Tradeoff point : new TradeoffPlot(config).points(rows, Evaluator.SLICED_WASSERSTEIN_2)) {
      families.merge(
          point.family(), List.of(point.label()),
          (a, b) -> List.of(String.join(", ", a) + ", " + b.getFirst()));
    }
    return families;
  }

  @Test
  void variantsSayTheirFamily() throws IOException {
    assertThat(families(ExperimentSource.read("darcy-frontier").bind()))
        .containsEntry("me-u", List.of("c = 0.2, c = 1"))
        .containsEntry("plain", List.of("plain"))
        .containsEntry("me-data", List.of("me-data"));
  }

  /// Names say nothing: what counts is what is set.
  @Test
  void withoutAFamilyThoseThatDifferInOneNumberAreJoined() {
    ExperimentConfig config =
        ExperimentSource.of(
                "sweep", "sweep.yaml",
                """
                data: {kind: circle}
                schedule: {kind: cosine}
                sampler: {kind: ddpm}
                variants:
                  - {name: small, set: {network.hidden: 32, network.activation: silu}}
                  - {name: large, set: {network.hidden: 64, network.activation: silu}}
                  - {name: large-2, set: {network.activation: tanh}}
                  - {name: large-3, set: {network.activation: silu}}
                """)
            .bind();
    assertThat(families(config))
        .containsOnly(
            Map.entry("network.hidden, network.activation silu", List.of("hidden = 32, hidden = 64")),
            Map.entry("large-2", List.of("large-2")),
            Map.entry("large-3", List.of("large-3")));
  }

  @Test
  void theMethodsOfAVariantAreAFamily() throws IOException {
    SweepTable table = new SweepTable();
    Map<String, MetricValue> values = Map.of(Evaluator.PHYSICAL_LOSS, new MetricValue(1, 0.5, 0, 20));
    table.add(new SweepTable.Key("me", "plain"), 1, values);
    table.add(new SweepTable.Key("me", "likelihood"), 1, values);
    table.add(new SweepTable.Key("me", "likelihood"), 2, Map.of(Evaluator.PHYSICAL_LOSS, new MetricValue(2, 0.5, 0, 20)));
    assertThat(table.byName().keySet()).containsExactly("me/plain", "me/likelihood");
    // The mean of 1 and 2, and sqrt(((1/2)^2 + (1/2)^2) / 1 / 2).
    assertThat(table.byName().get("me/likelihood").get(Evaluator.PHYSICAL_LOSS).value()).isEqualTo(1.5);
    assertThat(table.byName().get("me/likelihood").get(Evaluator.PHYSICAL_LOSS).standardError()).isEqualTo(0.5);
    assertThat(table.csv(List.of(1L, 2L)).lines().toList())
        .containsExactly(
            "method,metric,mean,standard-error,noise-floor,seed-1,seed-2",
            "me/plain,physical-loss,1.00000,0.500,0.00000,1.00000,",
            "me/likelihood,physical-loss,1.50000,0.500,0.00000,1.00000,2.00000");
  }
}
