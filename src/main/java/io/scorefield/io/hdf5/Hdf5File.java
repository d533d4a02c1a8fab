package io.scorefield.io.hdf5;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.scorefield.io.ColumnFile.Column;
import io.scorefield.io.ColumnFile.Type;
import io.scorefield.io.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Reads a table from an HDF5 file: a dataset `[N, ...]` of numbers, a compound dataset, or datasets `[N]` of one group as columns.
public final class Hdf5File {
  /// Datasets that a message names.
  private static final int SHOWN = 20;

  /// What a file has.
  public sealed interface Found {}

  /// Numbers [N, ...] row by row.
  ///
  /// @param axes lengths, at least one
  /// @param single whether float32 holds the numbers exactly
  public record Matrix(int[] axes, boolean single, Flat numbers) implements Found {}

  /// Columns with names.
  public record Table(io.scorefield.io.ColumnFile columns) implements Found {}

  /// Numbers one after the other.
  public interface Flat {
    /// Number i of all.
    double at(int i);

    /// Whether all are whole numbers.
    boolean isWhole();

    /// Whole number i of all.
    ///
    /// @throws FormatException when 64 bits with a sign do not hold it
    long wholeAt(int i) throws FormatException;
  }

  private final Path file;
  private final int most;
  private final String key;

  private Hdf5File(Path file, String key, int most) {
    this.file = file;
    this.key = key;
    this.most = most;
  }

  /// Reads the dataset or group of a path; of an empty one the only dataset, or all datasets if each is a column.
  ///
  /// @param key the setting that chooses the dataset, for messages
  /// @param most numbers of a dataset at most
  /// @throws FormatException when the file is damaged, there is no such dataset, or the choice is open; with the datasets there are
  public static Found read(Path file, String dataset, String key, int most) throws IOException {
    if (!Files.isReadable(file)) {
      throw new IOException(file + ": cannot be read");
    }
    try (HdfFile hdf = new HdfFile(file)) {
      return new Hdf5File(file, key, most).found(hdf, dataset);
    } catch (FormatException e) {
      throw e;
    } catch (RuntimeException e) {
      // A damaged file shows in many ways.
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage().replaceAll("\\s+", " ");
      throw new FormatException(file + ": not an HDF5 file that can be read: " + reason, e);
    }
  }

  private Found found(HdfFile hdf, String path) throws FormatException {
    List<Dataset> all = new ArrayList<>();
    collect(hdf, all, 0);
    if (path.isEmpty()) {
      List<Dataset> tables = all.stream().filter(set -> rank(set) > 0 && (isNumbers(set) || set.isCompound())).toList();
      if (tables.size() == 1) {
        return of(tables.getFirst());
      }
      if (tables.size() > 1 && areColumns(tables)) {
        return columns(all.stream().filter(set -> rank(set) == 1 && rows(set) == rows(tables.getFirst())).toList());
      }
      throw new FormatException(
          file + ": " + (tables.isEmpty() ? "there is no dataset of numbers. " : "which dataset is the table? ") + shown(all)
              + (tables.isEmpty() ? "" : "; choose one with " + key));
    }
    String wanted = path.startsWith("/") ? path : "/" + path;
    for (Dataset set : all) {
      if (set.getPath().equals(wanted)) {
        return of(set);
      }
    }
    String within = wanted.endsWith("/") ? wanted : wanted + "/";
    List<Dataset> inside =
        all.stream().filter(set -> set.getPath().startsWith(within) && set.getPath().indexOf('/', within.length()) < 0).toList();
    if (inside.isEmpty()) {
      throw new FormatException(file + ": " + key + ": there is no dataset '" + path + "'. " + shown(all));
    }
    if (inside.stream().anyMatch(set -> rank(set) != 1 || rows(set) != rows(inside.getFirst()))) {
      throw new FormatException(
          file + ": " + key + ": the group '" + path + "' is no table, whose datasets are columns of one length. " + shown(inside));
    }
    return columns(inside);
  }

