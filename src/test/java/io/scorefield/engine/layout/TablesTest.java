package io.scorefield.engine.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scorefield.engine.Column;
import io.scorefield.engine.NoiseColumn;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.RowUse;
import io.scorefield.engine.StepColumn;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.engine.StepRowBuilder;
import io.scorefield.rng.NoiseStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The enums of columns are the structs that C++ reads.
class TablesTest {
  private static final Path HEADER = Path.of("kernels", "include", "tables.cuh");

  /// The body of a struct or enum in the header, without comments.
  private static String body(String declaration) throws IOException {
    Matcher found =
        Pattern.compile(Pattern.quote(declaration) + "[^{;]*\\{(.*?)\\};", Pattern.DOTALL)
            .matcher(Files.readString(HEADER).replaceAll("//[^\n]*", ""));
    assertThat(found.find()).as(declaration).isTrue();
    return found.group(1);
  }

  private static List<MatchResult> all(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().toList();
  }

  private static void requireColumns(String struct, Column[] columns) throws IOException {
    List<MatchResult> fields = all("(\\w+) (\\w+);", body("struct " + struct));
    assertThat(fields.stream().map(field -> field.group(2)))
        .as(struct)
        .containsExactlyElementsOf(
            Arrays.stream(columns).map(column -> column.name().toLowerCase(Locale.ROOT)).toList());
    assertThat(fields.stream().map(field -> !field.group(1).equals("float")))
        .as("integers of " + struct)
        .containsExactlyElementsOf(Arrays.stream(columns).map(Column::integer).toList());
  }

  @Test
  void columnsAreTheFieldsOfTheStructs() throws IOException {
    requireColumns("NoiseRow", NoiseColumn.values());
    requireColumns("StepRow", StepColumn.values());
  }

  @Test
  void usesAreTheBitsOfTheHeader() throws IOException {
    List<MatchResult> bits = all("(?:USES_)?(\\w+) = (\\d+)", body("enum Uses"));
    assertThat(bits.stream().map(bit -> bit.group(1)))
        .containsExactlyElementsOf(Arrays.stream(RowUse.values()).map(Enum::name).toList());
    for (int i = 0; i < bits.size(); i++) {
      assertThat(Integer.parseInt(bits.get(i).group(2))).as(bits.get(i).group(1)).isEqualTo(1 << i);
    }
  }

