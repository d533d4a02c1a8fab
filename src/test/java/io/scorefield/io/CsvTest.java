package io.scorefield.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Names, quotes and columns of CSV files, and what is a number.
@Timeout(60)
class CsvTest {
  @TempDir Path folder;

  private Points read(String text, String... columns) throws IOException {
    Path file = folder.resolve("p.csv");
    Files.writeString(file, text);
    return Points.read(file, new Columns(List.of(columns), "data.columns"));
  }

  @Test
  void namesComeFromTheHeader() throws IOException {
    Points points = read("y , x\n1,2\n");
    assertThat(points.names()).containsExactly("y", "x");
    assertThat(points.doubles()).containsExactly(1, 2);
    assertThat(read("1,2\n").names()).isEmpty();
    // Names that some programs would take for numbers.
    assertThat(read("nan,inf,NA,x\n1,2,3,4\n").names()).containsExactly("nan", "inf", "NA", "x");
    assertThat(read("2d,x\n1,2\n").names()).containsExactly("2d", "x");
  }

  @Test
  void quotesAreThoseOfRfc4180() throws IOException {
    Points points =
        read("\"height, m\",\"a \"\"b\"\"\", \"two\nlines\"\r\n\"1.5\",2,\" 3e-1 \"\r\n");
    assertThat(points.names()).containsExactly("height, m", "a \"b\"", "two\nlines");
    assertThat(points.doubles()).containsExactly(1.5, 2, 0.3);
    assertThatThrownBy(() -> read("x,y\n1,2\n\"3,4\n5,6\n"))
        .hasMessageContaining("p.csv:3: a quote in this line is not closed");
    assertThatThrownBy(() -> read("x,y\n\"1\"2,3\n")).hasMessageContaining("'2' follows a quoted cell");
  }

  @Test
  void aByteOrderMarkHidesNeitherANumberNorAName() throws IOException {
    assertThat(read("\uFEFF1\n2\n").doubles()).containsExactly(1, 2);
    assertThat(read("\uFEFFx,y\n1,2\n").names()).containsExactly("x", "y");
    assertThat(read("\uFEFF\"x\",y\n1,2\n").names()).containsExactly("x", "y");
  }

