package io.scorefield.io.parquet;

import io.scorefield.io.ColumnFile;
import io.scorefield.io.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A Parquet file, or a folder of such that are parts of one table, as Spark writes it.
///
/// Where a column `sample` of whole numbers numbers the rows, they are put in its order, and it is no column of the table:
/// so samples come back in the order of their numbers, whatever the parts.
public final class ParquetTable implements ColumnFile {
  private final List<ParquetPart> parts;
  private final List<String> notes = new ArrayList<>();
  /// Places in the file of the columns of the table.
  private final int[] places;
  /// Where each row of the files belongs; empty where they are in order.
  private final int[] ranks;

  private ParquetTable(Path path, List<ParquetPart> parts) throws IOException {
    this.parts = parts;
    List<Column> all = parts.getFirst().columns();
    int number = all.size() > 1 ? IntStream.range(0, all.size()).filter(i -> isNumbering(all.get(i), i)).findFirst().orElse(-1) : -1;
    long[] samples = number < 0 || rows() == 0 || rows() > Integer.MAX_VALUE ? new long[0] : samples(number);
    boolean numbered = samples.length > 0 && (isAscending(samples) || isDistinct(path, samples));
    ranks = numbered && !isAscending(samples) ? ranks(samples) : new int[0];
    places = IntStream.range(0, all.size()).filter(i -> !numbered || i != number).toArray();
    if (numbered) {
      String name = path.getFileName() + ": column '" + SampleColumn.NAME + "' numbers the rows and is left out";
      notes.add(ranks.length > 0 ? name + "; the rows are put in its order" : name);
      long span = Arrays.stream(samples).max().orElseThrow() - Arrays.stream(samples).min().orElseThrow() + 1;
      if (span != samples.length && parts.size() > 1) {
        notes.add(
            "warning: " + path.getFileName() + ": " + samples.length + " rows with numbers over a range of " + span
                + "; parts may be missing");
      }
    }
  }

  /// The same table with the column that numbers the rows, if there is one.
  private ParquetTable(ParquetTable table) {
    parts = table.parts;
    ranks = table.ranks;
    notes.addAll(table.notes);
    notes.replaceAll(note -> note.replace("numbers the rows and is left out", "numbers the rows"));
    places = IntStream.range(0, parts.getFirst().columns().size()).toArray();
  }

  @Override
  public ParquetTable withNumbering() {
    return new ParquetTable(this);
  }

  /// One file.
  ///
  /// @throws FormatException when it cannot be read
  public static ParquetTable of(Path file) throws IOException {
    return new ParquetTable(file, List.of(ParquetPart.open(file)));
  }

  /// The Parquet files of a folder as one table; files whose names start with . or _ are passed over.
  ///
  /// @throws FormatException when there are none, or they have other columns than the first
  public static ParquetTable ofFolder(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> file.getFileName().toString().matches("[^._].*\\.(parquet|pq)")).sorted().toList();
    }
    if (files.isEmpty()) {
      throw new FormatException(folder + ": a folder without Parquet files; points are read from files, or from a folder of part-*.parquet");
    }
    List<ParquetPart> parts = new ArrayList<>();
    for (Path file : files) {
      ParquetPart part = ParquetPart.open(file);
      if (!parts.isEmpty() && !part.columns().equals(parts.getFirst().columns())) {
        throw new FormatException(
            file + ": its columns are " + shown(part.columns()) + ", and those of " + files.getFirst().getFileName() + " are "
                + shown(parts.getFirst().columns()) + "; parts of one table have the same");
      }
      parts.add(part);
    }
    ParquetTable table = new ParquetTable(folder, parts);
    if (!Files.exists(folder.resolve("_SUCCESS")) && files.stream().anyMatch(file -> file.getFileName().toString().startsWith("part-"))) {
      table.notes.add("warning: " + folder.getFileName() + " has no file _SUCCESS, which Spark writes last; its job may not have finished");
    }
    return table;
  }

  private static String shown(List<Column> columns) {
    return columns.stream().limit(12).map(Column::name).collect(Collectors.joining(", ")) + (columns.size() > 12 ? ", ..." : "");
  }

  private boolean isNumbering(Column column, int place) {
    return column.name().equals(SampleColumn.NAME) && parts.getFirst().isWhole(place);
  }

  private long[] samples(int number) throws IOException {
    long[] samples = new long[(int) rows()];
    int from = 0;
    for (ParquetPart part : parts) {
      int start = from;
      part.whole(
          number,
          (row, value, missing) -> {
            samples[start + row] = value;
            if (missing) {
              throw new FormatException(part.file() + ": the number of the sample in row " + (row + 1) + " is missing");
            }
          });
      from += (int) part.rows();
    }
    return samples;
  }

  private static boolean isAscending(long[] samples) {
    for (int i = 1; i < samples.length; i++) {
      if (samples[i] <= samples[i - 1]) {
        return false;
      }
    }
    return true;
  }

  /// Whether every row has a number of its own.
  ///
  /// @throws FormatException for parts that are not of one table
  private boolean isDistinct(Path path, long[] samples) throws FormatException {
    long[] sorted = samples.clone();
    Arrays.sort(sorted);
    for (int i = 1; i < sorted.length; i++) {
      if (sorted[i] == sorted[i - 1]) {
        if (parts.size() > 1) {
          throw new FormatException(
              path + ": sample " + sorted[i] + " is there twice; the folder has parts of more than one table");
        }
        notes.add(
            "warning: " + path.getFileName() + ": column '" + SampleColumn.NAME + "' has " + sorted[i]
                + " twice, so it does not number the rows and is read as a quantity");
        return false;
      }
    }
    return true;
  }

  private static int[] ranks(long[] samples) {
    long[] sorted = samples.clone();
    Arrays.sort(sorted);
    return Arrays.stream(samples).mapToInt(sample -> Arrays.binarySearch(sorted, sample)).toArray();
  }

  @Override
  public List<Column> columns() {
    List<Column> all = parts.getFirst().columns();
    return Arrays.stream(places).mapToObj(all::get).toList();
  }

  @Override
  public long rows() {
    return parts.stream().mapToLong(ParquetPart::rows).sum();
  }

  @Override
  public List<String> notes() {
    return List.copyOf(notes);
  }

  @Override
  public void numbers(int[] wanted, Sink sink) throws IOException {
    int from = 0;
    for (ParquetPart part : parts) {
      int start = from;
      for (int as = 0; as < wanted.length; as++) {
        part.numbers(places[wanted[as]], as, (row, place, value) -> sink.put(rank(start + row), place, value));
      }
      from += (int) part.rows();
    }
  }

  @Override
  public boolean isWhole(int place) {
    return parts.getFirst().isWhole(places[place]) || parts.getFirst().isTruth(places[place]);
  }

  @Override
  public void wholes(int place, WholeSink sink) throws IOException {
    int from = 0;
    for (ParquetPart part : parts) {
      int start = from;
      part.whole(places[place], (row, value, missing) -> sink.put(rank(start + row), value, missing));
      from += (int) part.rows();
    }
  }

  private int rank(int row) {
    return ranks.length == 0 ? row : ranks[row];
  }

  @Override
  public List<String> texts(int place) throws IOException {
    String[] texts = new String[(int) rows()];
    int row = 0;
    for (ParquetPart part : parts) {
      for (String text : part.texts(places[place])) {
        texts[rank(row++)] = text;
      }
    }
    return Arrays.asList(texts);
  }
}