  @Test
  void rowsAreWrittenColumnByColumn() {
    StepRowBuilder builder = StepRow.builder(2, 1).stream(NoiseStream.CORRECTOR);
    for (StepColumn column : StepColumn.values()) {
      if (!column.integer() && column != StepColumn.PROJECTED && column != StepColumn.INVERSE_TEMPERATURE
          && column != StepColumn.DIVERGENCE && column != StepColumn.GAIN && column != StepColumn.CARRY) {
        builder.set(column, 10 + column.ordinal());
      }
    }
    StepRow row = builder.noise(0.5, 7).likelihood(3, 0.25, 4, false).clip(true).build();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment =
          Tables.stepRows(new StepProgram(0, 1, List.of(row, row), new double[2], new double[2]), 2, arena);
      assertThat(segment.byteSize()).isEqualTo(2L * Tables.STEP_ROW);
      for (StepColumn column : StepColumn.values()) {
        long at = Tables.STEP_ROW + 4L * column.ordinal();
        double written =
            column.integer()
                ? segment.get(ValueLayout.JAVA_INT, at)
                : segment.get(ValueLayout.JAVA_FLOAT, at);
        assertThat(written).as(column.name()).isEqualTo(row.get(column));
      }
    }
    assertThat(row.stream()).isEqualTo(NoiseStream.CORRECTOR);
    assertThat(row.toBuilder().build().columns()).isEqualTo(row.columns());
    // What is implied follows the columns.
    StepRow plain = row.toBuilder().guidance(0).memoryGuidance(0).noise(0, 0).build();
    assertThat(plain.usesGradient() || plain.uses(RowUse.NOISE)).isFalse();
    assertThat(plain.clip()).isTrue();
    StepRow diverging = StepRow.builder(2, 1).divergence(0.5, 3).build();
    assertThat(diverging.diverges() && diverging.usesNetwork()).isTrue();
    assertThat(diverging.directions(7)).isEqualTo(3);
    assertThat(StepRow.builder(2, 1).divergence(0.5, 0).components(2, 6).build().directions(7)).isEqualTo(4);
  }

  @Test
  void aNoiseTableIsWrittenRowByRow() {
    NoiseTable.Row first = new NoiseTable.Row(new double[] {0.5}, 1, 2, 3, 4, 5, 6, 7, 8);
    NoiseTable table = NoiseTable.of(List.of(first, first.withPhysics(9, 10, 11, 12, 0)));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = Tables.noiseRows(table, arena);
      int expected = 1;
      for (NoiseColumn column : List.of(
          NoiseColumn.ALPHA, NoiseColumn.SIGMA, NoiseColumn.INPUT_SCALE, NoiseColumn.TARGET_X0, NoiseColumn.TARGET_EPS,
          NoiseColumn.WEIGHT, NoiseColumn.X0_FROM_X, NoiseColumn.X0_FROM_OUTPUT)) {
        assertThat(segment.get(ValueLayout.JAVA_FLOAT, 4L * column.ordinal())).as(column.name()).isEqualTo(expected++);
      }
      assertThat(segment.get(ValueLayout.JAVA_FLOAT, 4L * NoiseColumn.CONDITION.ordinal())).isEqualTo(1);
      long next = 4L * NoiseColumn.NEXT.ordinal();
      assertThat(segment.get(ValueLayout.JAVA_INT, next)).isEqualTo(-1);
      assertThat(segment.get(ValueLayout.JAVA_INT, Tables.NOISE_ROW + next)).isZero();
      assertThat(segment.get(ValueLayout.JAVA_FLOAT, Tables.NOISE_ROW + next - 4)).isEqualTo(12);
    }
  }

  /// More numbers than are written at once.
  @Test
  void allRowsOfALongTableAreWritten() {
    List<NoiseTable.Row> rows =
        IntStream.range(0, 1000).mapToObj(i -> new NoiseTable.Row(new double[] {-i}, i, 0, 0, 0, 0, 0, 0, 0)).toList();
    NoiseTable table = NoiseTable.of(rows);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment written = Tables.noiseRows(table, arena);
      MemorySegment features = Tables.noiseFeatures(table, arena);
      assertThat(written.byteSize()).isEqualTo(1000L * Tables.NOISE_ROW);
      for (int i = 0; i < 1000; i++) {
        long row = (long) i * Tables.NOISE_ROW;
        assertThat(written.get(ValueLayout.JAVA_FLOAT, row + 4L * NoiseColumn.ALPHA.ordinal())).isEqualTo(i);
        assertThat(written.get(ValueLayout.JAVA_INT, row + 4L * NoiseColumn.NEXT.ordinal())).isEqualTo(-1);
        assertThat(features.get(ValueLayout.JAVA_FLOAT, 4L * i)).isEqualTo(-i);
      }
    }
  }

  @Test
  void refusesACombinationWithWhatGoesBack() {
    assertThatThrownBy(() -> StepRow.builder(2, 1).x0(1, 1).guidance(1).combine(2, -1).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("combines evaluations");
    assertThatThrownBy(() -> StepRow.builder(2, 1).divergence(1, 0).combine(1, -1).build())
        .hasMessageContaining("combines evaluations");
    // What only keeps may guide: it is one evaluation.
    StepRow keeps = StepRow.builder(2, 1).keep(true).build();
    assertThat(keeps.usesNetwork() && keeps.keeps() && !keeps.combines()).isTrue();
    assertThat(keeps.toBuilder().combine(2, -1).build().combines()).isTrue();
    assertThat(keeps.toBuilder().keep(false).build().usesNetwork()).isFalse();
  }

  @Test
  void refusesWhatIsNoRow() {
    assertThatThrownBy(() -> StepRow.builder(3, 2).set(StepColumn.NOISE, Double.NaN).build())
        .hasMessageContaining("noise level 3");
    assertThatThrownBy(() -> StepRow.builder(3, 2).set(StepColumn.NOISE_STEP, 0.5).build())
        .hasMessageContaining("NOISE_STEP");
    for (StepRowBuilder other :
        List.of(
            StepRow.builder(3, 2).x0(1, 1).clip(true), StepRow.builder(3, 2).guidance(1),
            StepRow.builder(3, 2).projected(1), StepRow.builder(3, 2).confine(true))) {
      assertThatThrownBy(() -> other.divergence(1, 0).build()).hasMessageContaining("the network's output alone");
    }
    assertThatThrownBy(() -> StepRow.builder(3, 2).divergence(0, 4).build()).hasMessageContaining("nothing to probe");
    NoiseTable.Row last = new NoiseTable.Row(new double[0], 1, 0, 1, 0, 0, 0, 0, 0);
    assertThatThrownBy(() -> NoiseTable.of(List.of(last.withPhysics(1, 0, 0, 0, 1))))
        .hasMessageContaining("not there");
  }
}