  private static boolean areColumns(List<Dataset> sets) {
    return sets.stream()
        .allMatch(
            set ->
                rank(set) == 1 && !set.isCompound() && rows(set) == rows(sets.getFirst())
                    && set.getParent().getPath().equals(sets.getFirst().getParent().getPath()));
  }

  /// Groups may hold each other by links: deep ones are left alone.
  private static void collect(Group group, List<Dataset> sets, int depth) {
    for (Node node : group.getChildren().values()) {
      if (node instanceof Dataset set) {
        sets.add(set);
      } else if (node instanceof Group inner && depth < 8) {
        collect(inner, sets, depth + 1);
      }
    }
  }

  private static int rank(Dataset set) {
    return set.isScalar() || set.isEmpty() ? 0 : set.getDimensions().length;
  }

  private static int rows(Dataset set) {
    return set.getDimensions()[0];
  }

  private static boolean isNumbers(Dataset set) {
    return !set.isCompound() && !set.isVariableLength() && isNumber(Hdf5Array.type(set.getJavaType()));
  }

  private static boolean isNumber(Type type) {
    return type == Type.SINGLE || type == Type.DOUBLE;
  }

  private static String shown(List<Dataset> sets) {
    return sets.isEmpty()
        ? "The file has no datasets"
        : "The file has "
            + sets.stream().limit(SHOWN).map(Hdf5File::described).collect(Collectors.joining(", "))
            + (sets.size() > SHOWN ? ", ..." : "");
  }

  private static String described(Dataset set) {
    String shape = Arrays.toString(set.getDimensions()).replace('[', '(').replace(']', ')');
    return set.getPath() + " " + shape + (set.isCompound() ? " compound" : isNumbers(set) ? "" : " not of numbers");
  }

  private Found of(Dataset set) throws FormatException {
    if (set.getSize() > most) {
      throw new FormatException(file + ": the dataset " + set.getPath() + " has more than " + most + " numbers, which are too many");
    }
    if (set.isCompound() && rank(set) == 1) {
      return members(set);
    }
    if (rank(set) == 0 || !isNumbers(set)) {
      throw new FormatException(
          file + ": the dataset " + described(set) + " is no table; numbers of shape (N, D) or (N,), or a compound of (N,) are");
    }
    Hdf5Array array = new Hdf5Array(set.getDataFlat());
    return new Matrix(set.getDimensions(), Hdf5Array.type(set.getJavaType()) == Type.SINGLE, array);
  }

  private Found members(Dataset set) {
    List<Column> columns = new ArrayList<>();
    List<Hdf5Array> arrays = new ArrayList<>();
    for (Map.Entry<?, ?> member : ((Map<?, ?>) set.getData()).entrySet()) {
      columns.add(column(String.valueOf(member.getKey()), member.getValue().getClass().componentType()));
      arrays.add(new Hdf5Array(member.getValue()));
    }
    return new Table(new Hdf5Columns(columns, arrays, rows(set)));
  }

  private Found columns(List<Dataset> sets) throws FormatException {
    List<Column> columns = new ArrayList<>();
    List<Hdf5Array> arrays = new ArrayList<>();
    for (Dataset set : sets) {
      if (set.getSize() > most) {
        throw new FormatException(file + ": the dataset " + set.getPath() + " has more than " + most + " rows, which are too many");
      }
      boolean other = set.isCompound() || Hdf5Array.type(set.getJavaType()) == Type.OTHER;
      columns.add(column(set.getName(), other ? Object.class : set.getJavaType()));
      arrays.add(new Hdf5Array(other ? new Object[0] : set.getDataFlat()));
    }
    return new Table(new Hdf5Columns(columns, arrays, rows(sets.getFirst())));
  }

  private static Column column(String name, Class<?> of) {
    Type type = Hdf5Array.type(of);
    return new Column(name, type, isNumber(type) ? "a number" : type == Type.TEXT ? "text" : "of another type");
  }
}