  @Test
  void namesInACommentAboveTheNumbersCount() throws IOException {
    Points points = read("# written by a program\n# y,x\n1,2\n");
    assertThat(points.names()).containsExactly("y", "x");
    assertThat(points.notes()).singleElement().asString().contains("# y,x");
    assertThat(read("# a remark, for people\n1,2\n").names()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          x,1e5;1,2 | p.csv:1: 'x' is not a number; a first line of names has no numbers, and this one has (column 1)
          2020,y;1,2 | p.csv:1: 'y' is not a number; a first line of names has no numbers
          nan,inf;1,2 | the number in row 1, column 2 is inf; every number must be finite
          nan;1 | p.csv: 1 of 2 cells is missing: 1 in column 0 (line 1); fill them, set data.missing: draw
          1,2;3,inf | row 2, column 2 is inf
          1,NA | 1 of 2 cells is missing: 1 in column 1 (line 1)
          x,y;1,;,2;,3;,4;,5 | 5 of 10 cells are missing: 4 in x (lines 3, 4, 5, ...), 1 in y (line 2)
          x,y;1f,2 | p.csv:2: '1f' is not a number; numbers are written as 1.5 or 1e-3
          1f,2f;3f,4f | p.csv:1: '1f' is not a number
          x;0x1p3 | p.csv:2: '0x1p3' is not a number
          0x1p3;0x2 | p.csv:1: '0x1p3' is not a number
          x;1d | p.csv:2: '1d' is not a number
          x;1d5 | p.csv:2: '1d5' is not a number
          x;1_000 | p.csv:2: '1_000' is not a number
          x,y;1 2,3 | p.csv:2: '1 2' is not a number
          x y;1,2 | p.csv:2: 2 columns where 1 were expected; by its first line the file has a comma between columns, else set data.delimiter
          x,city,y;1,Oslo,2 | p.csv:2: 'Oslo' is not a number; leave the column 'city' out, for example with data.columns: [x, y]
          1,2;3,Oslo | p.csv:2: 'Oslo' is not a number; leave the column 1 out, for example with data.columns: [0]
          x,y;1,1e400 | 1e400 is beyond the range of float32, which ends at 3.4e38 (row 1, column 2)
          x,y;1,-4e38 | -4e38 is beyond
          """)
  void whatIsNotANumberIsNamed(String text, String message) {
    assertThatThrownBy(() -> read(text.replace(';', '\n')))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(message);
  }

  @Test
  void columnsAreChosenByNameOrNumberInTheOrderGiven() throws IOException {
    String table = "city,x,y\nOslo,1,2\nRome,3,4\n";
    assertThat(read(table, "y", "x").doubles()).containsExactly(2, 1, 4, 3);
    assertThat(read(table, "y", "x").names()).containsExactly("y", "x");
    assertThat(read(table, "2", "1").names()).containsExactly("y", "x");
    assertThat(read("Oslo,1,2\nRome,3,4\n", "2", "1").doubles()).containsExactly(2, 1, 4, 3);
    assertThat(read("year,2020,2021\n5,6,7\n", "year", "2").doubles()).containsExactly(5, 7);
    assertThat(read("Temp (K),y\n5,6\n", "Temp (K)").doubles()).containsExactly(5);
    assertThat(read("Temp (K),y\n5,6\n", "Temp_K").doubles()).containsExactly(5);
    assertThat(read("u[0],u[1],v\n1,2,3\n", "v", "u").doubles()).containsExactly(3, 1, 2);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "z | data.columns: there is no column 'z'; the file has columns 0 to 2: a, b, b",
        "3 | there is no column '3'",
        "-1 | there is no column '-1'",
        "a;0 | the column '0' is chosen twice",
        "b | 2 columns of the file are named 'b'; choose one by its number"
      })
  void columnsThatAreNotThereAreNamed(String columns, String message) {
    assertThatThrownBy(() -> read("a,b,b\n1,2,3\n", columns.split(";")))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aColumnThatCountsTheRowsIsLeftOutWhereItHasNoName() throws IOException {
    for (String header : List.of(",x,y", "\"\",x,y", "Unnamed: 0,x,y")) {
      for (int first = 0; first <= 1; first++) {
        Points points = read(header + "\n" + first + ",5,7\n" + (first + 1) + ",6,9\n");
        assertThat(points.names()).containsExactly("x", "y");
        assertThat(points.doubles()).containsExactly(5, 7, 6, 9);
        assertThat(points.notes()).singleElement().asString().contains("column 0", "is left out");
      }
    }
    assertThat(read("Unnamed: 0,Unnamed: 0.1,x\n0,0,5\n1,1,7\n").doubles()).containsExactly(5, 7);
    // It does not count, or was asked for.
    assertThat(read(",x\n3,5\n1,7\n").doubles()).containsExactly(3, 5, 1, 7);
    assertThat(read(",x\n0,5\n1,7\n", "0").doubles()).containsExactly(0, 1);
  }

  @Test
  void aColumnThatLooksLikeAnIndexIsNamed() throws IOException {
    assertThat(read("x,id\n5,1\n7,2\n").notes())
        .singleElement().asString().startsWith("warning: ").contains("'id' counts the rows", "data.columns");
    assertThat(read("x,id\n5,1\n7,3\n").notes()).isEmpty();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      text.append(i).append(',').append(i * i).append('\n');
    }
    assertThat(read(text.toString()).notes()).singleElement().asString().contains("column 0 counts the rows");
    assertThat(read(text.toString()).dimension()).isEqualTo(2);
  }

  private Points read(Reading reading, String text, String... columns) throws IOException {
    Path file = folder.resolve("p.csv");
    Files.writeString(file, text);
    return Points.read(file, new Columns(List.of(columns), "data.columns"), reading);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          x;y/1.5;2/3;4
          x\ty/1.5\t2/3\t4
          x y/1.5 2/3   4
          x , y/1.5\t,2/3,\t4
          "x";y/"1.5";2/3;"4"
          x;y/1,5;2/3;4
          x\ty/1,5\t2/3\t4
          # x y/1.5 2/3 4
          "x";"y"/"1,5";"2"/3;4
          """)
  void delimitersAreFoundOut(String text) throws IOException {
    Points points = read(text.replace('/', '\n'));
    assertThat(points.names()).containsExactly("x", "y");
    assertThat(points.doubles()).containsExactly(1.5, 2, 3, 4);
    assertThat(read("\uFEFF" + text.replace("/", "\r\n\r\n")).doubles()).containsExactly(1.5, 2, 3, 4);
  }

  @Test
  void aDelimiterThatIsGivenIsTaken() throws IOException {
    assertThat(read(new Reading(Delimiter.SEMICOLON, List.of(), ""), "1,5\n2,5\n").doubles()).containsExactly(1.5, 2.5);
    assertThat(read(new Reading(Delimiter.SPACE, List.of(), ""), "a;b c\n1 2\n", "c").doubles()).containsExactly(2);
    assertThat(read("\tx\n0\t5\n1\t7\n").doubles()).containsExactly(5, 7);
    assertThatThrownBy(() -> read(new Reading(Delimiter.TAB, List.of(), ""), "1;2\n"))
        .isInstanceOf(FormatException.class)
        .hasMessageNotContaining("by its first line");
  }

  @Test
  void decimalCommasAreSaidAndNotMixedWithPoints() throws IOException {
    assertThat(read("x;y\n1;2\n3,25;-4,5e1\n").notes()).singleElement().asString().contains("commas", "(first in line 3)");
    assertThat(read("x;y\n1;2\n3,25;-4,5e1\n").doubles()).containsExactly(1, 2, 3.25, -45);
    assertThatThrownBy(() -> read("1,5;2\n1.5;2\n"))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("p.csv:2: numbers have a decimal comma in line 1 and a decimal point in line 2");
    assertThatThrownBy(() -> read("1.234,5;2\n")).hasMessageContaining("'1.234,5' is not a number");
  }

  @Test
  void marksOfMissingCellsAreTextsOrNumbers() throws IOException {
    Path file = folder.resolve("g.csv");
    Files.writeString(file, "x,y\n-999,1\n-999.0,-\n3,n/a\n4,5\n");
    Reading reading = new Reading(Delimiter.AUTO, List.of("-999", "-"), "");
    Points points = Points.readWithGaps(file, new Columns(List.of(), "data.columns"), reading);
    assertThat(points.doubles()).containsExactly(Double.NaN, 1, Double.NaN, Double.NaN, 3, Double.NaN, 4, 5);
    assertThat(points.notes()).containsExactly("g.csv: 4 of 8 cells are missing: 2 in x (lines 2, 3), 2 in y (lines 3, 4)");
    assertThatThrownBy(() -> Points.read(file, Columns.ALL, reading)).hasMessageContaining("4 of 8 cells are missing");
    assertThat(Points.read(file, new Columns(List.of("x"), "data.columns")).doubles()).containsExactly(-999, -999, 3, 4);
    Npy.write(folder.resolve("g.npy"), new float[] {1, -999, 3, 4}, 2);
    assertThat(Points.readWithGaps(folder.resolve("g.npy"), Columns.ALL, reading).doubles()).containsExactly(1, Double.NaN, 3, 4);
  }

  @Test
  void cellsThatAreWrittenAreReadBackWhateverTheyHold() throws IOException {
    List<String> cells = List.of("a;b", "c\td", "e,f", "g \"h\"");
    assertThat(read(IncompleteTable.line(cells) + "\n1,2,3,4\n").names()).isEqualTo(cells);
  }

  @Test
  void survivesSeededMutations() throws IOException {
    byte[] valid = "\"a, b\",y\n1.5,\"2e3\"\n# c\n-.5,+7\n".getBytes(StandardCharsets.UTF_8);
    Path file = folder.resolve("m.csv");
    Fuzz.mutations(valid, 4000, 7)
        .forEach(
            mutated -> {
              try {
                Files.write(file, mutated);
                Points.read(file);
              } catch (FormatException e) {
                assertThat(e).hasMessageContaining("m.csv").message().doesNotContain("\n");
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
  }
}
