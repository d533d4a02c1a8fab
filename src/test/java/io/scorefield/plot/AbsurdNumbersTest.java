package io.scorefield.plot;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.data.PlaneDistribution;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Pictures of numbers that a method which went astray may give: they end, and show what is not astray.
@Timeout(60)
class AbsurdNumbersTest {
  @TempDir Path folder;

  private static float[] circle() {
    return PlaneDistribution.circle(1.5).draw(1, 200);
  }

  /// 0: all points are equal; else the size of an outlier, and of all coordinates of another sample.
  private static List<float[]> absurd(float size) {
    float[] equal = new float[400];
    Arrays.fill(equal, size == 0 ? 0.25f : size);
    float[] huge = circle();
    for (int i = 0; i < huge.length; i++) {
      huge[i] *= Math.max(size, 1e-30f);
    }
    float[] outlier = circle();
    outlier[7] = size;
    return List.of(equal, huge, outlier);
  }

  @ParameterizedTest
  @ValueSource(floats = {0, 1e-30f, 1e9f, 1e28f, -1e28f, 3e38f})
  void picturesOfPointsEnd(float size) throws IOException {
    for (float[] points : absurd(size)) {
      Figures.samples(circle(), List.of(Map.entry("method", points))).write(folder, "samples");
      Figures.samples(points, List.of(Map.entry("method", circle()))).write(folder, "data");
      Figures.forward(List.of(Map.entry("t = 0", points), Map.entry("t = 1", circle())), Axes.UNNAMED).image(1);
      Figures.trajectories(circle(), List.of(circle(), points), 5, Axes.UNNAMED).write(folder, "trajectories");
      Figures.trajectories(points, List.of(circle(), points), 5, Axes.UNNAMED).image(1);
      Figures.posterior(points, java.util.Optional.of(new double[] {size, 1}),
          List.of(new Figures.Posterior("p", (x, y) -> x, circle())), Axes.UNNAMED).image(1);
      double[] bounds = Figures.bounds(points, points);
      Figures.frame(points, points, "t", bounds[0], bounds[1], bounds[2], bounds[3]).image(1);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-300, 1e28, -1e38, 1e300, Double.POSITIVE_INFINITY, Double.NaN})
  void picturesOfFieldsAndCurvesEnd(double value) throws IOException {
    double[] equal = new double[16];
    Arrays.fill(equal, value);
    double[] outlier = new double[16];
    Arrays.setAll(outlier, i -> Math.sin(i));
    outlier[3] = value;
    for (double[] curve : List.of(equal, outlier)) {
      FieldFigures.curves(List.of(List.of(new FieldFigures.Curves("u", List.of(curve))))).write(folder, "u");
      FieldFigures.maps(
              List.of(
                  FieldFigures.Map.of("u", new double[][] {curve, outlier}),
                  FieldFigures.Map.signed("r", new double[][] {curve, outlier})),
              2)
          .write(folder, "maps");
    }
    double size = Math.abs(value);
    if (Double.isFinite(value)) {
      Figures.loss(new double[] {1, size, 0.5, 0.4}, 10,
              new Figures.Curve("points held out", new double[] {20}, new double[] {size})).image(1);
      double[] times = {1, 2, 3};
      Figures.levels(List.of(new Figures.Levels("one", List.of(new Figures.Curve("s", times, new double[] {1, size, 2})))))
          .image(1);
      Figures.tradeoff(
              List.of(
                  new Figures.Tradeoff("a", "a", 0.1, 0.2), new Figures.Tradeoff("b", "b", size, size),
                  new Figures.Tradeoff("c", "c", 0.2, 0.1)),
              "distance", 0.05)
          .image(1);
    }
  }

  @Test
  void whatIsNotShownIsCounted() {
    float[] data = circle();
    Bounds usual = Bounds.around(data);
    float[] outlier = data.clone();
    outlier[7] = 1e28f;
    // One outlier does not shrink the rest, be it in the data or in the samples.
    assertThat(Bounds.around(outlier).maxY()).isLessThan(50);
    float[] astray = new float[400];
    Arrays.fill(astray, 1e28f);
    Bounds bounds = Bounds.around(data, astray);
    assertThat(bounds.maxX()).isLessThan(20);
    assertThat(bounds.contains(usual.minX(), usual.minY())).isTrue();
    assertThat(bounds.outside(astray)).isEqualTo(200);
    assertThat(usual.outside(data)).isZero();
    assertThat(Limits.title("plain", 3, "points")).isEqualTo("plain, 3 points outside");
    assertThat(FieldFigures.Map.of("u", new double[][] {{0, 1, 2, 3}, {1, 2, 3, 1e28}}).title())
        .isEqualTo("u, 1 cells outside");
  }

  @Test
  void usualNumbersAreShownWhole() {
    assertThat(Limits.of(new double[] {-1, 0, 1})).isEqualTo(new Limits(-1, 1));
    assertThat(Limits.of(new double[] {2, 5})).isEqualTo(new Limits(2, 5));
    assertThat(Limits.of(new double[0])).isEqualTo(new Limits(0, 1));
    assertThat(Limits.of(new double[] {1e28, 1e28}).width()).isGreaterThan(1e21);
    double[] mostlyZero = new double[100];
    mostlyZero[0] = 4;
    mostlyZero[1] = 5;
    assertThat(Limits.of(mostlyZero).most()).isEqualTo(5);
  }
}
