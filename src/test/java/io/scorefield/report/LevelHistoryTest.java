package io.scorefield.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scorefield.eval.NoiseLevels;
import io.scorefield.plot.Figure;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LevelHistoryTest {
  @TempDir private Path folder;

  @Test
  void whatLiesBeyondACheckpointIsDropped() throws IOException {
    LevelHistory history = new LevelHistory();
    history.add(List.of(new NoiseLevels.Level(100, 1, 0.5, Double.NaN), new NoiseLevels.Level(100, 2, 0.7, Double.NaN)));
    Path once = folder.resolve("once.csv");
    history.write(once);
    history.add(List.of(new NoiseLevels.Level(200, 1, 0.25, 0.125)));
    Path twice = folder.resolve("twice.csv");
    history.write(twice);
    LevelHistory read = LevelHistory.read(twice, 199);
    assertThat(read.has(100)).isTrue();
    assertThat(read.has(200)).isFalse();
    Path again = folder.resolve("again.csv");
    read.write(again);
    assertThat(again).hasSameTextualContentAs(once);
  }

  /// One point of a moment is no curve, and without laws there is one panel.
  @Test
  void aFigureHasAPanelForWhatThereAreCurvesOf() {
    LevelHistory history = new LevelHistory();
    assertThat(history.figure()).isEmpty();
    history.add(List.of(new NoiseLevels.Level(100, 1, 0.5, Double.NaN)));
    assertThat(history.figure()).isEmpty();
    history.add(List.of(new NoiseLevels.Level(100, 2, 0.7, Double.NaN)));
    Figure curve = history.figure().orElseThrow();
    history.add(List.of(new NoiseLevels.Level(200, 1, 0.25, 0.125)));
    Figure same = history.figure().orElseThrow();
    assertThat(same.width()).isEqualTo(curve.width());
    assertThat(pixels(same)).containsExactly(pixels(curve));
    history.add(List.of(new NoiseLevels.Level(200, 2, 0.5, Double.NaN)));
    Figure curves = history.figure().orElseThrow();
    assertThat(curves.width()).isEqualTo(curve.width());
    assertThat(pixels(curves)).isNotEqualTo(pixels(curve));
    history.add(List.of(new NoiseLevels.Level(200, 3, 0.5, 0.25)));
    assertThat(history.figure().orElseThrow().width()).isGreaterThan(3 * curve.width() / 2);
  }

  private static int[] pixels(Figure figure) {
    BufferedImage image = figure.image(1);
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  @Test
  void aFileOfAnotherKindIsRefusedWithAdvice() throws IOException {
    Path file = folder.resolve("levels.csv");
    Files.writeString(file, "noise-level,x0hat-error,residual\n1,2,3\n");
    assertThatThrownBy(() -> LevelHistory.read(file, 5)).hasMessageContaining("delete the file");
    Files.writeString(file, "step,noise-level,x0hat-error,residual\n1,2,3\n");
    assertThatThrownBy(() -> LevelHistory.read(file, 5)).hasMessageContaining(":2: expected four numbers");
  }
}
